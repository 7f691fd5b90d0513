import { parsed, refused, type Parsed } from './parsed.ts';

/** The form of a date, as a regular expression. */
export const DATE_PATTERN = '[0-9]{4}-[0-9]{2}-[0-9]{2}';

/** Parses a day of the calendar, as in `2027-01-31`: its beginning. Unit: milliseconds since 1970-01-01 UTC. */
export function parseDate(text: string): Parsed<number> {
  const time = new RegExp(`^${DATE_PATTERN}$`).test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // The 31st of a shorter month is read as a day of the next one.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    return refused((it) => `${it} is not a date`, {
      next: 'Write year, month and day, as in 2027-01-31.',
    });
  }
  return parsed(time);
}
