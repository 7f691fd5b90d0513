import type { Clock } from '../../clock.ts';
import { Buckets, type Rate } from './buckets.ts';

/** A service that says "later" is left alone at the most so long. Unit: milliseconds. */
const MAX_PAUSE_MS = 60_000;

/**
 * Keeps extensions from using up what a service gives to the whole tenant: sign-in itself calls Graph, and must not be
 * throttled because an extension calls it too often. Shared by all invocations of a gateway.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #rate: Rate;
  /** Of requests of one extension to one origin. */
  readonly #buckets: Buckets;
  /** By origin: until when it wants to be left alone. */
  readonly #pauses = new Map<string, number>();

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#buckets = new Buckets(clock, rate);
  }

  /** How long to wait before a request may be sent; 0 for at once. Takes the request's place in the queue. Unit: ms. */
  reserve(extension: string, origin: string): number {
    const bucket = this.#buckets.of(`${extension} ${origin}`);
    bucket.tokens -= 1;
    return bucket.tokens >= 0 ? 0 : (-bucket.tokens / this.#rate.perSecond) * 1000;
  }

  /** Gives back a place that is not used. */
  release(extension: string, origin: string): void {
    this.#buckets.of(`${extension} ${origin}`).tokens += 1;
  }

  /** How long an origin still wants to be left alone; 0 when it does not. Unit: milliseconds. */
  pauseOf(origin: string): number {
    const until = this.#pauses.get(origin) ?? 0;
    const left = until - this.#clock();
    if (left <= 0) this.#pauses.delete(origin);
    return Math.max(0, left);
  }

  /** Notes an answer: 429 and 503 say when to come back (RFC 9110 section 10.2.3). */
  answered(origin: string, status: number, retryAfter: string | undefined): void {
    if (status !== 429 && status !== 503) return;
    const ms = readRetryAfter(retryAfter, this.#clock());
    if (ms === undefined) return;
    const until = this.#clock() + Math.min(ms, MAX_PAUSE_MS);
    this.#pauses.set(origin, Math.max(until, this.#pauses.get(origin) ?? 0));
  }
}

/** Seconds, or a date. Unit of the answer: milliseconds; undefined for anything else. */
function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = value.endsWith('GMT') ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
