import { findResource, type Resource, resourcesOf } from '../resources.ts';
import type { Application } from '../tenant/application.ts';
import type { Person } from '../tenant/person.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { World } from '../world.ts';
import type { ResourceScopes, ScopeRequest } from './scopes.ts';

/** One permission that a request needs. */
export interface NeededPermission {
  readonly resource: Resource;
  readonly scope: string;
  readonly adminConsent: boolean;
  readonly about: string;
}

/** All permissions that a request needs; `.default` means what the registration lists. */
export function neededPermissions(
  world: World,
  tenant: Tenant,
  app: Application,
  scopes: ScopeRequest,
): readonly NeededPermission[] {
  const resources = resourcesOf(world.cloud, tenant);
  const [graph] = resources;
  const oidc = graph === undefined ? [] : scopes.oidc.map((scope) => permission(graph, scope));
  const listed = scopes.resources.flatMap((asked) =>
    asked.isDefault ? registered(world, app, resources, asked.resource) : namedScopes(asked),
  );
  return [...oidc, ...listed];
}

const namedScopes = ({ resource, names }: ResourceScopes): readonly NeededPermission[] =>
  names.map((scope) => permission(resource, scope));

function permission(resource: Resource, scope: string): NeededPermission {
  const { adminConsent = false, about = scope } = resource.scopes[scope] ?? {};
  return { resource, scope, adminConsent, about };
}

/** Permissions of one resource that the registration lists. */
function registered(
  world: World,
  app: Application,
  resources: readonly Resource[],
  wanted: Resource,
): readonly NeededPermission[] {
  return app.permissions.flatMap((written) => {
    const slash = written.lastIndexOf('/');
    const identifier = slash < 0 ? world.cloud.graph : written.slice(0, slash);
    const resource = findResource(resources, identifier);
    return resource?.appId === wanted.appId ? permission(resource, written.slice(slash + 1)) : [];
  });
}

/** Those of the needed permissions that nobody consented to yet. */
export const missingPermissions = (
  tenant: Tenant,
  app: Application,
  person: Person,
  needed: readonly NeededPermission[],
): readonly NeededPermission[] =>
  needed.filter(
    ({ resource, scope }) => !tenant.consents.has(person.oid, app.appId, resource.appId, scope),
  );

/** Permissions of a resource that a token carries: all that were consented to, whatever part was asked for. */
export const grantedScopes = (
  tenant: Tenant,
  app: Application,
  person: Person,
  resource: Resource,
): readonly string[] =>
  tenant.consents
    .scopes(person.oid, app.appId, resource.appId)
    .filter((scope) => scope !== 'offline_access');
