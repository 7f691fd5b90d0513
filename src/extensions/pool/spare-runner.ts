import type { RunnerHost } from './runner-host.ts';

/** A spare is made so much later: what starts now, or was just lost, keeps the machine busy enough. Unit: milliseconds. */
const LATER_MS = 3_000;

/**
 * One runner that has everything loaded and nothing to do. When another is lost it takes its place at once: to start one takes
 * longest just then, and whoever signs in meanwhile would wait for it.
 */
export class SpareRunner implements Disposable {
  readonly #make: () => Promise<RunnerHost>;
  readonly #isWanted: boolean;
  #runner: RunnerHost | undefined;
  #timer: NodeJS.Timeout | undefined;
  #making = false;
  #closed = false;

  /**
   * @param make Starts a runner and loads everything into it.
   * @param isWanted False: there is never one.
   */
  constructor(make: () => Promise<RunnerHost>, isWanted: boolean) {
    this.#make = make;
    this.#isWanted = isWanted;
  }

  /** The spare, where there is one now. */
  get held(): readonly RunnerHost[] {
    return this.#runner && !this.#runner.isLost ? [this.#runner] : [];
  }

  /** Makes one, a little later; does nothing when there is one. */
  prepare(): void {
    if (!this.#isWanted || this.#closed || this.#making || this.held.length > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#prepareNow(), LATER_MS).unref();
  }

  /** Hands the spare out, and makes another one. */
  take(): RunnerHost | undefined {
    const [runner] = this.held;
    this.#runner = undefined;
    this.prepare();
    return runner;
  }

  /** Ends the spare, and makes another one. */
  drop(): void {
    this.take()?.dismiss();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.drop();
  }

  async #prepareNow(): Promise<void> {
    this.#making = true;
    try {
      this.#runner = await this.#make();
      if (this.#closed) this.drop();
    } catch {
      this.prepare(); // without it a runner that is lost is replaced by one that has to be started
    } finally {
      this.#making = false;
    }
  }
}
