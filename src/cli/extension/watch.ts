import { watch } from 'node:fs/promises';
import path from 'node:path';

import { EntradaError, systemCode } from '../../errors.ts';

/** An editor writes a file in several steps; so long it is left to. Unit: milliseconds. */
const SETTLE_MS = 15;

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
      for await (const { filename } of watch(folder, { recursive: true, signal })) {
        if (filename === null || BESIDE.test(filename)) continue;
        this.#changed.add(path.normalize(filename));
        this.#told.resolve();
      }
    } catch (reason) {
      // For whoever waits for a change, now or next.
      this.#ended = { reason: signal.aborted ? reason : unwatched(folder, reason) };
      this.#told.resolve();
    }
  }
}

function unwatched(folder: string, cause: unknown): EntradaError {
  const message = `${folder} cannot be watched (${systemCode(cause)})`;
  const next = 'Name the folder that has the extension’s extension.yaml.';
  return new EntradaError('EXTENSION_UNREADABLE', message, { cause, next });
}
