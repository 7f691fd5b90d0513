/** So often may an extension be among those who could have taken a runner down, before it is kept apart. */
const MAX_DOUBTS = 3;

/** Doubts are forgotten after so long, and an extension that was kept apart is trusted again. Unit: milliseconds. */
const FORGIVE_MS = 10 * 60_000;

/** Who did it again and again is kept apart for a day at the most. Unit: milliseconds. */
const MAX_APART_MS = 24 * 60 * 60_000;

interface Suspect {
  doubts: readonly number[];
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

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Notes that a runner was lost.
   *
   * @returns Extensions that are kept apart from now on.
   */
  accuse(extensions: ReadonlySet<string | null>): readonly string[] {
    if (extensions.size > 1) return this.doubt(extensions);
    return namesOf(extensions).filter((extension) => this.convict(extension));
  }

  /**
   * Notes that something happened that one of them is to blame for.
   *
   * @returns Extensions that are kept apart from now on.
   */
  doubt(extensions: ReadonlySet<string | null>): readonly string[] {
    return namesOf(extensions).filter((extension) => this.#doubtOne(extension));
  }

  /** Notes that an extension took a runner down; true when that is news. */
  convict(extension: string): boolean {
    const suspect = this.#of(extension);
    const news = !this.isApart(extension);
    suspect.offences++;
    const apart = Math.min(FORGIVE_MS * 2 ** (suspect.offences - 1), MAX_APART_MS);
    suspect.apartUntil = this.#now() + apart;
    return news;
  }

  /** True when an extension has to run in a process of its own. */
  isApart(extension: string): boolean {
    return (this.#known.get(extension)?.apartUntil ?? 0) > this.#now();
  }

  forget(extension: string): void {
    this.#known.delete(extension);
  }

  #doubtOne(extension: string): boolean {
    if (this.isApart(extension)) return false;
    const suspect = this.#of(extension);
    const now = this.#now();
    suspect.doubts = [...suspect.doubts.filter((at) => now - at < FORGIVE_MS), now];
    if (suspect.doubts.length < MAX_DOUBTS) return false;
    suspect.doubts = [];
    return this.convict(extension);
  }

  #of(extension: string): Suspect {
    const known = this.#known.get(extension) ?? { doubts: [], offences: 0, apartUntil: 0 };
    this.#known.set(extension, known);
    return known;
  }
}

function namesOf(extensions: ReadonlySet<string | null>): readonly string[] {
  return [...extensions].filter((extension) => extension !== null);
}
