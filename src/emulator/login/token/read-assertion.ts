import {
  compactVerify,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JWTPayload,
  type ProtectedHeaderParameters,
} from 'jose';
import type { ClientCertificate } from '../../tenant/credentials.ts';
import { unlessRefused } from '../../tokens/unless-refused.ts';
import { refuse, type Refusal } from '../refusal.ts';
import type { TokenRequest } from './token-request.ts';

/** A client assertion, read and not yet believed. */
export interface ReadAssertion {
  readonly text: string;
  readonly header: ProtectedHeaderParameters;
  readonly payload: JWTPayload;
}

/** Difference of clocks that is let pass. Unit: seconds. */
const SKEW_SECONDS = 300;

/** Reads a client assertion; undefined when it is no JWT. */
export function readAssertion(text: string): ReadAssertion | undefined {
  try {
    return { text, header: decodeProtectedHeader(text), payload: decodeJwt(text) };
  } catch {
    // Not a JWT: the caller refuses.
    return undefined;
  }
}

/** True when the key of a certificate signed the assertion, with PS256 or the older RS256. */
export const isSignedBy = (
  { text }: ReadAssertion,
  { publicKey }: ClientCertificate,
): Promise<boolean> =>
  verifies(() => compactVerify(text, publicKey, { algorithms: ['PS256', 'RS256'] }));

/** True when one of the public keys signed the assertion. */
export const isSignedByOneOf = (
  { text }: ReadAssertion,
  keys: readonly object[],
): Promise<boolean> =>
  verifies(() =>
    compactVerify(text, createLocalJWKSet({ keys: keys.map((key) => ({ kty: '', ...key })) })),
  );

async function verifies(verify: () => Promise<object>): Promise<boolean> {
  return (await unlessRefused(verify)) !== undefined;
}

/** Refuses an assertion that is not valid yet or not any more. */
export function refuseTime(
  { world, tenant }: TokenRequest,
  { exp = 0, nbf, iat }: JWTPayload,
): Refusal | undefined {
  const now = world.time.seconds();
  const from = nbf ?? iat ?? 0;
  if (exp > now - SKEW_SECONDS && from <= now + SKEW_SECONDS) return undefined;
  const words = { now: String(now), from: String(from), until: String(exp) };
  return refuse(tenant.variants.assertionExpiredRefusal, { words });
}
