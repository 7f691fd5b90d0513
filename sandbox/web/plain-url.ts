/**
 * URLs that are their own serialization. Nearly every URL that an extension fetches is one; recognizing it spares an
 * invocation the URL part. It is read character by character: to compile a regular expression takes longer.
 */
import { StringCharCodeAt, StringIndexOf, StringSlice } from './primordials.ts';

const PERCENT = 0x25;
const APOSTROPHE = 0x27;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;
const QUESTION = 0x3f;
const UNDERSCORE = 0x5f;

/** What is never encoded in a path beside letters and digits; in a query all of it but the apostrophe. */
const MARKS = "-._~!$&'()*+,;=:@/";

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isSmall = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const isHex = (code: number): boolean =>
  isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);

/** A label of a host as URLs keep it: not one that is decoded or mapped. */
function isLabel(text: string, start: number, end: number): boolean {
  if (end === start || StringCharCodeAt(text, end - 1) === HYPHEN) return false;
  return StringSlice(text, start, start + 4) !== 'xn--';
}

/** Where a host of such labels ends whose last one has a letter first, so that it is no address; -1 for other hosts. */
function endOfHost(text: string, at: number): number {
  let start = at;
  for (let index = at; ; index++) {
    const code = StringCharCodeAt(text, index);
    if (isSmall(code) || isDigit(code) || code === UNDERSCORE) continue;
    if (code === HYPHEN && index > start) continue;
    if (!isLabel(text, start, index)) return -1;
    if (code !== DOT) return isSmall(StringCharCodeAt(text, start)) ? index : -1;
    start = index + 1;
  }
}

/** Where a port ends that could not be a default one; -1 for other ports. */
function endOfPort(text: string, at: number): number {
  if (StringCharCodeAt(text, at) !== COLON) return at;
  let end = at + 1;
  while (isDigit(StringCharCodeAt(text, end))) end++;
  const port = StringSlice(text, at + 1, end);
  const kept = port !== '' && port.length < 5 && port[0] !== '0' && port !== '80' && port !== '443';
  return kept ? end : -1;
}

/** How long the dot at a place is: also as `%2e`. 0 when there is none. */
function lengthOfDot(text: string, at: number): number {
  const code = StringCharCodeAt(text, at);
  if (code !== PERCENT) return code === DOT ? 1 : 0;
  const escape = StringSlice(text, at + 1, at + 3);
  return escape === '2e' || escape === '2E' ? 3 : 0;
}

/** True for a segment of one or two dots. */
function isDotSegment(text: string, at: number): boolean {
  const first = lengthOfDot(text, at);
  if (first === 0) return false;
  const end = at + first + lengthOfDot(text, at + first);
  const next = StringCharCodeAt(text, end);
  return end === text.length || next === SLASH || next === QUESTION;
}

function isKept(text: string, at: number, code: number): boolean {
  if (isSmall(code) || isDigit(code) || (code >= 0x41 && code <= 0x5a)) return true;
  return StringIndexOf(MARKS, text[at]!) >= 0;
}

const isEscape = (text: string, at: number): boolean =>
  isHex(StringCharCodeAt(text, at + 1)) && isHex(StringCharCodeAt(text, at + 2));

/** True for a path and a query of characters that are never encoded, without dot segments. */
function isPlainRest(text: string, at: number): boolean {
  let inQuery = false;
  for (let index = at; index < text.length; index++) {
    const code = StringCharCodeAt(text, index);
    if (code === QUESTION) inQuery = true;
    else if (code === PERCENT ? !inQuery && !isEscape(text, index) : !isKept(text, index, code))
      return false;
    else if (code === APOSTROPHE && inQuery) return false;
    else if (code === SLASH && isDotSegment(text, index + 1)) return false;
  }
  return true;
}

function startOfHost(text: string): number {
  if (StringSlice(text, 0, 8) === 'https://') return 8;
  return StringSlice(text, 0, 7) === 'http://' ? 7 : -1;
}

/** True when parsing and serializing the URL gives the text back, and it has no fragment and no credentials. */
export function isPlainUrl(text: string): boolean {
  const host = startOfHost(text);
  const port = host < 0 ? -1 : endOfHost(text, host);
  const path = port < 0 ? -1 : endOfPort(text, port);
  return path >= 0 && StringCharCodeAt(text, path) === SLASH && isPlainRest(text, path);
}
