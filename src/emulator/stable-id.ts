import { createHash, randomBytes, randomUUID } from 'node:crypto';

/**
 * A GUID that is the same in every run for the same parts, so that a seed without ids gives a demo whose ids one can
 * write down.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.8 (version 8: the bits are ours)
 */
export function stableGuid(...parts: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A new random GUID, lower case. */
export const newGuid = (): string => randomUUID();

/** Random base64url text made of so many bytes. */
export const randomText = (bytes: number): string => randomBytes(bytes).toString('base64url');
