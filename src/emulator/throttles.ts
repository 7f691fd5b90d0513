import type { Throttle } from './tenant/policies.ts';
import type { EmulatorTime } from './time.ts';

/** Counts requests in windows of time, by whatever key. */
export class Throttles {
  readonly #time: EmulatorTime;
  readonly #windows = new Map<string, { readonly startedAt: number; count: number }>();

  constructor(time: EmulatorTime) {
    this.#time = time;
  }

  /** Counts one request; true when it is one too many. */
  exceeds(key: string, throttle: Throttle): boolean {
    const now = this.#time.now();
    const known = this.#windows.get(key);
    const fresh = known === undefined || now - known.startedAt >= throttle.windowMs;
    const current = fresh ? { startedAt: now, count: 0 } : known;
    this.#windows.set(key, current);
    current.count += 1;
    return current.count > throttle.requests;
  }
}
