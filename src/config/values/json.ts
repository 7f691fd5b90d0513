import type { JsonObject } from '../../../sandbox/contract.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

/** Reads plain data that JSON can say, with nothing that would change on its way into an isolate. */
export function readJson(value: object): Parsed<JsonObject> {
  if (isJsonObject(value)) return parsed(value);
  return refused(() => 'The map holds what JSON cannot say', {
    next: 'Use text, finite numbers, true, false, null, lists and maps.',
  });
}

function isJsonObject(value: object): value is JsonObject {
  return isJson(value);
}

function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isJson);
  return typeof value === 'number' ? Number.isFinite(value) : value !== undefined;
}
