import type { Reply } from '../http/reply.ts';
import { type EmulatorRequest, headerOf } from '../http/request.ts';
import { graphResource } from '../resources.ts';
import type { Application } from '../tenant/application.ts';
import type { Person } from '../tenant/person.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { generationOf } from '../tokens/identifiers.ts';
import { readAccessToken } from '../tokens/read-access-token.ts';
import type { Claims } from '../tokens/sign.ts';
import type { World } from '../world.ts';
import { challengeReply } from './challenge.ts';
import { graphError } from './errors.ts';

/** Who calls Graph, after the access token was checked. */
export interface GraphCaller {
  readonly tenant: Tenant;
  readonly appId: string;
  /** Null for an application that acts for itself. */
  readonly person: Person | null;
  readonly app: Application | undefined;
  /** Scopes of a person's token, roles of an application's. */
  readonly permissions: ReadonlySet<string>;
  readonly claims: Claims;
}

/**
 * Checks the access token: signature, audience, time, revocation. Gives the caller, or the error.
 *
 * @see https://learn.microsoft.com/graph/resolve-auth-errors
 */
export async function authenticateCaller(
  world: World,
  request: EmulatorRequest,
): Promise<GraphCaller | Reply> {
  const header = headerOf(request, 'authorization') ?? '';
  const token = /^bearer\s+(\S+)$/i.exec(header)?.[1];
  if (token === undefined) return invalid(world, request, 'Access token is empty.');
  const claims = await readAccessToken(world, token);
  if (claims === undefined)
    return invalid(world, request, 'Access token validation failure. Invalid signature.');
  return refuseClaims(world, request, claims) ?? identify(world, request, claims);
}

const invalid = (world: World, request: EmulatorRequest, message: string): Reply =>
  graphError(world, request, 'InvalidAuthenticationToken', { message });

function refuseClaims(world: World, request: EmulatorRequest, claims: Claims): Reply | undefined {
  const { appId, identifiers } = graphResource(world.cloud);
  const audience = String(claims['aud']).replace(/\/$/, '');
  if (audience !== appId && !identifiers.includes(audience)) {
    return invalid(world, request, 'Access token validation failure. Invalid audience.');
  }
  const now = world.time.seconds();
  if (Number(claims['exp']) <= now) {
    return invalid(world, request, 'Lifetime validation failed, the token is expired.');
  }
  if (Number(claims['nbf']) > now) {
    return invalid(world, request, 'Access token has expired or is not yet valid.');
  }
  return undefined;
}

function identify(world: World, request: EmulatorRequest, claims: Claims): GraphCaller | Reply {
  const tenant = world.tenants.get(String(claims['tid']));
  const appId = String(claims['appid']);
  if (tenant === undefined) return invalid(world, request, 'Access token validation failure.');
  const oid = claims['idtyp'] === 'app' ? null : String(claims['oid']);
  const person = oid === null ? null : tenant.directory.person(oid);
  request.notes.client = appId;
  request.notes.tenant = tenant.id;
  request.notes.person = oid;
  if (person === undefined) return invalid(world, request, 'The identity does not exist.');
  const revoked =
    person === null ? undefined : refuseRevoked(world, request, tenant, person, claims);
  if (revoked !== undefined) return revoked;
  const app = tenant.applications.get(appId);
  return { tenant, appId, app, person, permissions: permissionsOf(claims), claims };
}

function permissionsOf(claims: Claims): ReadonlySet<string> {
  const { scp, roles } = claims;
  if (typeof scp === 'string') return new Set(scp.split(' '));
  return new Set(Array.isArray(roles) ? roles.map(String) : []);
}

/** Continuous access evaluation: who was revoked or disabled is told so at once, where the client can handle it. */
function refuseRevoked(
  world: World,
  request: EmulatorRequest,
  tenant: Tenant,
  person: Person,
  claims: Claims,
): Reply | undefined {
  const revoked = !person.enabled || generationOf(claims['aio']) < person.generation;
  if (!revoked) return undefined;
  const capabilities: unknown = claims['xms_cc'];
  const continuous = Array.isArray(capabilities) && capabilities.includes('cp1');
  if (continuous && tenant.policies.continuousAccess) {
    const value = String(Math.ceil(person.sessionsValidFrom / 1000));
    return challengeReply(world, request, tenant, {
      access_token: { nbf: { essential: true, value } },
    });
  }
  return tenant.policies.strictRevocation
    ? invalid(
        world,
        request,
        'Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp',
      )
    : undefined;
}
