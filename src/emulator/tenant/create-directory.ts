import { EntradaError } from '../../errors.ts';
import type { TenantSeed } from '../seed.ts';
import { applicationIdOf, servicePrincipalOf } from './application.ts';
import { Directory } from './directory.ts';
import { createDirectoryObject, createGroup } from './group.ts';
import { createPerson } from './person.ts';
import { refuseTwinGroups, refuseTwinPeople } from './twins.ts';

/**
 * The directory that a seed describes, with managers and members linked.
 *
 * @throws {EntradaError} `EMULATOR_SEED_INVALID` for a name that is nobody's and no group's, or that two have.
 */
export function createDirectory(seed: TenantSeed, tenantId: string, domain: string): Directory {
  const directory = new Directory();
  const people = (seed.people ?? []).map((person) => createPerson(person, tenantId, domain));
  refuseTwinPeople(people);
  for (const person of people) directory.addPerson(person);
  addGroups(directory, seed, tenantId, domain);
  linkManagers(directory);
  linkMembers(directory, seed, tenantId, domain);
  return directory;
}

function addGroups(directory: Directory, seed: TenantSeed, tenantId: string, domain: string): void {
  const groups = (seed.groups ?? []).map((group, index) =>
    createGroup(group, tenantId, domain, repetition(seed, index)),
  );
  const objects = (seed.directoryObjects ?? []).map((one) => createDirectoryObject(one, tenantId));
  const all = [...groups, ...objects];
  refuseTwinGroups(all);
  for (const group of all) directory.addGroup(group);
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
  const resolve = resolver(directory, seed, tenantId);
  for (const [index, group] of (seed.groups ?? []).entries()) {
    const { id } = createGroup(group, tenantId, domain, repetition(seed, index));
    for (const member of group.members ?? []) directory.addMember(id, resolve(member));
  }
  for (const object of seed.directoryObjects ?? []) {
    const { id } = createDirectoryObject(object, tenantId);
    for (const member of object.members ?? []) directory.addMember(id, resolve(member));
  }
}

/** Turns a UPN, a mail address, a group's name, an object id or an application's id into the object id. */
export function resolver(
  directory: Directory,
  { applications = [] }: TenantSeed,
  tenantId: string,
): (name: string) => string {
  const appIds = new Set(applications.map((app) => applicationIdOf(app, tenantId)));
  return (name) => {
    const found = directory.person(name)?.oid ?? directory.group(name)?.id;
    if (found !== undefined) return found;
    const appId = name.toLowerCase();
    if (appIds.has(appId)) return servicePrincipalOf(appId, tenantId);
    throw unknownName(name, 'member, assignment or role');
  };
}

/** The error of a seed that names what it does not hold. */
export const unknownName = (name: string, where: string): EntradaError =>
  new EntradaError('EMULATOR_SEED_INVALID', `${where}: there is no "${name}" in the tenant.`, {
    next: 'Name a person by UPN or object id, a group by name or object id.',
  });
