/** Host calls of one invocation: so many in all, so many at a time; the others wait their turn. */
export class CallQueue {
  readonly #limits: { readonly hostCalls: number; readonly concurrentHostCalls: number };
  readonly #waiting: (() => void)[] = [];
  #made = 0;
  #running = 0;

  constructor(limits: { readonly hostCalls: number; readonly concurrentHostCalls: number }) {
    this.#limits = limits;
  }

  /** Begins a call now or when there is room; false when the invocation has made all its calls. */
  add(begin: () => void): boolean {
    if (++this.#made > this.#limits.hostCalls) return false;
    if (this.#running < this.#limits.concurrentHostCalls) this.#begin(begin);
    else this.#waiting.push(begin);
    return true;
  }

  /** A call that had begun is answered. */
  finish(): void {
    this.#running--;
    const next = this.#waiting.shift();
    if (next) this.#begin(next);
  }

  #begin(begin: () => void): void {
    this.#running++;
    begin();
  }
}
