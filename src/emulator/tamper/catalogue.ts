/** One way in which the emulator can lie. */
export interface TamperingEntry {
  /** What is wrong. */
  readonly about: string;
  /** What is lied about. */
  readonly of: 'id-token' | 'answer' | 'token-reply' | 'discovery' | 'keys' | 'graph' | 'logout';
  /** A right client accepts it all the same. */
  readonly accept?: true;
  /** The same assertion in the OpenID Foundation's suite, without `oidcc-client-test-`. */
  readonly module?: string;
}

/**
 * Every switch that makes the emulator lie, by name. A client that is right refuses each, but for those marked `accept`.
 *
 * @see https://openid.net/certification/ (conformance suite, relying party plans)
 */
export const TAMPERINGS = {
  // Claims of the ID token.
  'iss-other-tenant': {
    of: 'id-token',
    about: 'The issuer names another tenant.',
    module: 'invalid-iss',
  },
  'iss-trailing-slash': { of: 'id-token', about: 'The issuer ends with a slash.' },
  'iss-without-version': { of: 'id-token', about: 'The issuer lacks `/v2.0`.' },
  'iss-http': { of: 'id-token', about: 'The issuer is not https.' },
  'iss-upper-case-host': { of: 'id-token', about: 'The host of the issuer is in upper case.' },
  'iss-v1': { of: 'id-token', about: 'The issuer is that of version 1.0 tokens.' },
  'tid-other-tenant': { of: 'id-token', about: 'The issuer is right, `tid` is another tenant.' },
  'tid-missing': { of: 'id-token', about: 'There is no `tid`.' },
  'tid-not-guid': { of: 'id-token', about: '`tid` is a domain name.' },
  'tid-braces': { of: 'id-token', about: '`tid` stands in braces.' },
  'tid-upper-case': { of: 'id-token', about: '`tid` is in upper case.', accept: true },
  'aud-other-app': {
    of: 'id-token',
    about: 'The token is for another application.',
    module: 'invalid-aud',
  },
  'aud-missing': { of: 'id-token', about: 'There is no `aud`.', module: 'missing-aud' },
  'aud-api-uri': { of: 'id-token', about: '`aud` is `api://APP-ID`.' },
  'aud-array': { of: 'id-token', about: '`aud` is a list of the application alone.', accept: true },
  'aud-two': { of: 'id-token', about: '`aud` lists the application and another one.' },
  'aud-two-azp': { of: 'id-token', about: 'As `aud-two`, with `azp` naming the application.' },
  'azp-other-app': { of: 'id-token', about: '`azp` names another application.' },
  'sub-missing': { of: 'id-token', about: 'There is no `sub`.', module: 'missing-sub' },
  'sub-empty': { of: 'id-token', about: '`sub` is empty.' },
  'sub-number': { of: 'id-token', about: '`sub` is a number.' },
  'sub-long': { of: 'id-token', about: '`sub` has 256 characters.' },
  'sub-other': {
    of: 'id-token',
    about: '`sub` is somebody else’s.',
    module: 'refresh-token-invalid-sub',
  },
  'oid-missing': { of: 'id-token', about: 'There is no `oid`.' },
  'oid-other': { of: 'id-token', about: '`oid` is another one for the same user name.' },
  'iat-missing': { of: 'id-token', about: 'There is no `iat`.', module: 'missing-iat' },
  'iat-future': { of: 'id-token', about: '`iat` is ten minutes ahead.' },
  'exp-past': { of: 'id-token', about: 'The token ended ten minutes ago.' },
  'exp-missing': { of: 'id-token', about: 'There is no `exp`.' },
  'exp-huge': { of: 'id-token', about: '`exp` is 1e308.' },
  'exp-negative': { of: 'id-token', about: '`exp` is negative.' },
  'exp-float': { of: 'id-token', about: '`exp` has a fraction.' },
  'exp-text': { of: 'id-token', about: '`exp` is text.' },
  'exp-null': { of: 'id-token', about: '`exp` is null, as NaN is printed.' },
  'nbf-future': { of: 'id-token', about: 'The token is not valid for another ten minutes.' },
  'nonce-missing': { of: 'id-token', about: 'There is no `nonce`.' },
  'nonce-wrong': { of: 'id-token', about: '`nonce` is another one.', module: 'nonce-invalid' },
  'nonce-of-another': { of: 'id-token', about: '`nonce` is that of the sign-in before this one.' },
  'at-hash-wrong': {
    of: 'id-token',
    about: '`at_hash` fits another token.',
    module: 'invalid-athash',
  },
  'at-hash-missing': { of: 'id-token', about: 'There is no `at_hash`.', module: 'missing-athash' },
  'c-hash-wrong': { of: 'id-token', about: '`c_hash` fits another code.', module: 'invalid-chash' },
  'c-hash-missing': { of: 'id-token', about: 'There is no `c_hash`.', module: 'missing-chash' },
  'ver-1': { of: 'id-token', about: '`ver` is 1.0.' },
  'groups-present': { of: 'id-token', about: 'The token lists groups.', accept: true },
  'groups-hasgroups': { of: 'id-token', about: 'The token says `hasgroups`.', accept: true },
  'groups-claim-names': {
    of: 'id-token',
    about: 'The token names a source of groups.',
    accept: true,
  },
  'username-missing': { of: 'id-token', about: 'There is no `preferred_username`.', accept: true },
  'username-nul': { of: 'id-token', about: 'The user name has a NUL in it.' },
  'username-dots': { of: 'id-token', about: 'The user name is `../admin`.' },
  'username-path': { of: 'id-token', about: 'The user name is `jane/../../root`.' },
  'username-direction': { of: 'id-token', about: 'The user name turns the direction of writing.' },
  'username-long': { of: 'id-token', about: 'The user name has 5,000 characters.' },
  'username-guest': { of: 'id-token', about: 'The user name has `#EXT#` in it.', accept: true },

  // Signature and header of the ID token.
  'alg-none': {
    of: 'id-token',
    about: '`alg` is none, without a signature.',
    module: 'idtoken-sig-none',
  },
  'alg-none-mixed-case': { of: 'id-token', about: '`alg` is `nOnE`, without a signature.' },
  'alg-hs256-pem': {
    of: 'id-token',
    about: 'HMAC with the public key’s PEM as key.',
    module: 'invalid-sig-hs256',
  },
  'alg-hs256-jwk': { of: 'id-token', about: 'HMAC with the public key’s JWK as key.' },
  'alg-hs256-der': { of: 'id-token', about: 'HMAC with the public key’s DER as key.' },
  'alg-hs256-secret': { of: 'id-token', about: 'HMAC with the client secret as key.' },
  'alg-es256': {
    of: 'id-token',
    about: 'ES256 by a key that nobody published.',
    module: 'invalid-sig-es256',
  },
  'alg-ps256': { of: 'id-token', about: 'PS256 by the right key.' },
  'signature-flipped': {
    of: 'id-token',
    about: 'One bit of the signature is wrong.',
    module: 'invalid-sig-rs256',
  },
  'signature-foreign': {
    of: 'id-token',
    about: 'Signed by a key that nobody published, under a known `kid`.',
  },
  'kid-unknown': {
    of: 'id-token',
    about: 'Signed by a key that nobody published, under its own `kid`.',
  },
  'kid-absent': { of: 'id-token', about: 'There is no `kid`.', module: 'kid-absent-multiple-jwks' },
  'header-jwk': { of: 'id-token', about: 'Signed by a key that the header brings along as `jwk`.' },
  'header-jku': { of: 'id-token', about: 'Signed by a key that the header refers to by `jku`.' },
  'header-x5u': { of: 'id-token', about: 'Signed by a key that the header refers to by `x5u`.' },
  'header-x5c': { of: 'id-token', about: 'Signed by a key that the header brings along as `x5c`.' },
  'header-crit': { of: 'id-token', about: 'The header has `crit`.' },
  'header-b64': { of: 'id-token', about: 'The header has `b64`.' },
  'typ-access-token': { of: 'id-token', about: '`typ` is `at+jwt`.' },
  'typ-logout-token': { of: 'id-token', about: '`typ` is `logout+jwt`.' },

  // The ID token as text.
  'shape-encrypted': { of: 'id-token', about: 'Five parts, as an encrypted token.' },
  'shape-two-parts': { of: 'id-token', about: 'Two parts.' },
  'shape-empty': { of: 'id-token', about: 'Empty.' },
  'shape-huge': { of: 'id-token', about: 'Two million characters.' },
  'shape-deep': { of: 'id-token', about: 'A claim nested ten thousand deep.' },
  'shape-duplicate-sub': { of: 'id-token', about: '`sub` stands twice.' },
  'shape-bom': { of: 'id-token', about: 'The payload begins with a byte order mark.' },
  'shape-invalid-utf8': { of: 'id-token', about: 'The payload is not UTF-8.' },
  'shape-padding': { of: 'id-token', about: 'Base64url with padding.' },
  'shape-access-token': {
    of: 'id-token',
    about: 'An access token for Graph in the place of the ID token.',
  },

  // The answer of the authorization endpoint.
  'state-missing': { of: 'answer', about: 'There is no `state`.' },
  'state-other': { of: 'answer', about: '`state` is another one.' },
  'state-twice': { of: 'answer', about: '`state` stands twice.' },
  'code-twice': { of: 'answer', about: '`code` stands twice.' },
  'id-token-twice': { of: 'answer', about: '`id_token` stands twice.' },
  'code-added': { of: 'answer', about: 'A code that nobody asked for.' },
  'id-token-added': { of: 'answer', about: 'An ID token that nobody asked for.' },
  'code-missing': { of: 'answer', about: 'The code is missing.' },
  'id-token-missing': { of: 'answer', about: 'The ID token is missing.' },
  'access-token-missing': { of: 'answer', about: 'The access token is missing.' },
  'error-alone': {
    of: 'answer',
    about: 'An error instead of what was asked for.',
    module: 'form-post-error',
  },
  'error-added': { of: 'answer', about: 'An error beside the tokens.' },
  'iss-parameter-right': {
    of: 'answer',
    about: 'There is an `iss`, and it is right.',
    accept: true,
  },
  'iss-parameter-wrong': { of: 'answer', about: 'There is an `iss` of somebody else.' },
  'answer-in-query': { of: 'answer', about: 'The answer comes in the query, whatever was asked.' },
  'answer-in-fragment': {
    of: 'answer',
    about: 'The answer comes in the fragment, whatever was asked.',
  },
  'answer-huge': { of: 'answer', about: 'Ten million characters beside the answer.' },
  'unknown-parameters': { of: 'answer', about: 'Parameters that nobody knows.', accept: true },
  'description-hostile': {
    of: 'answer',
    about: 'An error whose description holds markup, line breaks and 100,000 characters.',
  },

  // The reply of the token endpoint.
  'reply-without-access-token': { of: 'token-reply', about: 'There is no access token.' },
  'reply-without-id-token': { of: 'token-reply', about: 'There is no ID token.' },
  'reply-without-refresh-token': {
    of: 'token-reply',
    about: 'There is no refresh token.',
    accept: true,
  },
  'reply-without-expiry': { of: 'token-reply', about: 'There is no `expires_in`.' },
  'reply-scope-reduced': {
    of: 'token-reply',
    about: 'GroupMember.Read.All, or else the last scope, was not granted.',
  },
  'token-type-mac': { of: 'token-reply', about: '`token_type` is mac.' },
  'token-type-lower-case': { of: 'token-reply', about: '`token_type` is bearer.', accept: true },
  'expires-in-text': { of: 'token-reply', about: '`expires_in` is text.', accept: true },
  'expires-in-negative': { of: 'token-reply', about: '`expires_in` is negative.' },
  'reply-html': { of: 'token-reply', about: 'A page with status 200.' },
  'reply-unfinished': { of: 'token-reply', about: 'JSON that ends in the middle.' },

  // The OpenID configuration.
  'issuer-other': {
    of: 'discovery',
    about: 'The issuer is another one.',
    module: 'discovery-issuer-mismatch',
  },
  'issuer-template': { of: 'discovery', about: 'The issuer holds `{tenantid}`.' },
  'keys-foreign': { of: 'discovery', about: '`jwks_uri` is at another host.' },
  'keys-insecure': { of: 'discovery', about: '`jwks_uri` is not https.' },
  'token-endpoint-foreign': { of: 'discovery', about: '`token_endpoint` is at another host.' },
  'token-endpoint-insecure': { of: 'discovery', about: '`token_endpoint` is not https.' },
  'keys-moved': {
    of: 'discovery',
    about: '`jwks_uri` is another one at each load.',
    accept: true,
    module: 'discovery-jwks-uri-keys',
  },
  'discovery-poorer': {
    of: 'discovery',
    about: '`response_types_supported` is missing.',
    accept: true,
  },
  'discovery-richer': { of: 'discovery', about: 'Members that nobody knows.', accept: true },
  'iss-parameter-advertised': { of: 'discovery', about: 'The document promises `iss` in answers.' },
  'discovery-html': { of: 'discovery', about: 'A page with status 200.' },
  'discovery-huge': { of: 'discovery', about: 'Two million characters.' },

  // The keys document.
  'keys-shuffled': { of: 'keys', about: 'The keys stand in another order.', accept: true },
  'keys-single': { of: 'keys', about: 'Only the key in use is published.', accept: true },
  'keys-empty': { of: 'keys', about: 'There are no keys.' },
  'keys-html': { of: 'keys', about: 'A page with status 200.' },
  'keys-redirect': { of: 'keys', about: 'A redirect to another host.' },
  'keys-huge': { of: 'keys', about: 'Fifty million characters.' },
  'keys-for-encryption': { of: 'keys', about: 'Every key has `use: enc`.' },
  'keys-symmetric': { of: 'keys', about: 'Every key is `kty: oct`.' },
  'keys-short': { of: 'keys', about: 'The key in use is replaced by one of 1024 bits.' },
  'keys-of-consumers': {
    of: 'keys',
    about: 'Every key signs for the tenant of personal accounts.',
  },
  'keys-without-current': { of: 'keys', about: 'The key in use is missing.' },

  // Graph.
  'userinfo-sub-other': {
    of: 'graph',
    about: '`sub` of UserInfo is somebody else’s.',
    module: 'userinfo-invalid-sub',
  },
  'me-id-other': { of: 'graph', about: '`id` of `/me` is somebody else’s.' },
  'next-link-foreign': { of: 'graph', about: '`@odata.nextLink` is at another host.' },
  'next-link-insecure': { of: 'graph', about: '`@odata.nextLink` is not https.' },
  'next-link-beta': { of: 'graph', about: '`@odata.nextLink` is of another version.' },
  'next-link-userinfo': {
    of: 'graph',
    about: '`@odata.nextLink` has Graph’s host as user name of another.',
  },
  'next-link-loop': { of: 'graph', about: '`@odata.nextLink` leads to the same page for ever.' },
  'page-empty': { of: 'graph', about: 'A page has nothing on it, and a next one.', accept: true },
  'names-null': { of: 'graph', about: 'Every display name is null.' },
  'value-not-list': { of: 'graph', about: '`value` is no list.' },
  'item-without-id': { of: 'graph', about: 'Items have no id.' },
  'name-number': { of: 'graph', about: 'Display names are numbers.' },
  'body-gzip-bomb': { of: 'graph', about: 'A small body that unpacks to 100 MB (gzip).' },
  'body-brotli-bomb': { of: 'graph', about: 'A small body that unpacks to 100 MB (Brotli).' },
  'challenge-missing': { of: 'graph', about: '401 without a challenge.' },
  'challenge-garbage': { of: 'graph', about: 'A claims challenge that is no JSON.' },
  'challenge-two-headers': {
    of: 'graph',
    about: 'Two WWW-Authenticate headers, the second with the challenge.',
    accept: true,
  },
  'challenge-base64url': {
    of: 'graph',
    about: 'A challenge in base64url without padding.',
    accept: true,
  },

  // Sign-out.
  'logout-state-other': {
    of: 'logout',
    about: '`state` comes back as another one.',
    module: 'rp-init-logout-other-state',
  },
  'logout-state-missing': {
    of: 'logout',
    about: '`state` does not come back.',
    module: 'rp-init-logout-no-state',
  },
} as const;

/** Name of a switch. */
export type TamperName = keyof typeof TAMPERINGS;

/** What a switch does; `undefined` for a name that is none. */
export const tamperingEntry = (name: string): TamperingEntry | undefined => ENTRIES[name];

const ENTRIES: { readonly [name: string]: TamperingEntry } = TAMPERINGS;

/** True for the name of a switch. */
export const isTamperName = (name: string): name is TamperName => Object.hasOwn(TAMPERINGS, name);
