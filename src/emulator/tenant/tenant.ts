import type { Cloud } from '../clouds.ts';
import { findResource, resourcesOf } from '../resources.ts';
import type { TenantSeed } from '../seed.ts';
import { stableGuid } from '../stable-id.ts';
import { Tampering } from '../tamper/tampering.ts';
import { chooseVariants, type Variants } from '../variants.ts';
import { type Application, createApplication } from './application.ts';
import { Consents } from './consents.ts';
import { createDirectory, resolver, unknownName } from './create-directory.ts';
import type { Directory } from './directory.ts';
import { choosePolicies, type Policies } from './policies.ts';
import { namedPolicies } from './named-policies.ts';
import { refuseTwins } from './twins.ts';
import { createStorageAccount, type StorageAccount } from './storage-account.ts';

/** A tenant while it runs. */
export interface Tenant {
  /** GUID, lower case. */
  readonly id: string;
  readonly name: string;
  /** Verified domains, lower case; the first is the primary one. */
  readonly domains: readonly string[];
  readonly directory: Directory;
  /** By application id. */
  readonly applications: Map<string, Application>;
  readonly storage: readonly StorageAccount[];
  readonly consents: Consents;
  readonly policies: Policies;
  readonly variants: Variants;
  /** Switches that make the emulator lie. */
  readonly tampering: Tampering;
  /** Delegated permissions of Graph beyond those that the emulator knows. */
  readonly graphScopes: readonly string[];
}

/** What a tenant is made in. */
export interface TenantSurroundings {
  readonly cloud: Cloud;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly now: number;
  readonly variants: Variants;
}

/**
 * Makes a tenant from its seed.
 *
 * @throws {EntradaError} `EMULATOR_SEED_INVALID` when the seed names somebody or something that it does not hold, or has
 *   two of one name.
 */
export function createTenant(seed: TenantSeed, surroundings: TenantSurroundings): Tenant {
  const name = seed.name ?? 'Contoso';
  const domains = (seed.domains ?? domainsOf(name)).map((domain) => domain.toLowerCase());
  const id = (seed.id ?? stableGuid('tenant', name)).toLowerCase();
  const directory = createDirectory(seed, id, domains[0] ?? 'contoso.example');
  const resolve = resolver(directory, seed, id);
  const context = { tenantId: id, now: surroundings.now, resolve };
  const applications = (seed.applications ?? []).map((app) => createApplication(app, context));
  refuseTwins(
    'applications of the id',
    applications.map(({ appId }) => appId),
  );
  const tenant: Tenant = {
    id,
    name,
    domains,
    directory,
    applications: new Map(applications.map((app) => [app.appId, app])),
    storage: (seed.storageAccounts ?? []).map((account) => createStorageAccount(account, resolve)),
    consents: new Consents(),
    policies: choosePolicies(namedPolicies(seed.policies, directory)),
    variants: chooseVariants(surroundings.variants, seed.variants ?? {}),
    tampering: new Tampering(),
    graphScopes: seed.graphScopes ?? [],
  };
  consentAsSeeded(seed, tenant, surroundings.cloud);
  return tenant;
}

function domainsOf(name: string): readonly string[] {
  const label = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '');
  return [`${label}.example`, `${label}.onmicrosoft.com`];
}

/**
 * Consents for everybody to what the seed says an administrator consented to.
 *
 * @throws {EntradaError} `EMULATOR_SEED_INVALID` for a scope of a resource that does not exist.
 */
function consentAsSeeded(seed: TenantSeed, tenant: Tenant, cloud: Cloud): void {
  for (const [index, app] of [...tenant.applications.values()].entries()) {
    const { adminConsent = [] } = seed.applications?.[index] ?? {};
    const scopes = adminConsent === 'all' ? app.permissions : adminConsent;
    for (const scope of scopes) consentForAll(tenant, cloud, app.appId, scope);
  }
}

/**
 * Consents for everybody to one scope, written as in a request (`User.Read`, `https://…/user_impersonation`).
 *
 * @throws {EntradaError} `EMULATOR_SEED_INVALID` for a scope of a resource that does not exist.
 */
function consentForAll(tenant: Tenant, cloud: Cloud, appId: string, scope: string): void {
  const { resourceId, value } = locateScope(tenant, cloud, scope);
  tenant.consents.grant('everyone', appId, resourceId, [value]);
}

/**
 * The resource and the value of a scope.
 *
 * @throws {EntradaError} `EMULATOR_SEED_INVALID` for a scope of a resource that does not exist.
 */
export function locateScope(
  tenant: Tenant,
  cloud: Cloud,
  scope: string,
): { readonly resourceId: string; readonly value: string } {
  const slash = scope.lastIndexOf('/');
  const identifier = slash < 0 ? cloud.graph : scope.slice(0, slash);
  const resource = findResource(resourcesOf(cloud, tenant), identifier);
  if (resource === undefined) throw unknownName(identifier, `scope ${scope}`);
  return { resourceId: resource.appId, value: scope.slice(slash + 1) };
}
