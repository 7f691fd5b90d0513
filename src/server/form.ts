import { EntradaError } from '../errors.ts';

/** Names and values in the order received, duplicates included. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** More fields than any form of ours or any answer of Entra has. */
const MAX_FIELDS = 64;

/**
 * Reads `application/x-www-form-urlencoded` as it must be written: every pair has a name, every `%` two digits, and the
 * bytes are UTF-8. Nothing is repaired and nothing is merged, so that a field that came twice is seen twice.
 *
 * @throws {EntradaError} `SERVER_FORM_INVALID`.
 * @see https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
export function parseForm(text: string): Fields {
  if (text === '') return [];
  const pairs = text.split('&');
  if (pairs.length > MAX_FIELDS) throw invalid('it has too many fields');
  return pairs.map(readPair);
}

/** The value of a field that may come once; null when it did not come. */
export function fieldOf(fields: Fields, name: string): string | null {
  const found = fields.filter(([key]) => key === name);
  if (found.length > 1) throw invalid(`${name} came more than once`);
  return found[0]?.[1] ?? null;
}

function readPair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  const name = decode(equals === -1 ? pair : pair.slice(0, equals));
  if (name === '') throw invalid('a field has no name');
  return [name, equals === -1 ? '' : decode(pair.slice(equals + 1))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw invalid('a value is not well encoded', cause);
  }
}

/** Values are never named: they may be tokens. */
function invalid(reason: string, cause?: unknown): EntradaError {
  return new EntradaError('SERVER_FORM_INVALID', `the form is refused: ${reason}`, { cause });
}
