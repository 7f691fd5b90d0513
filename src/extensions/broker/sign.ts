import { createHmac } from 'node:crypto';

import { importPKCS8, type JWTHeaderParameters, SignJWT } from 'jose';
import { z } from 'zod';

import type { HostAnswer, JsonObject } from '../../../sandbox/contract.ts';
import { type Clock, toSeconds } from '../../clock.ts';
import { Secret } from '../../config/secret.ts';
import type { EffectiveGrant } from '../grant.ts';

/** Longest text that is signed. Unit: UTF-16 code units. */
export const MAX_DATA: number = 1024 * 1024;

/** A signed token lives no longer. Unit: seconds. */
export const MAX_LIFETIME = 3_600;

const HASHES = ['SHA-256', 'SHA-384', 'SHA-512'] as const;
const ENCODINGS = ['hex', 'base64', 'base64url'] as const;
const ALGORITHMS = ['HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'EdDSA'] as const;

/** Data that an extension wants authenticated. */
export interface HmacCall {
  readonly kind: 'hmac';
  readonly secret: string;
  readonly data: string;
  readonly hash: (typeof HASHES)[number];
  readonly encoding: (typeof ENCODINGS)[number];
}

/** A JWT that an extension wants signed. */
export interface JwtCall {
  readonly kind: 'jwt';
  readonly secret: string;
  readonly claims: JsonObject;
  readonly algorithm: (typeof ALGORITHMS)[number];
  /** Unit: seconds. */
  readonly lifetime: number;
  readonly keyId?: string | undefined;
}

/** What an extension wants signed. */
export type SignCall = HmacCall | JwtCall;

/** What `ctx.sign` asks for. */
export const SIGN_CALL: z.ZodType<SignCall> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('hmac'),
    secret: z.string(),
    data: z.string().max(MAX_DATA),
    hash: z.enum(HASHES),
    encoding: z.enum(ENCODINGS),
  }),
  z.strictObject({
    kind: z.literal('jwt'),
    secret: z.string(),
    claims: z.record(z.string(), z.json()),
    algorithm: z.enum(ALGORITHMS),
    lifetime: z.number().int().min(1).max(MAX_LIFETIME),
    keyId: z.string().max(200).optional(),
  }),
]);

/** Answers `ctx.sign`. */
export type Signer = (call: SignCall, grant: EffectiveGrant, clock: Clock) => Promise<HostAnswer>;

/** Signs with a secret that the extension never sees: by HMAC (RFC 2104), or a JWT (RFC 7519). */
export const sign: Signer = async (call, grant, clock) => {
  const key = keyOf(call, grant);
  if (!(key instanceof Secret)) return key;
  if (call.kind === 'jwt') return signJwt(call, key, clock);
  return { ok: true, value: hmac(call, key) };
};

/** The secret that a call may be signed with, or why it is not signed. */
export function keyOf(call: SignCall, grant: EffectiveGrant): Secret | HostAnswer {
  const granted = grant.secrets.get(call.secret);
  if (!granted?.in.includes('sign')) {
    return refuse('SECRET_NOT_GRANTED', `${call.secret.slice(0, 100)} is not granted for signing`);
  }
  if (call.kind === 'hmac' && isJwtWithoutSignature(call.data)) {
    return refuse('DATA_REFUSED', 'a JWT is signed as one, with the times that the host puts in');
  }
  return granted.value;
}

/**
 * What a JWT is signed over (RFC 7515 section 5.1): its HMAC would be a JWT of any age. Whoever checks it may read more than
 * we do: base64url with something else in between, JSON in UTF-16, with comments or a NaN. So nothing is parsed; it is
 * enough that it begins as a header does, and names an algorithm.
 */
function isJwtWithoutSignature(data: string): boolean {
  const dot = data.indexOf('.');
  if (dot === -1) return false;
  const segment = data.slice(0, dot).replaceAll(/[^\w+/-]/g, '');
  const header = Buffer.from(segment, 'base64url').toString('latin1');
  const plain = header
    .replaceAll(/[\0\s\u00bb\u00bf\u00ef\u00fe\u00ff]/g, '')
    .replaceAll(ESCAPED, unescape);
  return plain.startsWith('{') && /alg/i.test(plain);
}

/** RFC 8259 section 7: any letter of a name may be written so. */
const ESCAPED = /\\u00([0-9a-f]{2})/gi;

const unescape = (_: string, hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));

function hmac({ data, hash, encoding }: HmacCall, secret: Secret): string {
  return createHmac(hash.replace('-', ''), secret.reveal()).update(data).digest(encoding);
}

async function signJwt(call: JwtCall, secret: Secret, clock: Clock): Promise<HostAnswer> {
  const { algorithm, claims, lifetime } = call;
  try {
    const key = algorithm.startsWith('HS')
      ? new TextEncoder().encode(secret.reveal())
      : await importPKCS8(secret.reveal(), algorithm);
    const now = toSeconds(clock());
    const token = await new SignJWT(claims)
      .setProtectedHeader(headerOf(call))
      .setIssuedAt(now)
      .setExpirationTime(now + lifetime)
      .sign(key);
    return { ok: true, value: token };
  } catch {
    // What is wrong with a key says something of the key: the operator finds it by the secret's name.
    return refuse(
      'SECRET_UNUSABLE',
      `the secret is no key for ${algorithm}: PEM of PKCS #8, or text for HMAC`,
    );
  }
}

/** The protected header of a JWT. */
export function headerOf({ algorithm, keyId }: JwtCall): JWTHeaderParameters {
  return { alg: algorithm, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
}

function refuse(code: string, message: string): HostAnswer {
  return { ok: false, error: { code, message } };
}
