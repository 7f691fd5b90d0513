import { constants, createHash, verify } from 'node:crypto';
import { toSeconds, type Clock } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { Json, JsonObject } from '../../sandbox/contract.ts';
import { EntraTokenError } from './entra-error.ts';
import { readGuid } from './guid.ts';
import { parseJwt, type UnverifiedJwt } from './jwt.ts';
import type { SigningKey } from './key-set.ts';
import type { Keys } from './keys.ts';
import type { Metadata } from './metadata.ts';
import { digest, sameText } from './random.ts';
import type { ReplayCache } from './replay-cache.ts';

/** What an ID token must answer to. */
export interface Expectation {
  /** The nonce of the authorization request; null for the token beside a refreshed access token, which has none. */
  readonly nonce: string | null;
  /** The token came through the browser, so the hashes of what came with it are required. */
  readonly front: boolean;
  readonly code?: string;
  readonly accessToken?: string;
}

/** An ID token after every check. */
export interface VerifiedIdToken {
  /** GUID, lower case. */
  readonly tid: string;
  /** GUID, lower case. */
  readonly oid: string;
  readonly sub: string;
  /** Entra's id of the token, for its logs; null when there is none. */
  readonly uti: string | null;
  readonly payload: JsonObject;
}

/** What the checks need to know. */
export interface IdTokenParts {
  readonly applicationId: string;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly replays: ReplayCache;
}

/** How far two clocks may be apart. Unit: seconds. */
const CLOCK_SKEW_SECONDS = 60;

/**
 * Verifies an ID token: form, header, signature, then claims. The order of OpenID Connect Core 1.0 section 3.1.3.7 but
 * for the signature, which comes before any claim is believed.
 *
 * @param token As it came; from the token endpoint too: TLS does not replace the signature here.
 * @throws {EntraTokenError} One of the `ENTRA_TOKEN_…` codes.
 * @throws {EntraUnavailableError} When the tenant's keys cannot be had.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 * @see https://learn.microsoft.com/entra/identity-platform/id-tokens#validate-tokens
 */
export async function verifyIdToken(
  token: string,
  expected: Expectation,
  metadata: Metadata,
  parts: IdTokenParts,
): Promise<VerifiedIdToken> {
  const jwt = parseJwt(token);
  const { header, payload } = jwt;
  checkHeader(header);
  checkSignature(jwt, await parts.keys.candidates(readKid(header)));
  const verified = checkClaims(payload, expected, metadata, parts);
  checkHashes(payload, expected);
  if (expected.front) checkReplay(token, payload, parts.replays);
  return verified;
}

/** Keys in the header (`jwk`, `jku`, `x5u`, `x5c`) are not looked at: the tenant's keys are the only ones. */
function checkHeader({ alg, typ, crit, b64 }: JsonObject): void {
  if (crit !== undefined || b64 !== undefined) {
    throw rejected('ENTRA_TOKEN_MALFORMED', 'its header has extensions');
  }
  if (alg !== 'RS256') throw rejected('ENTRA_TOKEN_ALGORITHM', 'it is not signed with RS256');
  if (typ !== undefined && (typeof typ !== 'string' || typ.toUpperCase() !== 'JWT')) {
    throw rejected('ENTRA_TOKEN_ALGORITHM', 'it is another type of token');
  }
}

function readKid({ kid }: JsonObject): string | undefined {
  if (kid === undefined) return undefined;
  if (typeof kid !== 'string') throw rejected('ENTRA_TOKEN_MALFORMED', 'its kid is no text');
  return kid;
}

/**
 * RS256 and nothing else, whatever the header or a key says. At once: it takes 30 µs, which is less than it takes to hand
 * it to another thread and back.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-3.3
 */
function checkSignature({ signed, signature }: UnverifiedJwt, keys: readonly SigningKey[]): void {
  const text = Buffer.from(signed, 'ascii');
  const padding = constants.RSA_PKCS1_PADDING;
  if (!keys.some(({ key }) => verify('sha256', text, { key, padding }, signature))) {
    throw rejected('ENTRA_TOKEN_SIGNATURE', 'its signature is wrong');
  }
}

function checkClaims(
  payload: JsonObject,
  expected: Expectation,
  metadata: Metadata,
  parts: IdTokenParts,
): VerifiedIdToken {
  checkIssuer(payload, metadata);
  checkAudience(payload, parts.applicationId);
  checkTimes(payload, toSeconds(parts.clock()));
  checkNonce(payload, expected);
  if (payload['ver'] !== '2.0') throw rejected('ENTRA_TOKEN_CLAIMS', 'its version is not 2.0');
  return readPerson(payload, metadata);
}

