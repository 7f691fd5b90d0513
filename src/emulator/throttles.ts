import { ExpiringMap } from './expiring-map.ts';
import type { Throttle } from './tenant/policies.ts';
import type { EmulatorTime } from './time.ts';

interface Window {
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  count: number;
}

/** One for each browser and application that signs in. */
const MAX_WINDOWS = 50_000;

/** Counts requests in windows of time, by whatever key. */
export class Throttles {
  readonly #time: EmulatorTime;
  readonly #windows: ExpiringMap<Window>;

  constructor(time: EmulatorTime) {
    this.#time = time;
    this.#windows = new ExpiringMap(time, MAX_WINDOWS);
  }

  /** Counts one request; true when it is one too many. */
  exceeds(key: string, throttle: Throttle): boolean {
    const current = this.#current(key) ?? this.#open(key, throttle);
    current.count += 1;
    return current.count > throttle.requests;
  }

  /** A window that begins later than now is of a time that was moved back since. */
  #current(key: string): Window | undefined {
    const known = this.#windows.get(key);
    return known === undefined || known.startedAt > this.#time.now() ? undefined : known;
  }

  #open(key: string, { windowMs }: Throttle): Window {
    const startedAt = this.#time.now();
    const opened = { startedAt, count: 0 };
    this.#windows.set(key, opened, startedAt + windowMs);
    return opened;
  }
}
