import type { EntraGroup, GroupRef, RoleRef } from '../../sandbox/contract.ts';
import type { EntraIdConfig, GroupConfig, RoleConfig } from '../config/config.ts';

/** How the groups that were read became groups of Entrada. */
export interface GroupMatch {
  readonly base: readonly GroupRef[];
  readonly matched: readonly GroupRef[];
  /** Read from Entra, and no group of Entrada is meant by it. */
  readonly ignored: readonly EntraGroup[];
  /**
   * Names of groups of Entrada that two and more of the groups which were read have: names are not unique in Entra, and
   * somebody may have made the second one to get in.
   */
  readonly ambiguous: readonly string[];
}

/**
 * Entrada's groups of a person: those that everybody gets, and those that a group of Entra means. Names are compared as
 * they are, case included; a group that is not enabled is nobody's.
 *
 * @param method Its `base_groups`, in order, and by what groups are matched.
 * @param read Groups of Entra; null when the method does not ask for them.
 */
export function matchGroups(
  configured: readonly GroupConfig[],
  { baseGroups, matchGroupsBy }: Pick<EntraIdConfig, 'baseGroups' | 'matchGroupsBy'>,
  read: readonly EntraGroup[] | null,
): GroupMatch {
  const { ofEntra, ofEntrada } = KEYS[matchGroupsBy];
  const enabled = configured.filter((group) => group.enabled);
  const distinct = [...new Map(read?.map((group) => [group.oid, group])).values()];
  const counts = countBy(distinct.map(ofEntra));
  const known = new Set(enabled.map(ofEntrada));
  return {
    base: byIds(enabled, baseGroups),
    matched: enabled.filter((group) => counts.has(ofEntrada(group))).map(toRef),
    ignored: distinct.filter((one) => !known.has(ofEntra(one))),
    ambiguous: enabled.flatMap((group) =>
      (counts.get(ofEntrada(group)) ?? 0) > 1 ? [group.name] : [],
    ),
  };
}

/** What a group of Entra and one of Entrada have in common where one means the other. */
const KEYS: {
  readonly [by in EntraIdConfig['matchGroupsBy']]: {
    readonly ofEntra: (group: EntraGroup) => string;
    readonly ofEntrada: (group: GroupConfig) => string | null;
  };
} = {
  name: { ofEntra: ({ name }) => name, ofEntrada: ({ name }) => name },
  id: { ofEntra: ({ oid }) => oid, ofEntrada: ({ entraGroupId }) => entraGroupId },
};

function countBy(keys: readonly string[]): ReadonlyMap<string | null, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** All groups of a match, each once; the first is the primary group. */
export function allGroups({ base, matched }: GroupMatch): readonly GroupRef[] {
  return [...new Map([...base, ...matched].map((group) => [group.id, group])).values()];
}

/** Entrada's roles of a person; the first is the primary role. */
export function baseRoles(
  configured: readonly RoleConfig[],
  ids: readonly string[],
): readonly RoleRef[] {
  return byIds(
    configured.filter((role) => role.enabled),
    ids,
  );
}

/** In the order of the ids. */
function byIds(
  entries: readonly { readonly id: string; readonly name: string }[],
  ids: readonly string[],
): readonly GroupRef[] {
  return ids.flatMap((id) => entries.filter((entry) => entry.id === id).map(toRef));
}

function toRef({ id, name }: { readonly id: string; readonly name: string }): GroupRef {
  return { id, name };
}
