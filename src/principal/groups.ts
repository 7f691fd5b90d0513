import type { EntraGroup, GroupRef, RoleRef } from '../../sandbox/contract.ts';
import type { GroupConfig, RoleConfig } from '../config/config.ts';

/** How the groups that were read became groups of Entrada. */
export interface GroupMatch {
  readonly base: readonly GroupRef[];
  readonly matched: readonly GroupRef[];
  /** Read from Entra, and no group of Entrada has the name. */
  readonly ignored: readonly EntraGroup[];
}

/**
 * Entrada's groups of a person: those that everybody gets, and those that are named like a group of Entra. Names are
 * compared as they are, case included; a group that is not enabled is nobody's.
 *
 * @param baseIds `base_groups`, in order.
 * @param read Groups of Entra; null when the method does not ask for them.
 */
export function matchGroups(
  configured: readonly GroupConfig[],
  baseIds: readonly string[],
  read: readonly EntraGroup[] | null,
): GroupMatch {
  const enabled = configured.filter((group) => group.enabled);
  const names = new Set(read?.map(({ name }) => name));
  const known = new Set(enabled.map(({ name }) => name));
  return {
    base: byIds(enabled, baseIds),
    matched: enabled.filter(({ name }) => names.has(name)).map(toRef),
    ignored: (read ?? []).filter(({ name }) => !known.has(name)),
  };
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
