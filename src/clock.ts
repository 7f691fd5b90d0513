/**
 * The time as an argument: every part that asks for it is given a `Clock`, so that a test can stand at 119 s and at 121 s
 * without waiting. Unit: milliseconds since 1970-01-01 UTC.
 */
export type Clock = () => number;

/** The machine's own clock. */
export const systemClock: Clock = () => Date.now();

/**
 * True while a time is less than a span ago. One that is still to come was told by a clock that has been set back since:
 * what was put off then would be put off for as long as the clock was wrong.
 *
 * @param time Unit: milliseconds since 1970-01-01 UTC.
 * @param spanMs Unit: milliseconds.
 * @param now Unit: milliseconds since 1970-01-01 UTC.
 */
export const isLately = (time: number, spanMs: number, now: number): boolean =>
  time <= now && now - time < spanMs;

/** Whole seconds, the unit of `exp`, `iat` and `nbf` in tokens (RFC 7519 section 2, NumericDate). */
export const toSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
