import type { GroupSeed } from '../seed.ts';
import { createGroup, type Group } from '../tenant/group.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { refuseTwinGroups } from '../tenant/twins.ts';
import { newGuid } from '../stable-id.ts';
import { found } from './found.ts';

/** How groups are made in bulk. */
export interface GroupGeneration {
  /** People or groups that become members of each. */
  readonly members?: readonly string[];
  /** Names are `PREFIX 1`, `PREFIX 2` and so on. Default `Group`. */
  readonly prefix?: string;
  /** All get the same name. Default false. */
  readonly sameName?: boolean;
  /** Default true. */
  readonly securityEnabled?: boolean;
  /** Each is a member of the one after it, and the members are in the first alone. Default false. */
  readonly nested?: boolean;
}

/** The groups of a tenant. Names are object ids or display names. */
export class GroupsControl {
  readonly #tenant: Tenant;

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
  }

  get all(): readonly Group[] {
    return this.#tenant.directory.groups;
  }

  /** @throws {EntradaError} `EMULATOR_UNKNOWN` for a name that no group has. */
  get(name: string): Group {
    return found(this.#tenant.directory.group(name), 'group', name);
  }

  /**
   * @throws {EntradaError} `EMULATOR_UNKNOWN` for a member that is nobody's name and no group's, `EMULATOR_SEED_INVALID`
   *   for an object id that a group has.
   */
  add(seed: GroupSeed): Group {
    const { directory, id, domains } = this.#tenant;
    // A second group of one name is a group of its own.
    const fresh = directory.group(seed.displayName) === undefined ? {} : { id: newGuid() };
    const group = createGroup({ ...fresh, ...seed }, id, domains[0] ?? '');
    refuseTwinGroups([...directory.groups, group]);
    const members = (seed.members ?? []).map((member) => this.#memberId(member));
    directory.addGroup(group);
    for (const member of members) directory.addMember(group.id, member);
    return group;
  }

  /** @throws {EntradaError} `EMULATOR_UNKNOWN` for a name that no group has. */
  update(name: string, changes: Partial<Omit<Group, 'id' | 'kind'>>): Group {
    return Object.assign(this.get(name), changes);
  }

  /** @throws {EntradaError} `EMULATOR_UNKNOWN` for a name that no group has. */
  remove(name: string): void {
    this.#tenant.directory.removeGroup(this.get(name).id);
  }

  /** @throws {EntradaError} `EMULATOR_UNKNOWN` for a name that is nobody's and no group's. */
  addMember(group: string, member: string): void {
    this.#tenant.directory.addMember(this.get(group).id, this.#memberId(member));
  }

  /** @throws {EntradaError} `EMULATOR_UNKNOWN` for a name that is nobody's and no group's. */
  removeMember(group: string, member: string): void {
    this.#tenant.directory.removeMember(this.get(group).id, this.#memberId(member));
  }

  /** Makes many groups: 0, 5, 6, 200, 201, 1,000 and 12,000 are the numbers at which something changes. */
  generate(count: number, generation: GroupGeneration = {}): readonly Group[] {
    const groups = Array.from({ length: count }, (_, index) => this.#generated(index, generation));
    const members = (generation.members ?? []).map((member) => this.#memberId(member));
    for (const [index, { id }] of groups.entries()) {
      const previous = groups[index - 1];
      const within = generation.nested === true && previous !== undefined ? [previous.id] : members;
      for (const member of within) this.#tenant.directory.addMember(id, member);
    }
    return groups;
  }

  #generated(
    index: number,
    { prefix = 'Group', sameName = false, securityEnabled = true }: GroupGeneration,
  ): Group {
    const { directory, id, domains } = this.#tenant;
    const displayName = sameName ? prefix : `${prefix} ${index + 1}`;
    const seed = { id: newGuid(), displayName, securityEnabled };
    return directory.addGroup(createGroup(seed, id, domains[0] ?? ''));
  }

  #memberId(name: string): string {
    const { directory } = this.#tenant;
    return found(directory.person(name)?.oid ?? directory.group(name)?.id, 'person or group', name);
  }
}
