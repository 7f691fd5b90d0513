/** What a method of the chain says of a sign-in. `next`: not mine, ask the next one. */
export type Verdict = 'accept' | 'reject' | 'next';

/** A verdict as it is kept for `entrada explain`. */
export interface VerdictRecord {
  /** Id of the method. */
  readonly method: string;
  readonly type: string;
  readonly verdict: Verdict;
  /** Why, as a stable code; null for an acceptance. */
  readonly code: string | null;
  readonly message: string | null;
  readonly durationMs: number;
}
