import { parsed, refused, type Parsed } from './parsed.ts';

/** Unit: milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The form of a duration, as a regular expression. */
export const DURATION_PATTERN = '[0-9]+(?:ms|s|m|h|d)';

/** The longest that a duration can say: what browsers keep a cookie for. Unit: milliseconds. */
const LONGEST = 400 * 86_400_000;

/** Milliseconds of a text such as `200ms`, `5s`, `30m`, `12h` or `30d`; more than nothing, at most 400 days. */
export function parseDuration(text: string): Parsed<number> {
  const [, digits, unit] = /^([0-9]+)([a-z]+)$/.exec(text) ?? [];
  const factor = Object.hasOwn(UNITS, unit ?? '') ? UNITS[unit ?? ''] : undefined;
  if (digits === undefined || factor === undefined) {
    return refused((it) => `${it} is not a duration`, {
      next: 'Write a whole number and its unit (ms, s, m, h or d), as in 30m.',
    });
  }
  const milliseconds = Number(digits) * factor;
  if (milliseconds === 0) return refused((it) => `${it} is no time at all`);
  if (milliseconds > LONGEST) return refused((it) => `${it} is longer than 400 days`);
  return parsed(milliseconds);
}

/** A parser of durations up to a limit, which the message names. */
export function durationUpTo(limit: string): (text: string) => Parsed<number> {
  const most = parseDuration(limit);
  return (text) => {
    const duration = parseDuration(text);
    if (!duration.ok || !most.ok || duration.value <= most.value) return duration;
    return refused((it) => `${it} is longer than ${limit}`, { next: `At most ${limit}.` });
  };
}
