import { watch } from 'node:fs/promises';
import path from 'node:path';

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
   * @throws What Node.js throws of a folder that cannot be watched: one that is not there, for example; and after the signal.
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
      this.#ended = { reason }; // for whoever waits for a change, now or next
      this.#told.resolve();
    }
  }
}
