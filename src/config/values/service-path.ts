import { parsed, refused, type Parsed } from './parsed.ts';

/** The form of a service's path, as a regular expression. */
export const SERVICE_PATH_PATTERN = '/|(?:/[A-Za-z0-9._~-]+)+';

/** Entrada's own sign-in page, logout and API are there, whatever services there are. */
const RESERVED = '/__chsps__';

/** Parses the path of a service: `/`, or segments with no slash at the end. */
export function parseServicePath(text: string): Parsed<string> {
  if (!new RegExp(`^(?:${SERVICE_PATH_PATTERN})$`).test(text)) {
    return refused((it) => `${it} cannot be the path of a service`, { next: FORM });
  }
  if (/\/\.{1,2}(?:\/|$)/.test(text)) {
    return refused((it) => `${it} holds a segment that browsers take out`, { next: FORM });
  }
  if (areNested(text, RESERVED)) {
    return refused((it) => `${it} belongs to Entrada itself`, { next: 'Choose another path.' });
  }
  return parsed(text);
}

/** True when one of two paths is the other or lies below it. The root is above all and takes nothing away. */
export function areNested(a: string, b: string): boolean {
  if (a === b) return true;
  if (a === '/' || b === '/') return false;
  return a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

const FORM =
  'Begin with / and end without one, as in /console; letters, digits, dots, -, _ and ~ may follow.';
