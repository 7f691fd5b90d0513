import type { ErrorCode } from '../../errors.ts';
import type { Problem } from '../values/parsed.ts';
import type { Path } from './path.ts';

/** Something wrong with a value of a document, before it has a place in the file. */
export interface Finding extends Problem {
  readonly code: ErrorCode;
  /** Default `error`. */
  readonly severity?: 'error' | 'warning';
  readonly path: Path;
  /** Point at the value (default), at its key, or, for a key that is missing, at the entry that should have it. */
  readonly at?: 'value' | 'key' | 'entry';
  /** The finding stands only while nothing is wrong at these paths: it was concluded from their values. */
  readonly needs?: readonly Path[];
}

/** A warning, which never stops the gateway. */
export function warning(
  path: Path,
  says: Problem['says'],
  details: Partial<Finding> = {},
): Finding {
  return { code: 'CONFIG_WARNING', severity: 'warning', path, says, ...details };
}
