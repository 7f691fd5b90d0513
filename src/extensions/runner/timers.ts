/** Timers of one invocation. None outlives it. */
export class Timers {
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #most: number;
  readonly #fire: (id: number) => void;

  /**
   * @param most How many may wait at the same time.
   * @param fire Called with the timer's id when it is due.
   */
  constructor(most: number, fire: (id: number) => void) {
    this.#most = most;
    this.#fire = fire;
  }

  /** Starts a timer, or starts it anew; false when as many as may be are waiting. */
  set(id: number, ms: number): boolean {
    this.clear(id);
    if (this.#timers.size >= this.#most) return false;
    const due = (): void => {
      this.#timers.delete(id);
      this.#fire(id);
    };
    this.#timers.set(id, setTimeout(due, ms));
    return true;
  }

  clear(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  clearAll(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
