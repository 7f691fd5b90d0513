import type { Clock } from '../clock.ts';

/** Who tries, in three ways of looking at it. */
export interface Try {
  /** As it was typed. */
  readonly username: string;
  /** What one home or office shares. */
  readonly network: string;
}

/** How many tries may go wrong within the time, before nobody may try for the rest of it. */
export interface TryLimits {
  /** Of one username from one network: somebody who mistypes gets that many. */
  readonly personal: number;
  /** Of one username from everywhere: more than an attacker with many addresses should have, enough not to lock people out. */
  readonly username: number;
  /** Of one network, whatever the username: one password tried on many people. */
  readonly network: number;
  /** Unit: milliseconds. */
  readonly withinMs: number;
}

const LIMITS: TryLimits = { personal: 5, username: 50, network: 100, withinMs: 15 * 60_000 };

/** What is remembered at the most: the oldest is forgotten first. */
const MOST = 50_000;

/** What is counted, with how many there may be: of the person, of the username, of the network. */
type Key = readonly [key: string, most: number];
type Keys = readonly [personal: Key, username: Key, network: Key];

interface Count {
  failed: number;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  until: number;
}

/**
 * Counts usernames and passwords that were tried in vain. A try counts from its beginning, so that many at the same time
 * are as many; whether the username exists makes no difference. It is kept in memory: a restart forgets it, and whoever
 * can restart the gateway needs no guesses.
 */
export class Tries {
  readonly #clock: Clock;
  readonly #limits: TryLimits;
  readonly #counts = new Map<string, Count>();

  constructor(clock: Clock, limits: Partial<TryLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Begins a try: 0 when it may go on, and otherwise how long nobody may. Unit: milliseconds. */
  begin(one: Try): number {
    const keys = this.#keysOf(one);
    const waits = keys.map(([key, most]) => this.#waitOf(key, most));
    const wait = Math.max(...waits);
    if (wait === 0) for (const [key] of keys) this.#add(key, 1);
    return wait;
  }

  /**
   * Whoever should have judged failed. That is nobody's fault here; yet an extension that fails where it should reject must
   * not be asked for ever about one username.
   */
  excuse(one: Try): void {
    const [personal, , network] = this.#keysOf(one);
    for (const [key] of [personal, network]) this.#add(key, -1);
  }

  /** The try was not in vain, or nobody was asked: it does not count. */
  forgive(one: Try): void {
    for (const [key] of this.#keysOf(one)) this.#add(key, -1);
  }

  /** Somebody got in: who they were for this network is beyond doubt. */
  succeed(one: Try): void {
    this.forgive(one);
    const [[personal]] = this.#keysOf(one);
    this.#counts.delete(personal);
  }

  #keysOf({ username, network }: Try): Keys {
    const { personal, username: byName, network: byNetwork } = this.#limits;
    const name = username.normalize('NFKC').toLowerCase();
    return [
      [JSON.stringify([name, network]), personal],
      [JSON.stringify([name]), byName],
      [`network ${network}`, byNetwork],
    ];
  }

  #waitOf(key: string, most: number): number {
    const count = this.#living(key);
    return count && count.failed >= most ? count.until - this.#clock() : 0;
  }

  #living(key: string): Count | undefined {
    const count = this.#counts.get(key);
    if (!count) return undefined;
    // After the clock was set back nobody waits for as long as it had been ahead.
    count.until = Math.min(count.until, this.#clock() + this.#limits.withinMs);
    if (count.until > this.#clock()) return count;
    this.#counts.delete(key);
    return undefined;
  }

  #add(key: string, failed: number): void {
    const count = this.#living(key);
    if (count) {
      count.failed = Math.max(0, count.failed + failed);
    } else if (failed > 0) {
      this.#counts.set(key, { failed, until: this.#clock() + this.#limits.withinMs });
      this.#forgetOldest();
    }
  }

  #forgetOldest(): void {
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST && oldest !== undefined) this.#counts.delete(oldest);
  }
}
