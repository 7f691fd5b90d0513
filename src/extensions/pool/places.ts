/** How many jobs wait before the next one is refused. */
const MAX_WAITING = 64;

/** Of these, how many one extension may have while others could come. */
const MAX_WAITING_OF_ONE = 48;

/** So much of all places is kept for extensions that have less than their share. */
const RESERVE = 1 / 4;

/** Why there is no place. */
export type NoPlace = 'full' | 'late' | 'closed';

interface Waiting {
  readonly settle: (given: 'place' | NoPlace) => void;
}

/** What is known of the places when one is asked for. */
export interface Capacity {
  /** Places that there are, taken ones included. */
  readonly places: number;
  /** Extensions that could ask for one. */
  readonly extensions: number;
}

/**
 * Places for jobs, given out fairly. An extension below its equal share gets any place that is free; one above it leaves a
 * quarter to the others, so that nobody who waits for slow services holds up everybody. Who waits is served in turn, one
 * extension after the other, and not for ever.
 */
export class Places {
  readonly #capacity: () => Capacity;
  readonly #taken = new Map<string, number>();
  /** In the order in which their extensions have their turn. */
  readonly #waiting = new Map<string, Waiting[]>();
  #takenInAll = 0;
  #closed = false;

  constructor(capacity: () => Capacity) {
    this.#capacity = capacity;
  }

  /** Jobs that wait. */
  get waiting(): number {
    let all = 0;
    for (const queue of this.#waiting.values()) all += queue.length;
    return all;
  }

  /** True when another job would at least be let in to wait. */
  get hasRoom(): boolean {
    return !this.#closed && this.waiting < MAX_WAITING;
  }

  /**
   * Takes a place, now or when it is the extension's turn.
   *
   * @param patienceMs How long it is worth to wait.
   */
  async take(extension: string, patienceMs: number): Promise<'place' | NoPlace> {
    if (this.#closed) return 'closed';
    const queue = this.#waiting.get(extension) ?? [];
    if (queue.length === 0 && this.#mayTake(extension)) return this.#give(extension);
    if (!this.hasRoom || queue.length >= MAX_WAITING_OF_ONE) return 'full';
    this.#waiting.set(extension, queue);
    const { promise, resolve } = Promise.withResolvers<'place' | NoPlace>();
    const waiting = { settle: resolve };
    queue.push(waiting);
    const timer = setTimeout(() => this.#leave(extension, waiting), patienceMs);
    const given = await promise;
    clearTimeout(timer);
    return given;
  }

  /** Gives a place back. */
  release(extension: string): void {
    const left = (this.#taken.get(extension) ?? 0) - 1;
    if (left > 0) this.#taken.set(extension, left);
    else this.#taken.delete(extension);
    this.#takenInAll--;
    this.serve();
  }

  /** Gives out what is free: after a place came back, and when there are more. */
  serve(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const queue = this.#waiting.get(next)!;
      this.#waiting.delete(next);
      const waiting = queue.shift()!;
      if (queue.length > 0) this.#waiting.set(next, queue);
      waiting.settle(this.#give(next));
    }
  }

  /** Sends everybody away. */
  close(): void {
    this.#closed = true;
    for (const queue of this.#waiting.values()) for (const { settle } of queue) settle('closed');
    this.#waiting.clear();
  }

  #next(): string | undefined {
    for (const extension of this.#waiting.keys()) if (this.#mayTake(extension)) return extension;
    return undefined;
  }

  #give(extension: string): 'place' {
    this.#taken.set(extension, (this.#taken.get(extension) ?? 0) + 1);
    this.#takenInAll++;
    return 'place';
  }

  #mayTake(extension: string): boolean {
    const { places, extensions } = this.#capacity();
    const free = places - this.#takenInAll;
    if (free <= 0) return false;
    const share = Math.max(1, Math.floor(places / Math.max(1, extensions)));
    const kept = extensions > 1 ? Math.floor(places * RESERVE) : 0;
    return (this.#taken.get(extension) ?? 0) < share || free > kept;
  }

  #leave(extension: string, waiting: Waiting): void {
    const queue = this.#waiting.get(extension) ?? [];
    const left = queue.filter((one) => one !== waiting);
    if (left.length > 0) this.#waiting.set(extension, left);
    else this.#waiting.delete(extension);
    waiting.settle('late');
  }
}
