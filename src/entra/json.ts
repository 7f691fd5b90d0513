import type { Json, JsonObject } from '../../sandbox/contract.ts';

/** Nesting that no answer of Entra or Graph comes near; deeper ones are attacks on whoever walks the tree. */
const MAX_JSON_DEPTH = 32;

/** Decodes UTF-8 and refuses what is none; a byte order mark is kept, and refused by the JSON grammar. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A JSON object, as opposed to an array, null or a scalar. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of UTF-8 bytes; undefined when they are none. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The JSON object of a text; undefined for anything else. The parser's error is not kept: it would quote the text. */
function parseText(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The JSON object of UTF-8 bytes; undefined for anything else. */
export function parseObject(bytes: Uint8Array): JsonObject | undefined {
  const text = decode(bytes);
  return text === undefined ? undefined : parseText(text);
}

/**
 * The JSON object of UTF-8 bytes, refused where two readers could see different things: a name twice in one object, a
 * name that means something to JavaScript, too deep a nesting.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4 "Claim Names within a JWT Claims Set MUST be unique"
 */
export function parseUnambiguousObject(bytes: Uint8Array): JsonObject | undefined {
  const text = decode(bytes) ?? '';
  const object = parseText(text);
  return object !== undefined && countNames(object) === countWrittenNames(text)
    ? object
    : undefined;
}

/** How many names the tree has; undefined when it is too deep or has a name that is not just a name. */
function countNames(root: JsonObject): number | undefined {
  let names = 0;
  let level: readonly object[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_JSON_DEPTH || level.some(hasReservedName)) return undefined;
    for (const node of level) names += Array.isArray(node) ? 0 : Object.keys(node).length;
    level = level.flatMap(branches);
  }
  return names;
}

const hasReservedName = (node: object): boolean => Object.hasOwn(node, '__proto__');

const branches = (node: object): readonly object[] =>
  Object.values(node).filter((value) => typeof value === 'object' && value !== null);

/** A string of JSON, and the colon that makes it a name. */
const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"(?:[\t\n\r ]*:)?/gs;

/** How many names the text has. In valid JSON only a name is a string before a colon. */
const countWrittenNames = (text: string): number =>
  text.match(STRINGS)?.filter((string) => string.endsWith(':')).length ?? 0;
