import { EntradaError } from '../../errors.ts';
import type { Group } from './group.ts';
import type { Person } from './person.ts';

/**
 * Refuses two things of one identity: the later would take the place of the earlier, or never be found.
 *
 * @param what What they are and what they share, as in `tenants of the domain`.
 * @param names Compared without regard to case, as Entra does.
 * @throws {EntradaError} `EMULATOR_SEED_INVALID` for the first that stands more than once.
 */
export function refuseTwins(what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    const lower = name.toLowerCase();
    if (seen.has(lower)) throw twin(what, name);
    seen.add(lower);
  }
}

const twin = (what: string, name: string): EntradaError =>
  new EntradaError('EMULATOR_SEED_INVALID', `There are two ${what} "${name}".`, {
    next: 'Leave one of them out, or give it another; capitals make no difference.',
  });

/** @throws {EntradaError} `EMULATOR_SEED_INVALID` for two people of one name or id. */
export function refuseTwinPeople(people: readonly Person[]): void {
  const [upns, oids] = [people.map(({ upn }) => upn), people.map(({ oid }) => oid)];
  refuseTwins('people of the user principal name', upns);
  refuseTwins('people of the object id', oids);
}

/** Groups may share a name. @throws {EntradaError} `EMULATOR_SEED_INVALID` for two of one id. */
export function refuseTwinGroups(groups: readonly Group[]): void {
  const ids = groups.map(({ id }) => id);
  refuseTwins('groups, roles or units of the object id', ids);
}
