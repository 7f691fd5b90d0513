/**
 * Remembers a bounded number of entries, and forgets those that were not asked for longest. Two generations instead of a
 * list: an entry that is used moves to the young one; when that is full it becomes the old one, and what was in the old
 * one is gone.
 */
export class RecordCache<Entry> {
  readonly #limit: number;
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();

  /** @param limit Of entries in each of the two generations. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Entry | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, entry: Entry): void {
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, entry);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
