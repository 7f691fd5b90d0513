import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import type { SigningKey } from '../keys.ts';
import type { World } from '../world.ts';
import { type Claims, encode, hashNonce } from './sign.ts';
import { unlessRefused } from './unless-refused.ts';

/**
 * Reads an access token as its resource does: the claims, or undefined for a token that this login host did not sign.
 * What the claims say is not judged here.
 */
export async function readAccessToken(world: World, token: string): Promise<Claims | undefined> {
  const opaque = world.opaqueTokens.read(token);
  if (opaque !== undefined) return opaque;
  return unlessRefused(() => verifySigned(world, token));
}

async function verifySigned(world: World, token: string): Promise<Claims | undefined> {
  const header = decodeProtectedHeader(token);
  const key = world.keys.find(header.kid ?? '');
  if (key === undefined) return undefined;
  await verify(key, token, header);
  return decodeJwt(token);
}

/** A header with a nonce was signed with the nonce hashed. */
async function verify(key: SigningKey, token: string, header: object): Promise<void> {
  const [, payload, signature] = token.split('.');
  const nonce = 'nonce' in header && typeof header.nonce === 'string' ? header.nonce : undefined;
  const signed = nonce === undefined ? header : { ...header, nonce: hashNonce(nonce) };
  const text = [encode(signed), payload, signature].join('.');
  await compactVerify(text, key.publicKey, { algorithms: ['RS256'] });
}
