import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { html, redirect, type Reply } from '../http/reply.ts';
import { CONSUMERS_TENANT } from '../login/authorize/trust.ts';
import { newGuid } from '../stable-id.ts';
import type { TamperName } from './catalogue.ts';

type Document = { readonly [member: string]: unknown };
type EditDocument = (document: Document) => Document;
/** @param current `kid` of the key that signs now. */
type EditKeys = (keys: readonly Document[], current: string) => readonly Document[];

const ATTACKER = 'https://login.attacker.example';

const move =
  (member: string, change: (url: string) => string): EditDocument =>
  (document) => ({ ...document, [member]: change(String(document[member])) });

const elsewhere = (url: string): string => url.replace(/^https:\/\/[^/]+/, ATTACKER);
const insecure = (url: string): string => url.replace('https:', 'http:');

/** Lies of the OpenID configuration. */
export const DISCOVERY_TAMPERINGS: { readonly [name in TamperName]?: EditDocument } = {
  'issuer-other': move('issuer', elsewhere),
  'issuer-template': move('issuer', (issuer) => issuer.replace(/[0-9a-f-]{36}/, '{tenantid}')),
  'keys-foreign': move('jwks_uri', elsewhere),
  'keys-insecure': move('jwks_uri', insecure),
  'token-endpoint-foreign': move('token_endpoint', elsewhere),
  'token-endpoint-insecure': move('token_endpoint', insecure),
  'keys-moved': move(
    'jwks_uri',
    (url) => `${url}${url.includes('?') ? '&' : '?'}moved=${newGuid()}`,
  ),
  'discovery-poorer': ({ response_types_supported: _dropped, ...document }) => document,
  'discovery-richer': (document) => ({
    ...document,
    something_new: true,
    nested_new: { deep: [1] },
  }),
  'iss-parameter-advertised': (document) => ({
    ...document,
    authorization_response_iss_parameter_supported: true,
  }),
  'discovery-huge': (document) => ({ ...document, filler: 'x'.repeat(2_000_000) }),
};

const each =
  (change: (key: Document) => Document): EditKeys =>
  (keys) =>
    keys.map(change);

/** A public key of 1024 bits in the place of the right one. */
function shorten(key: Document): Document {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return {
    ...key,
    ...createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' }),
  };
}

/** Lies of the keys document. */
export const KEY_TAMPERINGS: { readonly [name in TamperName]?: EditKeys } = {
  'keys-shuffled': (keys) => keys.toReversed(),
  'keys-single': (keys, current) => keys.filter(({ kid }) => kid === current),
  'keys-empty': () => [],
  'keys-for-encryption': each((key) => ({ ...key, use: 'enc' })),
  'keys-symmetric': each(({ kid, n }) => ({ kty: 'oct', use: 'sig', kid, k: n })),
  'keys-short': (keys, current) => keys.map((key) => (key['kid'] === current ? shorten(key) : key)),
  'keys-of-consumers': each((key) => ({
    ...key,
    issuer: String(key['issuer']).replace(/[0-9a-f-]{36}/, CONSUMERS_TENANT),
  })),
  'keys-without-current': (keys, current) => keys.filter(({ kid }) => kid !== current),
};

/** Answers in the place of the OpenID configuration. */
export const INSTEAD_OF_DISCOVERY: { readonly [name in TamperName]?: () => Reply } = {
  'discovery-html': () => html(200, '<!doctype html><title>Proxy sign-in</title>'),
};

/** Answers in the place of the keys document. */
export const INSTEAD_OF_KEYS: { readonly [name in TamperName]?: () => Reply } = {
  'keys-html': () => html(200, '<!doctype html><title>Proxy sign-in</title>'),
  'keys-redirect': () => redirect(`${ATTACKER}/keys`),
  'keys-huge': () => ({
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: `{"keys":[],"filler":"${'x'.repeat(50_000_000)}"}`,
  }),
};
