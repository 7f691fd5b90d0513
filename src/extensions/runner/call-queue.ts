/** Host calls of one invocation: so many in all, so many at a time; the others wait their turn. */
export class CallQueue {
  readonly #limits: { readonly hostCalls: number; readonly concurrentHostCalls: number };
  /** By id. */
  readonly #waiting = new Map<number, () => void>();
  #made = 0;
  #running = 0;

  constructor(limits: { readonly hostCalls: number; readonly concurrentHostCalls: number }) {
    this.#limits = limits;
  }

  /** Begins a call now or when there is room; false when the invocation has made all its calls. */
  add(id: number, begin: () => void): boolean {
    if (++this.#made > this.#limits.hostCalls) return false;
    if (this.#running < this.#limits.concurrentHostCalls) this.#begin(begin);
    else this.#waiting.set(id, begin);
    return true;
  }

  /** Nobody wants a call any more: it never begins, unless it has. */
  drop(id: number): void {
    this.#waiting.delete(id);
  }

  /** A call that had begun is answered. */
  finish(): void {
    this.#running--;
    for (const [id, next] of this.#waiting) {
      this.#waiting.delete(id);
      return this.#begin(next);
    }
  }

  #begin(begin: () => void): void {
    this.#running++;
    begin();
  }
}
