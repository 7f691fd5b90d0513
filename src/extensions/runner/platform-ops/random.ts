import { randomBytes } from 'node:crypto';

/** More is asked for in several calls. Unit: bytes; `getRandomValues` takes no more at a time. */
const MAX_BYTES = 65_536;

/**
 * Random bytes, as base64.
 *
 * @throws {RangeError} When the count is not a whole number between 0 and 65,536.
 */
export function random(count: unknown): string {
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0 || count > MAX_BYTES) {
    throw new RangeError(`a count of bytes is between 0 and ${MAX_BYTES}`);
  }
  return randomBytes(count).toString('base64');
}
