import type { ErrorCode } from '../../errors.ts';

/** Why a text is not of the form that it must have. */
export interface Problem {
  /** Default `CONFIG_INVALID_VALUE`. */
  readonly code?: ErrorCode;
  /**
   * The sentence, without its full stop. `it` is the wrong part, quoted, or words that stand for it where it must not be
   * shown: the sentence itself never holds anything of the text.
   */
  readonly says: (it: string) => string;
  /** The part of the text that is wrong; left out: all of it. */
  readonly part?: string;
  /** What would be right. Holds nothing of the text. */
  readonly next?: string;
  /** The text, mended. Said instead of `next` where the text itself may be shown. */
  readonly mended?: string;
}

/** What a parser answers: the value, or what is wrong. Parsers never throw. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

/** The value was read. */
export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** The text is not of its form. */
export function refused(
  says: Problem['says'],
  details: Omit<Problem, 'says'> = {},
): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { says, ...details } };
}
