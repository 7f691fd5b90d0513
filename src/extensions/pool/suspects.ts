import { type Crowd, onlyOne, type Present } from './lost.ts';

/** So often may an extension be among those who could have taken a runner down, before it is kept apart. */
const MAX_DOUBTS = 3;

/** What it weighs to have ended just before: far less often the reason, but possible. */
const ENDED_BEFORE = 1 / 3;

/** Doubts are forgotten after so long, and an extension that was kept apart is trusted again. Unit: milliseconds. */
const FORGIVE_MS = 10 * 60_000;

/** Who did it again and again is kept apart for a day at the most. Unit: milliseconds. */
const MAX_APART_MS = 24 * 60 * 60_000;

interface Doubt {
  readonly at: number;
  readonly weight: number;
  /** What happened, and who was there. */
  readonly about: unknown;
  readonly crowd: Crowd;
}

interface Suspect {
  doubts: readonly Doubt[];
  offences: number;
  apartUntil: number;
}

/**
 * Remembers which extensions took a runner down, or were there when one went down. Such an extension is kept apart: it runs
 * in a process of its own, so that it harms nobody but itself, and nothing else changes for it.
 */
export class Suspects {
  readonly #known = new Map<string, Suspect>();
  readonly #now: () => number;

  /** @param now Unit: milliseconds, from any beginning. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Notes that a runner was lost: who was there alone did it, of several each could have.
   *
   * @param about What happened, for `absolve`.
   * @returns Extensions that are kept apart from now on.
   */
  accuse(about: unknown, present: Present): readonly string[] {
    const one = onlyOne(present);
    if (one === undefined) return this.doubt(about, present);
    return this.convict(one) ? [one] : [];
  }

  /**
   * Notes that something happened that one of them is to blame for.
   *
   * @returns Extensions that are kept apart from now on.
   */
  doubt(about: unknown, { running, recent }: Present): readonly string[] {
    const crowd = running.union(recent);
    for (const extension of crowd) {
      const weight = running.has(extension) ? 1 : ENDED_BEFORE;
      if (extension !== null) this.#add(extension, { at: this.#now(), weight, about, crowd });
    }
    const named = [...crowd].filter((one) => one !== null);
    const tooOften = named.filter((one) => this.#weight(one) >= MAX_DOUBTS);
    return tooOften.filter((one) => this.convict(one));
  }

  /** Notes that an extension took a runner down, which clears those who were there with it; true when that is news. */
  convict(extension: string): boolean {
    const suspect = this.#of(extension);
    const news = !this.isApart(extension);
    suspect.offences++;
    const apart = Math.min(FORGIVE_MS * 2 ** (suspect.offences - 1), MAX_APART_MS);
    suspect.apartUntil = this.#now() + apart;
    for (const one of this.#known.values())
      one.doubts = one.doubts.filter(({ crowd }) => !crowd.has(extension));
    return news;
  }

  /** Notes that an extension did the same again, alone, and nothing happened. */
  absolve(extension: string, about: unknown): void {
    const suspect = this.#of(extension);
    suspect.doubts = suspect.doubts.filter((doubt) => doubt.about !== about);
  }

  /** True when an extension has to run in a process of its own. */
  isApart(extension: string): boolean {
    return (this.#known.get(extension)?.apartUntil ?? 0) > this.#now();
  }

  forget(extension: string): void {
    this.#known.delete(extension);
  }

  #add(extension: string, doubt: Doubt): void {
    const suspect = this.#of(extension);
    const recent = suspect.doubts.filter(({ at }) => doubt.at - at < FORGIVE_MS);
    suspect.doubts = [...recent, doubt];
  }

  #weight(extension: string): number {
    const { doubts } = this.#of(extension);
    return doubts.reduce((sum, { weight }) => sum + weight, 0);
  }

  #of(extension: string): Suspect {
    const known = this.#known.get(extension) ?? { doubts: [], offences: 0, apartUntil: 0 };
    this.#known.set(extension, known);
    return known;
  }
}
