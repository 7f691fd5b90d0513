import type { SignInRecord } from './record.ts';

/** Records that are remembered: whoever waits for one asks every second. */
const MOST = 100;

/** The sign-ins that ended last, in memory: for whoever waits for one. */
export class RecentSignIns {
  readonly #records: SignInRecord[] = [];

  add(record: SignInRecord): void {
    this.#records.push(record);
    if (this.#records.length > MOST) this.#records.shift();
  }

  /** Those that ended later than this, oldest first. Unit: milliseconds since 1970-01-01 UTC. */
  endedAfter(time: number): readonly SignInRecord[] {
    return this.#records.filter(({ endedAt }) => endedAt > time);
  }
}
