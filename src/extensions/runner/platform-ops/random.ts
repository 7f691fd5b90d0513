import { createCipheriv, randomBytes } from 'node:crypto';

/** More is asked for in several calls. Unit: bytes; `getRandomValues` takes no more at a time. */
const MAX_BYTES = 65_536;

/**
 * Makes what gives an isolate its random bytes, as base64. It throws a `RangeError` when their count is not a whole number
 * between 0 and 65,536.
 *
 * @param key Base64url of 32 bytes: all bytes come of it, for a recording or a replay. Left out: they are random.
 */
export function createRandom(key?: string): (count: unknown) => string {
  const bytes = key === undefined ? randomBytes : keyed(key);
  return (count) => {
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 0 || count > MAX_BYTES) {
      throw new RangeError(`a count of bytes is between 0 and ${MAX_BYTES}`);
    }
    return bytes(count).toString('base64');
  };
}

/** The key stream of AES in counter mode: as hard to foresee as random bytes are, for whoever does not have the key. */
function keyed(key: string): (count: number) => Buffer {
  const cipher = createCipheriv('aes-256-ctr', Buffer.from(key, 'base64url'), Buffer.alloc(16));
  return (count) => cipher.update(Buffer.alloc(count));
}
