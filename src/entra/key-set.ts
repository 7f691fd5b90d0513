import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Json, JsonObject } from '../../sandbox/contract.ts';
import { EntraSetupError } from './entra-error.ts';
import { isObject } from './json.ts';
import type { Metadata } from './metadata.ts';

/** A key that may sign ID tokens of the tenant. */
export interface SigningKey {
  readonly kid: string | undefined;
  readonly key: KeyObject;
}

/** The real document has four to eight; a larger one is not Entra's. */
const MAX_KEYS = 1000;

/** Shorter RSA keys can be broken (RFC 7518 section 3.3); longer ones cost seconds a token. Unit: bits. */
const MIN_BITS = 2048;
const MAX_BITS = 8192;

/**
 * The usable keys of a JWK set: RSA, for signatures, of this tenant, of a safe length. The others are passed over.
 *
 * @throws {EntraSetupError} `ENTRA_KEYS_REFUSED` when none is left, or there are too many to be true.
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export function readKeys(
  document: JsonObject,
  tenant: Pick<Metadata, 'issuer' | 'tenantId'>,
): readonly SigningKey[] {
  const { keys } = document;
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw unusable('it is no list of keys');
  const candidates = keys.filter(isObject).filter((jwk) => isForSigning(jwk) && isOf(jwk, tenant));
  const usable = candidates.flatMap(importKey);
  if (usable.length === 0) throw unusable('it has no RSA signing key of the tenant');
  return usable;
}

function isForSigning({ kty, use, alg, key_ops: operations }: JsonObject): boolean {
  return (
    kty === 'RSA' &&
    (use === undefined || use === 'sig') &&
    (alg === undefined || alg === 'RS256') &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify')))
  );
}

/** Microsoft marks each key with the issuer that may use it, as a template or as a fixed one. */
function isOf({ issuer }: JsonObject, tenant: Pick<Metadata, 'issuer' | 'tenantId'>): boolean {
  if (issuer === undefined) return true;
  return (
    typeof issuer === 'string' && issuer.replace('{tenantid}', tenant.tenantId) === tenant.issuer
  );
}

/** Only the public numbers are taken over; a key that is no key is passed over. */
function importKey({ kid, n, e }: JsonObject): readonly SigningKey[] {
  if (typeof n !== 'string' || typeof e !== 'string' || !isName(kid)) return [];
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    return hasSafeLength(key) ? [{ kid, key }] : [];
  } catch {
    return [];
  }
}

const isName = (kid: Json | undefined): kid is string | undefined =>
  kid === undefined || typeof kid === 'string';

function hasSafeLength({ asymmetricKeyDetails }: KeyObject): boolean {
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  return bits >= MIN_BITS && bits <= MAX_BITS;
}

function unusable(why: string): EntraSetupError {
  return new EntraSetupError('ENTRA_KEYS_REFUSED', `the tenant’s key document is refused: ${why}`, {
    actor: 'operator',
    next: 'Check that nothing on the way to Entra replaces its answers.',
  });
}
