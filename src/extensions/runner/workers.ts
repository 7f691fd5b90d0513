/** Threads of Node's own pool, on which it computes what the runner does for isolates. */
const THREADS = 4;

/**
 * What the runner computes at the same time for all of its invocations: as much as there are threads. What waits here has not
 * begun, so that its invocation is not charged for what others compute.
 */
export class Workers {
  readonly #waiting: (() => void)[] = [];
  #working = 0;

  /** Runs it now, or when there is a thread for it. */
  async run(work: () => Promise<void>): Promise<void> {
    if (this.#working >= THREADS) await new Promise<void>((begin) => this.#waiting.push(begin));
    else this.#working++;
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#working--;
    }
  }
}
