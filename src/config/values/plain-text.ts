import { parsed, refused, type Parsed } from './parsed.ts';

/** Characters that no text for people may hold: it is shown on pages and in logs. */
const UNSHOWABLE = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** Longer texts are no names. Unit: UTF-16 code units. */
const MOST_CHARACTERS = 200;

/** Parses text for people: one line. */
export function parseWords(text: string): Parsed<string> {
  if (UNSHOWABLE.test(text))
    return refused((it) => `${it} holds a line break or a control character`);
  if (text.length > MOST_CHARACTERS) return refused((it) => `${it} is longer than 200 characters`);
  return parsed(text);
}

/** Parses a name for people: something, without spaces around it. */
export function parseName(text: string): Parsed<string> {
  if (text.trim() === text && text !== '') return parseWords(text);
  return refused((it) => `${it} is empty, or begins or ends with a space`);
}

/** The form of an id, as a regular expression. */
export const ID_PATTERN = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';

/** Parses the id of an entry. It stands in URLs and in comma-separated lists, so few characters may be in it. */
export function parseId(text: string): Parsed<string> {
  if (new RegExp(`^${ID_PATTERN}$`).test(text)) return parsed(text);
  return refused((it) => `${it} cannot be an id`, {
    next: 'Use 1 to 64 letters, digits, dots, - and _, beginning with a letter or a digit; a UUID is a good id.',
  });
}

/** Parses a path of the file system. */
export function parseFilePath(text: string): Parsed<string> {
  if (text !== '' && !UNSHOWABLE.test(text)) return parsed(text);
  return refused((it) => `${it} cannot be a path`);
}
