import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import type { StoreKey } from '../config/config.ts';
import { StoreError } from './store-error.ts';

/** What a sealed record is at rest. */
export interface Sealed {
  /** Id of the key that sealed it. */
  readonly key: string;
  /** Nonce (12 bytes), tag (16 bytes), ciphertext. */
  readonly bytes: Uint8Array;
}

/** Seals with the first key and opens with any, so that keys can be exchanged while records live. */
export interface Sealer {
  seal(place: Place, text: string): Sealed;
  /** @throws {StoreError} `STORE_UNREADABLE` when the key is not configured, or what is stored is not what was sealed here. */
  open(place: Place, sealed: Sealed): string;
}

/** Where a record stands. Authenticated with it, so that a row that is copied to another place does not open. */
interface Place {
  readonly kind: string;
  readonly id: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM with a random nonce for each record. Random nonces of 96 bits are safe for 2^32 records a key (NIST SP
 * 800-38D section 8.3): at a thousand sign-ins a minute that is eight years.
 */
export function createSealer(keys: readonly StoreKey[]): Sealer {
  const byId = new Map(keys.map((key) => [key.id, readKey(key)]));
  const first = keys[0];
  return {
    seal(place, text) {
      if (first === undefined) throw unreadable('no key is configured to seal with');
      return { key: first.id, bytes: encrypt(keyOf(byId, first.id), place, text) };
    },
    open: (place, sealed) => decrypt(keyOf(byId, sealed.key), place, sealed),
  };
}

function readKey(key: StoreKey): KeyObject {
  const bytes = Buffer.from(key.secret.reveal(), 'base64url');
  if (bytes.length === 32) return createSecretKey(bytes);
  throw unreadable(`key ${key.id} is not 32 bytes of base64url`);
}

function keyOf(keys: ReadonlyMap<string, KeyObject>, id: string): KeyObject {
  const key = keys.get(id);
  if (key !== undefined) return key;
  throw unreadable(`a record is sealed with key ${id}, which is not configured`);
}

function encrypt(key: KeyObject, place: Place, text: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(nameOf(place));
  const body = [cipher.update(text, 'utf8'), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...body]);
}

function decrypt(key: KeyObject, place: Place, { key: id, bytes }: Sealed): string {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, options);
    decipher.setAAD(nameOf(place)).setAuthTag(tag);
    const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    return decipher.update(body, undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw unreadable(`a record of kind ${place.kind} does not open with key ${id}`, cause);
  }
}

const nameOf = (place: Place): Buffer => Buffer.from(JSON.stringify([place.kind, place.id]));

function unreadable(message: string, cause?: unknown): StoreError {
  return new StoreError('STORE_UNREADABLE', message, {
    next: 'Put the key back into `keys`, below the first one, until what it sealed has ended.',
    ...(cause === undefined ? {} : { cause }),
  });
}
