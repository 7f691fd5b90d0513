import type { Json, JsonObject } from '../../sandbox/contract.ts';

/** Nesting that no answer of Entra or Graph comes near; deeper ones are attacks on whoever walks the tree. */
export const MAX_JSON_DEPTH = 32;

/** Decodes UTF-8 and refuses what is none; a byte order mark is kept, and refused by the JSON grammar. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A JSON object, as opposed to an array, null or a scalar. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON value of UTF-8 bytes; undefined when they are none. Its error is not kept: it would quote the text. */
export function parseJson(bytes: Uint8Array): Json | undefined {
  try {
    const value: Json = JSON.parse(utf8.decode(bytes));
    return value;
  } catch {
    return undefined;
  }
}

/** The JSON object of UTF-8 bytes; undefined for anything else. */
export function parseObject(bytes: Uint8Array): JsonObject | undefined {
  const value = parseJson(bytes);
  return isObject(value) ? value : undefined;
}

/**
 * The JSON object of UTF-8 bytes, refused where two readers could see different things: a name twice in one object, a
 * name that means something to JavaScript, too deep a nesting.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4 "Claim Names within a JWT Claims Set MUST be unique"
 */
export function parseUnambiguousObject(bytes: Uint8Array): JsonObject | undefined {
  const object = parseObject(bytes);
  if (object === undefined) return undefined;
  const names = countNames(object);
  return names === countWrittenNames(utf8.decode(bytes)) ? object : undefined;
}

/** How many names the tree has; undefined when it is too deep or has a name that is not just a name. */
function countNames(root: JsonObject): number | undefined {
  let names = 0;
  let level: readonly Json[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_JSON_DEPTH || level.some(hasReservedName)) return undefined;
    names += level.reduce<number>(
      (sum, node) => sum + (isObject(node) ? Object.keys(node).length : 0),
      0,
    );
    level = level.flatMap(children);
  }
  return names;
}

const hasReservedName = (node: Json): boolean => isObject(node) && Object.hasOwn(node, '__proto__');

function children(node: Json): readonly Json[] {
  return typeof node === 'object' && node !== null ? Object.values(node) : [];
}

/** How many names the text has. In valid JSON only a name is a string before a colon. */
function countWrittenNames(text: string): number {
  const strings = text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(?<colon>[\t\n\r ]*:)?/gs);
  return strings.reduce((sum, string) => sum + (string.groups?.['colon'] === undefined ? 0 : 1), 0);
}
