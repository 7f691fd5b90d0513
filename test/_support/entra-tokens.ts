import { createHash, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import type { JsonObject } from '../../sandbox/contract.ts';

/** The made-up tenant, application and person of the tests of this folder. */
export const TENANT = '8b1f0c52-5d0a-4c1e-9b52-2f6d7a1e9c10';
export const OTHER_TENANT = '1d2c3b4a-0000-4111-8222-933344445555';
export const APPLICATION = '5e2a9d34-77c1-4f0b-8a43-0c9be51d6f28';
export const OTHER_APPLICATION = '0a0b0c0d-1111-4222-8333-944455556666';
export const PERSON = 'c3d7e1a0-1b2c-4d3e-8f90-a1b2c3d4e5f6';
export const OTHER_PERSON = 'deadbeef-1b2c-4d3e-8f90-a1b2c3d4e5f6';
export const METHOD = '9f0e8d7c-6b5a-4938-8271-605f4e3d2c1b';
export const LOGIN = 'https://login.microsoftonline.com';
export const GRAPH = 'https://graph.microsoft.com';
export const ISSUER: string = `${LOGIN}/${TENANT}/v2.0`;
export const SUBJECT = 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ';

/** A key of the tenant, or of somebody who would like to be it. */
export interface TestKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As the tenant publishes it. */
  readonly jwk: JsonObject;
}

/** Makes an RSA key pair. */
export function createKey(modulusLength = 2048): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha1').update(n).digest('base64url');
  return { kid, privateKey, publicKey, jwk: { kty: 'RSA', use: 'sig', kid, x5t: kid, n, e } };
}

/** The claims of a real ID token: `iat` and `nbf` lie 300 s back. `now` in seconds. */
export const claimsOf = (
  now: number,
  overrides: { readonly [name: string]: unknown } = {},
): object =>
  withoutUndefined({
    aud: APPLICATION,
    iss: ISSUER,
    iat: now - 300,
    nbf: now - 300,
    exp: now + 3600,
    aio: 'ATQAy/8TAAAA',
    name: 'Jane Roe',
    oid: PERSON,
    preferred_username: 'Jane.R@contoso.example',
    rh: '1.AXoA',
    sid: '0b1c2d3e-4f50-4617-8283-94a5b6c7d8e9',
    sub: SUBJECT,
    tid: TENANT,
    uti: randomBytes(16).toString('base64url'),
    ver: '2.0',
    ...overrides,
  });

/** A claim that is overridden with undefined is left out. */
function withoutUndefined(claims: { readonly [name: string]: unknown }): object {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** Signs any text as a token's payload with RS256. */
export function sign(
  payload: string | object,
  key: TestKey,
  header: { readonly [name: string]: unknown } = {},
): Promise<string> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const protectedHeader = withoutUndefined({ typ: 'JWT', alg: 'RS256', kid: key.kid, ...header });
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'RS256', ...protectedHeader })
    .sign(key.privateKey);
}

/** A token of any header and payload, with any signature: what a JOSE library would not make. */
export function forge(
  header: string | object,
  payload: string | object,
  signature: Uint8Array | string,
): string {
  const end =
    typeof signature === 'string' ? signature : Buffer.from(signature).toString('base64url');
  return `${encode(header)}.${encode(payload)}.${end}`;
}

const encode = (part: string | object): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** One bit of the signature is turned. */
export function flipSignatureBit(token: string): string {
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}

/** `at_hash` and `c_hash` for RS256 (OpenID Connect Core 1.0 section 3.2.2.9), written apart from the product. */
export function halfHash(text: string): string {
  const hash = createHash('sha256').update(Buffer.from(text, 'ascii')).digest();
  return hash.subarray(0, hash.length / 2).toString('base64url');
}

/** An access token as Entra's for Graph: a JWT by its looks, which does not verify. */
export const accessToken = (label: string): string =>
  forge(
    { typ: 'JWT', nonce: randomBytes(32).toString('base64url'), alg: 'RS256', kid: 'opaque' },
    { aud: GRAPH, iss: `https://sts.windows.net/${TENANT}/`, label, oid: PERSON, ver: '1.0' },
    randomBytes(256),
  );
