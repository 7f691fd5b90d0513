import type { Group } from './group.ts';
import type { Person } from './person.ts';

/**
 * People, groups and who is in what. Membership is kept both ways, so that a person in 12,000 groups costs no more than
 * one in five.
 */
export class Directory {
  readonly #people = new Map<string, Person>();
  readonly #groups = new Map<string, Group>();
  /** Group to its direct members. */
  readonly #members = new Map<string, Set<string>>();
  /** Person or group to the groups it is a direct member of. */
  readonly #memberships = new Map<string, Set<string>>();

  get people(): readonly Person[] {
    return [...this.#people.values()];
  }

  get groups(): readonly Group[] {
    return [...this.#groups.values()];
  }

  addPerson(person: Person): Person {
    this.#people.set(person.oid, person);
    return person;
  }

  addGroup(group: Group): Group {
    this.#groups.set(group.id, group);
    return group;
  }

  /** By object id, UPN or mail, in any case; no name at all means nobody, least of all who has no mailbox. */
  person(name: string): Person | undefined {
    if (name === '') return undefined;
    const wanted = name.toLowerCase();
    return (
      this.#people.get(wanted) ??
      this.people.find(({ upn, mail }) => [upn, mail].some((n) => n?.toLowerCase() === wanted))
    );
  }

  /** By object id, or else by display name. */
  group(name: string): Group | undefined {
    return this.#groups.get(name.toLowerCase()) ?? this.groups.find((g) => g.displayName === name);
  }

  removePerson(oid: string): void {
    for (const group of this.#memberships.get(oid) ?? []) this.removeMember(group, oid);
    this.#people.delete(oid);
  }

  removeGroup(id: string): void {
    for (const member of this.#members.get(id) ?? []) this.removeMember(id, member);
    for (const group of this.#memberships.get(id) ?? []) this.removeMember(group, id);
    this.#groups.delete(id);
  }

  addMember(groupId: string, memberId: string): void {
    entry(this.#members, groupId).add(memberId);
    entry(this.#memberships, memberId).add(groupId);
  }

  removeMember(groupId: string, memberId: string): void {
    this.#members.get(groupId)?.delete(memberId);
    this.#memberships.get(memberId)?.delete(groupId);
  }

  /** The groups, roles and units that a person or group is in; `transitive` follows nested groups. */
  membershipsOf(id: string, transitive: boolean): readonly Group[] {
    return this.#resolve(reach(this.#memberships, id, transitive));
  }

  /** Object ids of the members of a group; `transitive` opens nested groups. */
  membersOf(groupId: string, transitive: boolean): readonly string[] {
    return [...reach(this.#members, groupId, transitive)];
  }

  #resolve(ids: ReadonlySet<string>): readonly Group[] {
    return [...ids].map((id) => this.#groups.get(id)).filter((group) => group !== undefined);
  }
}

type Edges = Map<string, Set<string>>;

function entry(edges: Edges, id: string): Set<string> {
  const set = edges.get(id) ?? new Set<string>();
  edges.set(id, set);
  return set;
}

/** All that can be reached; a cycle of groups, which Entra allows, ends. */
function reach(edges: Edges, start: string, transitive: boolean): ReadonlySet<string> {
  const found = new Set(edges.get(start));
  if (!transitive) return found;
  // A Set gives what is added to it while it is walked.
  for (const id of found) for (const next of edges.get(id) ?? []) found.add(next);
  found.delete(start);
  return found;
}
