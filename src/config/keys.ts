import { randomBytes } from 'node:crypto';
import type { StoreKey } from './config.ts';
import { Secret } from './secret.ts';
import { parsed, refused, type Parsed } from './values/parsed.ts';

/** A key's length: AES-256. Unit: bytes. */
const KEY_BYTES = 32;

/** A random key has fewer different bytes than this once in 10^50 keys. */
const LEAST_DIFFERENT_BYTES = 8;

const ID = /^[A-Za-z0-9_-]{1,32}$/;

/** The form of a key line, as a regular expression. */
export const KEY_PATTERN = '[A-Za-z0-9_-]{1,32}:[A-Za-z0-9_-]{43}';

/** Parses one key line, `id:base64url of 32 bytes`. Problems name the id at most. */
export function parseKey(line: string): Parsed<StoreKey> {
  const [id = '', encoded, ...rest] = line.trim().split(':');
  if (encoded === undefined || rest.length > 0 || !ID.test(id)) {
    return refused(() => 'A key is not of the form id:base64url of 32 bytes', { next: NEXT });
  }
  if (!isKey(encoded)) {
    return refused(() => `The key ${id} is not base64url of 32 bytes`, { next: NEXT });
  }
  return parsed({ id, secret: new Secret(encoded) });
}

/** Parses several key lines; empty ones and those that begin with # are skipped. */
export function parseKeys(text: string): Parsed<readonly StoreKey[]> {
  const keys: StoreKey[] = [];
  for (const line of text.split('\n').filter(isKeyLine)) {
    const key = parseKey(line);
    if (!key.ok) return key;
    keys.push(key.value);
  }
  return keys.length > 0 ? parsed(keys) : refused(() => 'There is no key', { next: NEXT });
}

function isKeyLine(line: string): boolean {
  return line.trim() !== '' && !line.trimStart().startsWith('#');
}

/** A new key line for `keys`, from the system's random numbers. */
export function generateKey(id: string): string {
  if (!ID.test(id)) throw new RangeError('A key id has 1 to 32 letters, digits, - and _');
  return `${id}:${randomBytes(KEY_BYTES).toString('base64url')}`;
}

/** False for a key that nobody drew at random, as an example in a guide. */
export function looksRandom(key: StoreKey): boolean {
  const bytes = Buffer.from(key.secret.reveal(), 'base64url');
  return new Set(bytes).size >= LEAST_DIFFERENT_BYTES;
}

/** True for the one spelling of 32 bytes in base64url. */
function isKey(encoded: string): boolean {
  const bytes = Buffer.from(encoded, 'base64url');
  return bytes.length === KEY_BYTES && bytes.toString('base64url') === encoded;
}

const NEXT = 'Make one with: entrada keygen.';
