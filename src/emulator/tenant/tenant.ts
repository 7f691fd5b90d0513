import { EntradaError } from '../../errors.ts';
import type { Cloud } from '../clouds.ts';
import { findResource, resourcesOf } from '../resources.ts';
import type { TenantSeed } from '../seed.ts';
import { isGuid, stableGuid } from '../stable-id.ts';
import { Tampering } from '../tamper/tampering.ts';
import { chooseVariants, type Variants } from '../variants.ts';
import { type Application, createApplication } from './application.ts';
import { Consents } from './consents.ts';
import { Directory } from './directory.ts';
import { createDirectoryObject, createGroup } from './group.ts';
import { createPerson } from './person.ts';
import { choosePolicies, type Policies } from './policies.ts';
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
 * @throws {EntradaError} `EMULATOR_SEED_INVALID` when the seed names somebody or something that it does not hold.
 */
export function createTenant(seed: TenantSeed, surroundings: TenantSurroundings): Tenant {
  const name = seed.name ?? 'Contoso';
  const domains = (seed.domains ?? domainsOf(name)).map((domain) => domain.toLowerCase());
  const id = (seed.id ?? stableGuid('tenant', name)).toLowerCase();
  const directory = createDirectory(seed, id, domains[0] ?? 'contoso.example');
  const resolve = resolver(directory, id);
  const context = { tenantId: id, now: surroundings.now, resolve };
  const applications = (seed.applications ?? []).map((app) => createApplication(app, context));
  const tenant: Tenant = {
    id,
    name,
    domains,
    directory,
    applications: new Map(applications.map((app) => [app.appId, app])),
    storage: (seed.storageAccounts ?? []).map((account) => createStorageAccount(account, resolve)),
    consents: new Consents(),
    policies: choosePolicies(seed.policies),
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

function createDirectory(seed: TenantSeed, tenantId: string, domain: string): Directory {
  const directory = new Directory();
  for (const person of seed.people ?? []) {
    directory.addPerson(createPerson(person, tenantId, domain));
  }
  addGroups(directory, seed, tenantId, domain);
  linkManagers(directory);
  linkMembers(directory, seed, tenantId, domain);
  return directory;
}

function addGroups(directory: Directory, seed: TenantSeed, tenantId: string, domain: string): void {
  for (const [index, group] of (seed.groups ?? []).entries()) {
    directory.addGroup(createGroup(group, tenantId, domain, repetition(seed, index)));
  }
  for (const object of seed.directoryObjects ?? []) {
    directory.addGroup(createDirectoryObject(object, tenantId));
  }
}

/** Groups may share a name: the second of a name gets another id than the first. */
const repetition = ({ groups = [] }: TenantSeed, index: number): number =>
  groups.slice(0, index).filter(({ displayName }) => displayName === groups[index]?.displayName)
    .length;

function linkManagers(directory: Directory): void {
  for (const person of directory.people) {
    if (person.managerOid === null) continue;
    const manager = directory.person(person.managerOid);
    if (manager === undefined) throw unknownName(person.managerOid, `manager of ${person.upn}`);
    person.managerOid = manager.oid;
  }
}

function linkMembers(
  directory: Directory,
  seed: TenantSeed,
  tenantId: string,
  domain: string,
): void {
  const resolve = resolver(directory, tenantId);
  for (const [index, group] of (seed.groups ?? []).entries()) {
    const { id } = createGroup(group, tenantId, domain, repetition(seed, index));
    for (const member of group.members ?? []) directory.addMember(id, resolve(member));
  }
  for (const object of seed.directoryObjects ?? []) {
    const { id } = createDirectoryObject(object, tenantId);
    for (const member of object.members ?? []) directory.addMember(id, resolve(member));
  }
}

/** Turns a UPN, a mail address, a group's name or an object id into the object id. */
const resolver =
  (directory: Directory, tenantId: string) =>
  (name: string): string => {
    const found = directory.person(name)?.oid ?? directory.group(name)?.id;
    if (found !== undefined) return found;
    if (isGuid(name)) return stableGuidOfApplication(tenantId, name);
    throw unknownName(name, 'member, assignment or role');
  };

/** A GUID that is no person and no group is an application: its service principal is meant. */
const stableGuidOfApplication = (tenantId: string, appId: string): string =>
  stableGuid('service-principal', tenantId, appId.toLowerCase());

const unknownName = (name: string, where: string): EntradaError =>
  new EntradaError('EMULATOR_SEED_INVALID', `${where}: there is no "${name}" in the tenant.`, {
    next: 'Name a person by UPN or object id, a group by name or object id.',
  });

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
export function consentForAll(tenant: Tenant, cloud: Cloud, appId: string, scope: string): void {
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
