import type { SignInRecord } from './record.ts';

/** Records that are remembered: whoever waits for one asks every second. */
const MOST = 100;

/** Shorter beginnings of ids could be anybody's. Unit: characters. */
const SHORT_ID = 8;

/** The sign-ins that ended last, in memory: for whoever waits for one. */
export class RecentSignIns {
  readonly #records: SignInRecord[] = [];

  add(record: SignInRecord): void {
    this.#records.push(record);
    if (this.#records.length > MOST) this.#records.shift();
  }

  /** The one whose id begins so, where that is no other one's beginning: as lists show ids. */
  beginningWith(start: string): SignInRecord | undefined {
    const found = this.#records.filter(({ id }) => id.startsWith(start));
    return start.length >= SHORT_ID && found.length === 1 ? found[0] : undefined;
  }

  /** Those that ended later than this, oldest first. Unit: milliseconds since 1970-01-01 UTC. */
  endedAfter(time: number): readonly SignInRecord[] {
    return this.#records.filter(({ endedAt }) => endedAt > time);
  }
}
