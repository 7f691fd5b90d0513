/**
 * MIME types.
 *
 * @see https://mimesniff.spec.whatwg.org/#parsing-a-mime-type
 */
import { RegExpExec, StringSlice, StringToLowerCase } from './primordials.ts';

export interface MimeType {
  /** `type/subtype`, in lower case. */
  readonly essence: string;
  /** In the order in which they were given; names are in lower case. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const TYPE =
  /^[\t\n\r ]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\/([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[\t\n\r ]*(?:;|$)/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const QUOTABLE = /^[\t -~\x80-\xff]*$/;

/** Reads a quoted string that starts at `at`; what follows it up to the next semicolon is dropped. */
function readQuoted(text: string, at: number): { value: string; end: number } {
  let value = '';
  let index = at + 1;
  for (; index < text.length && text[index] !== '"'; index++) {
    if (text[index] === '\\' && index + 1 < text.length) index++;
    value += text[index]!;
  }
  const semicolon = text.indexOf(';', index);
  return { value, end: semicolon < 0 ? text.length : semicolon };
}

function readBare(text: string, at: number): { value: string; end: number } {
  const semicolon = text.indexOf(';', at);
  const end = semicolon < 0 ? text.length : semicolon;
  return { value: text.slice(at, end).replace(/[\t\n\r ]+$/, ''), end };
}

/** Reads one parameter; null when there is none, as before a semicolon that has no value. */
function readParameter(
  text: string,
  start: number,
): { pair: [string, string] | null; end: number } {
  let at = start;
  while (at < text.length && /[\t\n\r ]/.test(text[at]!)) at++;
  const nameStart = at;
  while (at < text.length && text[at] !== ';' && text[at] !== '=') at++;
  const name = StringToLowerCase(StringSlice(text, nameStart, at));
  if (at >= text.length || text[at] === ';') return { pair: null, end: at };
  const quoted = text[at + 1] === '"';
  const { value, end } = quoted ? readQuoted(text, at + 1) : readBare(text, at + 1);
  const usable = (quoted || value !== '') && TOKEN.test(name) && QUOTABLE.test(value);
  return { pair: usable ? [name, value] : null, end };
}

export function parseMimeType(text: string): MimeType | null {
  const match = RegExpExec(TYPE, text);
  if (match === null) return null;
  const parameters: [string, string][] = [];
  let at = match[0].length;
  while (at < text.length) {
    const { pair, end } = readParameter(text, at);
    if (pair !== null && !parameters.some(([name]) => name === pair[0])) parameters.push(pair);
    at = end + 1;
  }
  return { essence: StringToLowerCase(`${match[1]}/${match[2]}`), parameters };
}

export function serializeMimeType({ essence, parameters }: MimeType): string {
  let text = essence;
  for (const [name, value] of parameters) {
    const shown = TOKEN.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
    text += `;${name}=${shown}`;
  }
  return text;
}

export function parameterOf(type: MimeType, name: string): string | undefined {
  return type.parameters.find((parameter) => parameter[0] === name)?.[1];
}

/** Splits a combined header value at the commas that stand outside of quotes. */
function splitAtCommas(value: string): string[] {
  const items: string[] = [];
  let item = '';
  for (let index = 0; index < value.length; index++) {
    if (value[index] === ',') {
      items.push(item);
      item = '';
    } else if (value[index] === '"') {
      const start = index++;
      for (; index < value.length && value[index] !== '"'; index++) {
        if (value[index] === '\\') index++;
      }
      item += value.slice(start, index + 1);
    } else {
      item += value[index]!;
    }
  }
  items.push(item);
  return items;
}

/**
 * The MIME type of a combined `Content-Type` header: the last usable one, with the charset of an earlier one of the
 * same essence.
 *
 * @see https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
 */
export function extractMimeType(header: string | null): MimeType | null {
  if (header === null) return null;
  let found: MimeType | null = null;
  let charset: string | undefined;
  for (const item of splitAtCommas(header)) {
    const type = parseMimeType(item);
    if (type === null || type.essence === '*/*') continue;
    const own = parameterOf(type, 'charset');
    if (found === null || type.essence !== found.essence) {
      charset = own;
      found = type;
    } else if (own !== undefined || charset === undefined) {
      charset = own ?? charset;
      found = type;
    } else {
      found = { ...type, parameters: [...type.parameters, ['charset', charset]] };
    }
  }
  return found;
}
