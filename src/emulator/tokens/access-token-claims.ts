import type { Resource } from '../resources.ts';
import { stableGuid } from '../stable-id.ts';
import { isGuest, type Person, signInName } from '../tenant/person.ts';
import type { World } from '../world.ts';
import { groupClaims, roleClaims } from './group-claims.ts';
import { issuerOf, optionalClaims } from './id-token.ts';
import {
  internalClaim,
  pairwiseSubject,
  personalIdentifier,
  revalidationClaim,
  tokenIdentifier,
} from './identifiers.ts';
import { period } from './lifetime.ts';
import type { Claims } from './sign.ts';
import type { ApplicationSubject, Holder, Subject } from './subject.ts';

/** What an access token is for. */
export interface Audience {
  readonly resource: Resource;
  /** As the request wrote it. */
  readonly identifier: string;
  /** Scopes for a person, roles for an application. */
  readonly permissions: readonly string[];
}

/** Template ids of directory roles: "User", which everybody has, and "Global Administrator". */
const MEMBER_ROLE = 'b79fbf4d-3ef9-4689-8143-76b194e85509';
const GLOBAL_ADMINISTRATOR_ROLE = '62e90394-69f5-4237-9190-012177145e10';

/**
 * Claims of an access token: version 1.0 for Microsoft's resources, the version that it asked for at an API of the
 * tenant.
 *
 * @param lifetime Unit: seconds.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function accessTokenClaims(
  world: World,
  holder: Holder,
  audience: Audience,
  lifetime: number,
): Claims {
  const make = audience.resource.tokenVersion === 1 ? versionOne : versionTwo;
  return {
    ...make(world, holder, audience),
    ...period(world.time.seconds(), lifetime),
    aio: internalClaim(holder.person === null ? 0 : holder.generation),
    rh: revalidationClaim(holder.tenant.id),
    tid: holder.tenant.id,
    uti: tokenIdentifier(),
    ...(audience.resource.tokenVersion === 1 ? { ver: '1.0' } : { ver: '2.0' }),
  };
}

const versionOne = (world: World, holder: Holder, audience: Audience): Claims => ({
  aud: audienceClaim(holder, audience),
  iss: `${world.cloud.sts}/${holder.tenant.id}/`,
  app_displayname: holder.app.displayName,
  appid: holder.app.appId,
  appidacr: holder.clientProof,
  idtyp: holder.person === null ? 'app' : 'user',
  ...(holder.person === null
    ? applicationClaims(world, holder, audience)
    : versionOnePerson(world, holder, audience)),
  tenant_region_scope: world.cloud.regionScope,
  xms_tcdt: 1_600_000_000,
});

function audienceClaim({ tenant }: Holder, { resource, identifier }: Audience): string {
  if (resource.kind === 'graph' && tenant.variants.graphAudience === 'guid') return resource.appId;
  const slashed = resource.kind === 'storage' && tenant.variants.storageAudience === 'with-slash';
  return slashed ? `${identifier.replace(/\/$/, '')}/` : identifier;
}

const versionOnePerson = (world: World, subject: Subject, audience: Audience): Claims => ({
  acr: '1',
  ...(subject.acrs.length > 0 ? { acrs: subject.acrs } : {}),
  acct: isGuest(subject.person) ? 1 : 0,
  amr: subject.amr,
  ...versionOneNames(world, subject.person),
  ipaddr: subject.address,
  platf: '14',
  puid: personalIdentifier(subject.person.oid),
  scp: audience.permissions.join(' '),
  sid: subject.sid,
  sub: pairwiseSubject(subject.tenant.id, audience.resource.appId, subject.person.oid),
  wids: roleTemplates(subject.person),
  ...(subject.capabilities.length > 0 ? { xms_cc: subject.capabilities } : {}),
  xms_idrel: '1 2',
});

const versionOneNames = (world: World, person: Person): Claims => ({
  ...(person.surname === null ? {} : { family_name: person.surname }),
  ...(person.givenName === null ? {} : { given_name: person.givenName }),
  ...(isGuest(person) ? { idp: `${world.cloud.sts}/${person.homeTenant}/` } : {}),
  name: person.displayName,
  oid: person.oid,
  unique_name: signInName(person),
  upn: person.upn,
});

const roleTemplates = (person: Person): readonly string[] => [
  ...(person.roles.includes('Global Administrator') ? [GLOBAL_ADMINISTRATOR_ROLE] : []),
  MEMBER_ROLE,
];

const applicationClaims = (
  world: World,
  { tenant, app }: ApplicationSubject,
  audience: Audience,
): Claims => ({
  idp: `${world.cloud.sts}/${tenant.id}/`,
  oid: app.objectId,
  ...(audience.permissions.length > 0 ? { roles: audience.permissions } : {}),
  sub: app.objectId,
  wids: [stableGuid('service-principal-role', tenant.id)],
});

/** Tokens for an API of the tenant that asked for version 2: `aud` is its application id, the issuer the v2 one. */
const versionTwo = (world: World, holder: Holder, audience: Audience): Claims => ({
  aud: audience.resource.appId,
  iss: issuerOf(world, holder.tenant.id),
  azp: holder.app.appId,
  azpacr: holder.clientProof,
  ...(holder.person === null
    ? applicationClaims(world, holder, audience)
    : versionTwoPerson(world, holder, audience)),
});

const versionTwoPerson = (world: World, subject: Subject, audience: Audience): Claims => ({
  ...groupClaims(subject, world.cloud, 'token'),
  name: subject.person.displayName,
  oid: subject.person.oid,
  preferred_username: signInName(subject.person),
  ...roleClaims(subject),
  scp: audience.permissions.join(' '),
  sid: subject.sid,
  sub: pairwiseSubject(subject.tenant.id, audience.resource.appId, subject.person.oid),
  ...optionalClaims(subject, subject.app.optionalAccessTokenClaims),
});