/** @see https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer */
function checkIssuer({ iss, tid }: JsonObject, metadata: Metadata): void {
  const { issuer, tenantId, issuerOfVersionOne } = metadata;
  if (iss === issuerOfVersionOne) throw versionOne();
  if (iss !== issuer) throw rejected('ENTRA_TOKEN_ISSUER', 'its issuer is another one');
  if (readGuid(tid) !== tenantId) throw rejected('ENTRA_TOKEN_TENANT', 'its tid is another tenant');
}

function versionOne(): EntraTokenError {
  return new EntraTokenError('ENTRA_TOKEN_ISSUER', 'the token is of version 1.0', {
    actor: 'administrator',
    next: 'Set requestedAccessTokenVersion to 2 in the manifest of the app registration.',
  });
}

/** One audience only: whatever else a token is for could have got it for itself. */
function checkAudience({ aud, azp }: JsonObject, applicationId: string): void {
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (audiences.length !== 1 || audiences[0] !== applicationId) {
    throw rejected('ENTRA_TOKEN_AUDIENCE', 'its audience is another application');
  }
  if (azp !== undefined && azp !== applicationId) {
    throw rejected('ENTRA_TOKEN_AUDIENCE', 'its azp is another application');
  }
}

/** Entra sets `iat` and `nbf` five minutes back, so that age says nothing; the nonce says that it is new. */
function checkTimes({ exp, iat, nbf }: JsonObject, now: number): void {
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) {
    throw rejected('ENTRA_TOKEN_TIME', 'its times are missing or no whole seconds');
  }
  if (exp <= now - CLOCK_SKEW_SECONDS) throw untimely('it is expired', now - exp);
  if (iat > now + CLOCK_SKEW_SECONDS) throw untimely('it is from the future', now - iat);
  if (nbf !== undefined && nbf > now + CLOCK_SKEW_SECONDS)
    throw untimely('it is not valid yet', now - nbf);
}

/** NumericDate as Entra writes it (RFC 7519 section 2): whole seconds. */
const isTime = (value: Json | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

function untimely(why: string, seconds: number): EntraTokenError {
  return new EntraTokenError('ENTRA_TOKEN_TIME', `the token is rejected: ${why}, by ${seconds} s`, {
    actor: 'operator',
    next: 'Check that the clock of this machine is set by NTP.',
  });
}

function checkNonce({ nonce }: JsonObject, expected: Expectation): void {
  if (expected.nonce === null) return;
  if (typeof nonce !== 'string' || !sameText(nonce, expected.nonce)) {
    throw rejected('ENTRA_TOKEN_NONCE', 'it answers another sign-in');
  }
}

const SUBJECT = /^[\x21-\x7e]{1,255}$/;

/** @see https://learn.microsoft.com/entra/identity-platform/claims-validation#validate-the-subject */
function readPerson(payload: JsonObject, { tenantId }: Metadata): VerifiedIdToken {
  const { sub, uti } = payload;
  const oid = readGuid(payload['oid']);
  if (oid === undefined) throw rejected('ENTRA_TOKEN_CLAIMS', 'its oid is missing or no GUID');
  if (typeof sub !== 'string' || !SUBJECT.test(sub)) {
    throw rejected('ENTRA_TOKEN_CLAIMS', 'its sub is missing or not of its form');
  }
  return { tid: tenantId, oid, sub, uti: typeof uti === 'string' ? uti : null, payload };
}

/** @see https://openid.net/specs/openid-connect-core-1_0.html#HybridIDToken */
function checkHashes(payload: JsonObject, { front, code, accessToken }: Expectation): void {
  checkHash(payload['at_hash'], accessToken, front);
  checkHash(payload['c_hash'], code, front);
}

/** Entra leaves the hashes out at the token endpoint; one that is there must be right everywhere. */
function checkHash(hash: Json | undefined, value: string | undefined, required: boolean): void {
  if (value === undefined || (hash === undefined && !required)) return;
  if (hash !== leftHalfHash(value)) {
    throw rejected('ENTRA_TOKEN_HASH', 'it does not belong to what came with it');
  }
}

/** The left half of SHA-256 of the ASCII text, base64url: what RS256 means for `at_hash` and `c_hash`. */
const leftHalfHash = (text: string): string =>
  createHash('sha256').update(text, 'ascii').digest().subarray(0, 16).toString('base64url');

/** Only what came through a browser can come from another one. The signature stands for the token: it has no other. */
function checkReplay(token: string, { exp }: JsonObject, replays: ReplayCache): void {
  const until = (Number(exp) + CLOCK_SKEW_SECONDS) * 1000;
  if (!replays.admit(digest(token.slice(token.lastIndexOf('.'))), until)) {
    throw rejected('ENTRA_TOKEN_REPLAYED', 'it was used before');
  }
}

const rejected = (code: ErrorCode, why: string): EntraTokenError =>
  new EntraTokenError(code, `the token is rejected: ${why}`);
