import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** An unguessable text: 256 random bits as 43 characters of base64url, which Entra's state keeps as they are. */
export const unguessable = (): string => randomBytes(32).toString('base64url');

/** SHA-256 of a text's UTF-8, base64url: what is stored in place of a value that must not be readable. */
export const digest = (text: string): string => hash('sha256', text, 'base64url');

/** Compares without telling by its time where the texts differ; their lengths are no secret here. */
export function sameText(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
