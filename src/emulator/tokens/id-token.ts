import { isGuest, signInName } from '../tenant/person.ts';
import type { World } from '../world.ts';
import { type Channel, groupClaims, roleClaims } from './group-claims.ts';
import {
  internalClaim,
  loginHintOf,
  pairwiseSubject,
  revalidationClaim,
  tokenIdentifier,
} from './identifiers.ts';
import { ID_TOKEN_SECONDS, period } from './lifetime.ts';
import { type Claims, leftHalfHash } from './sign.ts';
import type { Subject } from './subject.ts';

/** What one ID token is bound to. */
export interface IdTokenBinding {
  /** Scopes of OpenID Connect that were granted. */
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  /** The access token that came with it from the authorization endpoint. */
  readonly accessToken?: string | undefined;
  /** The code that came with it from the authorization endpoint. */
  readonly code?: string | undefined;
  readonly channel: Channel;
  /** Optional claims that the request itself asked for. */
  readonly requestedClaims: readonly string[];
}

/**
 * Claims of an ID token of version 2.0, in the order in which Entra prints them: alphabetical after the first few.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
export function idTokenClaims(world: World, subject: Subject, binding: IdTokenBinding): Claims {
  const { tenant, app, person } = subject;
  return {
    aud: app.appId,
    iss: issuerOf(world, tenant.id),
    ...period(world.time.seconds(), ID_TOKEN_SECONDS),
    ...(subject.acrs.length > 0 ? { acrs: subject.acrs } : {}),
    aio: internalClaim(),
    ...hashes(binding),
    ...(binding.scopes.includes('email') && person.mail !== null ? { email: person.mail } : {}),
    ...groupClaims(subject, world.cloud, binding.channel),
    ...(isGuest(person) ? { idp: `${world.cloud.sts}/${person.homeTenant}/` } : {}),
    ...(binding.scopes.includes('profile') ? profile(subject) : {}),
    ...(binding.nonce === undefined ? {} : { nonce: binding.nonce }),
    rh: revalidationClaim(tenant.id),
    ...roleClaims(subject),
    ...sessionClaim(subject),
    sub: pairwiseSubject(tenant.id, app.appId, person.oid),
    tid: tenant.id,
    uti: tokenIdentifier(),
    ver: '2.0',
    ...optionalClaims(subject, [...app.optionalIdTokenClaims, ...binding.requestedClaims]),
  };
}

/** Issuer of tokens of version 2.0. */
export const issuerOf = (world: World, tenantId: string): string =>
  `${world.addresses.login}/${tenantId}/v2.0`;

function hashes({ accessToken, code }: IdTokenBinding): Claims {
  return {
    ...(accessToken === undefined ? {} : { at_hash: leftHalfHash(accessToken) }),
    ...(code === undefined ? {} : { c_hash: leftHalfHash(code) }),
  };
}

const profile = ({ person }: Subject): Claims => ({
  name: person.displayName,
  oid: person.oid,
  preferred_username: signInName(person),
});

function sessionClaim({ tenant, app, sid }: Subject): Claims {
  const always = tenant.variants.sessionClaim === 'always';
  return always || app.optionalIdTokenClaims.includes('sid') ? { sid } : {};
}

/** One row per optional claim; undefined: the person has none. */
const OPTIONAL: { readonly [name: string]: (subject: Subject) => unknown } = {
  acct: ({ person }) => (isGuest(person) ? 1 : 0),
  auth_time: ({ authTime }) => authTime,
  ctry: ({ person }) => person.country ?? undefined,
  email: ({ person }) => person.mail ?? undefined,
  family_name: ({ person }) => person.surname ?? undefined,
  given_name: ({ person }) => person.givenName ?? undefined,
  ipaddr: ({ address }) => address,
  login_hint: ({ person }) => loginHintOf(person.oid),
  sid: ({ sid }) => sid,
  tenant_region_scope: () => 'EU',
  upn: ({ person }) => person.upn,
  verified_primary_email: ({ person }) => (person.mail === null ? undefined : [person.mail]),
  xms_edov: () => true,
  xms_pl: ({ person }) => person.preferredLanguage ?? undefined,
};

/**
 * Claims that the registration or the request asks for.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
 */
export function optionalClaims(subject: Subject, names: readonly string[]): Claims {
  const found = names.flatMap((name) => {
    const value = Object.hasOwn(OPTIONAL, name) ? OPTIONAL[name]?.(subject) : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(found);
}
