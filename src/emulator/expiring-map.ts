import type { EmulatorTime } from './time.ts';

/**
 * Things with an end: authorization codes, refresh tokens, sign-ins under way. Bounded, so that a benchmark of a million
 * sign-ins does not fill the memory: the oldest go first.
 */
export class ExpiringMap<Value> {
  readonly #time: EmulatorTime;
  readonly #maxEntries: number;
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresAt: number }>();

  constructor(time: EmulatorTime, maxEntries: number) {
    this.#time = time;
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @param expiresAt Unit: milliseconds since 1970-01-01 UTC. */
  set(key: string, value: Value, expiresAt: number): void {
    this.#entries.set(key, { value, expiresAt });
    if (this.#entries.size > this.#maxEntries) this.#dropOldest();
  }

  /** The value, unless its time is over. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.expiresAt > this.#time.now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  /** All values whose time is not over, oldest first. */
  values(): readonly Value[] {
    const now = this.#time.now();
    return [...this.#entries.values()]
      .filter(({ expiresAt }) => expiresAt > now)
      .map(({ value }) => value);
  }

  clear(): void {
    this.#entries.clear();
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
