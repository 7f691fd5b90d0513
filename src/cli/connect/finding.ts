/** What was found: `change` names what to change, and where. `unknown`: it cannot be told, or not without a person. */
export type FindingResult = 'ok' | 'unknown' | 'change';

/** One line of `check --connect`. */
export interface Finding {
  /** Id of the method; null for what all methods share. */
  readonly method: string | null;
  readonly check: FindingName;
  readonly result: FindingResult;
  readonly says: string;
  /** What to do; always there with `change`. */
  readonly next?: string;
}

export type FindingName =
  | 'store'
  | 'proxy'
  | 'discovery'
  | 'issuer'
  | 'clock'
  | 'keys'
  | 'secret'
  | 'expiry'
  | 'graph'
  | 'redirect-uri'
  | 'permissions'
  | 'sign-in'
  | 'consent'
  | 'group-names';

/** A line before its method is known. */
export type Line = Omit<Finding, 'method'>;

export const ok = (check: FindingName, says: string): Line => ({ check, result: 'ok', says });

export const unknown = (check: FindingName, says: string, next?: string): Line => ({
  check,
  result: 'unknown',
  says,
  ...(next === undefined ? {} : { next }),
});

export const change = (check: FindingName, says: string, next: string): Line => ({
  check,
  result: 'change',
  says,
  next,
});
