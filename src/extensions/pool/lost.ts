import type { EntradaError } from '../../errors.ts';

/** Ids of extensions; null stands for scripts that were evaluated. */
export type Crowd = ReadonlySet<string | null>;

/** Whose code was in a runner at a time when it did something wrong. */
export interface Present {
  readonly running: Crowd;
  /** Those that had just ended, and whose isolates may have been at work still. */
  readonly recent: Crowd;
}

/** A job whose runner is gone. */
export interface Lost {
  readonly lost: EntradaError;
  /** True when nothing else can have been the reason: no other code was in the runner. */
  readonly guilty: boolean;
}

/** The end of a runner that nobody wanted. */
export interface Loss {
  readonly error: EntradaError;
  readonly present: Present;
}

/** The one extension that was there; undefined when there were several, or none that has a name. */
export function onlyOne({ running, recent }: Present): string | undefined {
  const all = running.union(recent);
  const [one] = all;
  return all.size === 1 ? (one ?? undefined) : undefined;
}
