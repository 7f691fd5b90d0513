import { createHash } from 'node:crypto';
import { CompactSign } from 'jose';
import type { SigningKey } from '../keys.ts';

export type Claims = Record<string, unknown>;

const encoder = new TextEncoder();

/** A header; members are printed in their order. */
export type TokenHeader = Claims & { readonly alg: string };

/** Signs a token whose header is exactly what is given. */
export const signToken = (key: SigningKey, header: TokenHeader, payload: Claims): Promise<string> =>
  new CompactSign(encoder.encode(JSON.stringify(payload)))
    .setProtectedHeader(header)
    .sign(key.privateKey);

/**
 * Signs as Entra signs tokens for Graph: the signature is over a header whose `nonce` is the SHA-256 of the nonce that
 * is sent. Only the resource knows to hash it first, so that the token does not verify for anybody else.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens (access tokens are opaque to clients)
 */
export async function signForGraph(
  key: SigningKey,
  nonce: string,
  payload: Claims,
): Promise<string> {
  const header = { typ: 'JWT', nonce, alg: 'RS256', x5t: key.kid, kid: key.kid };
  const signed = await signToken(key, { ...header, nonce: hashNonce(nonce) }, payload);
  const [, body, signature] = signed.split('.');
  return [encode(header), body, signature].join('.');
}

/** The nonce as it was signed. */
export const hashNonce = (nonce: string): string =>
  createHash('sha256').update(nonce).digest('base64url');

/** Base64url of JSON: one part of a token. */
export const encode = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

/** Left half of the SHA-256 of a token or code, for `at_hash` and `c_hash` (OpenID Connect Core 3.2.2.9, 3.3.2.11). */
export const leftHalfHash = (text: string): string =>
  createHash('sha256').update(text, 'ascii').digest().subarray(0, 16).toString('base64url');
