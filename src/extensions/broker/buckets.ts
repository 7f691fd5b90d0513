import type { Clock } from '../../clock.ts';

/** How much may be taken over time. */
export interface Rate {
  /** Over time. */
  readonly perSecond: number;
  /** At once, after a pause. */
  readonly burst: number;
}

/** What is left of an allowance. */
export interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Allowances by key, each filled again as time goes on: a bucket of tokens for each. */
export class Buckets {
  readonly #clock: Clock;
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
  }

  /** The bucket of a key, with what it has by now. Whoever takes from it writes to it. */
  of(key: string): Bucket {
    const now = this.#clock();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#rate.burst, filledAt: now };
    const gained = ((now - bucket.filledAt) / 1000) * this.#rate.perSecond;
    bucket.tokens = Math.min(this.#rate.burst, bucket.tokens + Math.max(0, gained));
    bucket.filledAt = now;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
