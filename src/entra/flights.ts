/** Work of which one at a time is enough: whoever asks meanwhile gets what comes of it. */
export class Flights<Value> {
  readonly #flying = new Map<string, Promise<Value>>();

  /** Starts the work, unless it is under way. */
  run(key: string, work: () => Promise<Value>): Promise<Value> {
    const flying = this.#flying.get(key);
    if (flying !== undefined) return flying;
    const flight = work().finally(() => this.#flying.delete(key));
    this.#flying.set(key, flight);
    return flight;
  }

  /** Waits until nothing is under way, however it ends. */
  async settled(): Promise<void> {
    while (this.#flying.size > 0) {
      await Promise.allSettled(this.#flying.values());
    }
  }
}
