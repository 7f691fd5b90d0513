import type { PersonSeed } from '../seed.ts';
import { createPerson, type Person } from '../tenant/person.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { refuseTwinPeople } from '../tenant/twins.ts';
import type { EmulatorTime } from '../time.ts';
import { found } from './found.ts';

/** What can be changed of a person while the emulator runs. */
export type PersonChanges = Partial<
  Omit<Person, 'oid' | 'generation' | 'sessionsValidFrom' | 'revokedWith'>
>;

/** The people of a tenant. Names are object ids, UPNs or mail addresses. */
export class PeopleControl {
  readonly #tenant: Tenant;
  readonly #time: EmulatorTime;

  constructor(tenant: Tenant, time: EmulatorTime) {
    this.#tenant = tenant;
    this.#time = time;
  }

  get all(): readonly Person[] {
    return this.#tenant.directory.people;
  }

  /** @throws {EntradaError} `EMULATOR_UNKNOWN` for a name that nobody has. */
  get(name: string): Person {
    return found(this.#tenant.directory.person(name), 'person', name);
  }

  /**
   * @throws {EntradaError} `EMULATOR_UNKNOWN` for a manager whom nobody knows, `EMULATOR_SEED_INVALID` for a name that
   *   somebody has.
   */
  add(seed: PersonSeed): Person {
    const { directory, id, domains } = this.#tenant;
    const person = createPerson(seed, id, domains[0] ?? '');
    refuseTwinPeople([...this.all, person]);
    if (person.managerOid !== null) person.managerOid = this.get(person.managerOid).oid;
    return directory.addPerson(person);
  }

  /** @throws {EntradaError} `EMULATOR_UNKNOWN` for a name that nobody has. */
  update(name: string, changes: PersonChanges): Person {
    return Object.assign(this.get(name), changes);
  }

  /** @throws {EntradaError} `EMULATOR_UNKNOWN` for a name that nobody has. */
  remove(name: string): void {
    this.#tenant.directory.removePerson(this.get(name).oid);
  }

  /**
   * Ends every session and every token of a person that can be ended.
   *
   * @param reason 50173 revoked by an administrator, 50132 and 50133 password changed.
   * @throws {EntradaError} `EMULATOR_UNKNOWN` for a name that nobody has.
   */
  revokeSessions(name: string, reason: Person['revokedWith'] = 50173): void {
    const person = this.get(name);
    person.generation += 1;
    person.sessionsValidFrom = this.#time.now();
    person.revokedWith = reason;
  }
}
