import { statSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { EntradaError, systemCode } from '../../errors.ts';

/** An editor writes a file in several steps; so long it is left to. Unit: milliseconds. */
const SETTLE_MS = 15;

/** So often it is looked whether the folder is still the same. Unit: milliseconds. */
const LOOK_MS = 250;

/** What an editor or a tool writes beside the author's own files. */
const BESIDE = /(?:^|[\\/])(?:node_modules|recorded|\..*)(?:[\\/]|$)|~$|\.sw[a-z]$/;

/**
 * Tells of changes below a folder: what was changed since it was asked last, at once or when there is something. Ends with
 * the signal.
 */
export class Changes {
  readonly #changed = new Set<string>();
  /** Why it watches no more. */
  #ended: { readonly reason: unknown } | undefined;
  #told = Promise.withResolvers<void>();

  constructor(folder: string, signal: AbortSignal) {
    void this.#watch(folder, signal);
  }

  /**
   * Waits for a change. Answers the paths of what was changed, in a moment with others that belong to it.
   *
   * @throws {EntradaError} `EXTENSION_UNREADABLE` when the folder cannot be watched: it is not there, for example.
   * @throws {Error} The reason of the signal, after it.
   */
  async next(): Promise<readonly string[]> {
    if (!this.#ended) await this.#told.promise;
    if (this.#ended) throw this.#ended.reason;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const changed = [...this.#changed];
    this.#changed.clear();
    this.#told = Promise.withResolvers();
    return changed;
  }

  /** As if something had changed: somebody wants it again. */
  again(): void {
    this.#told.resolve();
  }

  async #watch(folder: string, signal: AbortSignal): Promise<void> {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one folder after the other, until the signal
      for (;;) await this.#watchOne(folder, signal);
    } catch (reason) {
      // For whoever waits for a change, now or next.
      this.#ended = { reason: signal.aborted ? reason : unwatched(folder, reason) };
      this.#told.resolve();
    }
  }

  /** Until there is another folder in its place: to Node, one that was moved or removed is the end of the watch, told to nobody. */
  async #watchOne(folder: string, signal: AbortSignal): Promise<void> {
    const watched = identityOf(folder);
    const replaced = new AbortController();
    const look = setInterval(() => {
      if (identityOf(folder) !== watched) replaced.abort();
    }, LOOK_MS);
    try {
      await this.#follow(folder, AbortSignal.any([signal, replaced.signal]));
    } catch (reason) {
      if (signal.aborted || !replaced.signal.aborted) throw reason;
    } finally {
      clearInterval(look);
    }
    // oxlint-disable-next-line no-await-in-loop -- waiting is the point
    do await sleep(LOOK_MS, undefined, { signal });
    while (identityOf(folder) === undefined);
    this.#tell('.');
  }

  async #follow(folder: string, signal: AbortSignal): Promise<void> {
    for await (const { filename } of watch(folder, { recursive: true, signal })) {
      if (filename !== null && !BESIDE.test(filename)) this.#tell(filename);
    }
  }

  #tell(file: string): void {
    this.#changed.add(path.normalize(file));
    this.#told.resolve();
  }
}

/** Tells a folder from another one in its place; undefined while there is none. */
function identityOf(folder: string): string | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

function unwatched(folder: string, cause: unknown): EntradaError {
  const message = `${folder} cannot be watched (${systemCode(cause)})`;
  const next = 'Name the folder that has the extension’s extension.yaml.';
  return new EntradaError('EXTENSION_UNREADABLE', message, { cause, next });
}
