import type { FailureKind, Json } from '../../../sandbox/contract.ts';
import type { Limits } from '../limits.ts';

/** Something that guest code tries, and what has to come of it. */
export interface Attack {
  /** In kebab-case: the name of the check, and of the test that says more about it. */
  readonly name: string;
  /** What is tried, and by its being tried here, what does not work. */
  readonly tries: string;
  /**
   * The body of a hook, in strict mode, with `signIn` and `ctx`. What it returns is what the attacker got hold of. The
   * host answers `fetch` with what it was asked, as JSON.
   */
  readonly program: string;
  readonly ends: Ending;
  /** Limits that differ from those of every extension. */
  readonly limits?: Partial<Limits>;
}

/** How an attack may end: with nothing but this in the attacker's hands, or as a failure of one of these. */
export interface Ending {
  readonly value?: Json;
  readonly fails?: readonly Fails[];
}

export type Fails = readonly [kind: FailureKind, code: string];
