import type { EntraGroup } from '../../sandbox/contract.ts';
import type { EntraIdConfig } from '../config/config.ts';
import { EntraSetupError, EntraUnavailableError, type EntraError } from './entra-error.ts';
import type { Plan } from './flow.ts';
import type { Graph } from './graph.ts';
import { needsGroupPermission, readGroups, type GroupLookup } from './groups.ts';
import type { EntraLimits } from './limits.ts';
import type { Remark } from './remark.ts';
import { canReadGroups } from './scopes.ts';

/** What finding the groups of a person needs. */
export interface GroupsParts {
  readonly plan: Plan;
  /** Which groups are read, and what happens when they cannot be. */
  readonly groups: GroupLookup & Pick<EntraIdConfig, 'onGroupError'>;
  readonly limits: EntraLimits;
  /** Origin of Graph. */
  readonly graph: string;
}

/** Groups that were read; null when the method does not ask for them, or does without. */
export interface FoundGroups {
  readonly groups: readonly EntraGroup[] | null;
  readonly remark?: Remark;
}

/**
 * The person's groups.
 *
 * @param scopes As granted; null when the tenant does not say.
 * @throws {EntraSetupError} `ENTRA_GROUPS_SCOPE` when the permission was not granted.
 * @throws {EntraError} As `readGroups`.
 */
export async function findGroups(
  graph: Graph | null,
  scopes: readonly string[] | null,
  parts: GroupsParts,
): Promise<FoundGroups> {
  if (!parts.plan.readsGroups) return { groups: null };
  try {
    return { groups: await read(graph, scopes, parts) };
  } catch (error) {
    if (parts.groups.onGroupError === 'deny' || !isDispensable(error)) throw error;
    const detail = `The groups were not read (${error.code}): base groups alone count.`;
    return { groups: null, remark: { code: 'GROUPS_UNREAD', detail } };
  }
}

/** A failure of Graph or of its permissions, but not a challenge, which the person can meet. */
const isDispensable = (error: unknown): error is EntraError =>
  error instanceof EntraUnavailableError || error instanceof EntraSetupError;

async function read(
  graph: Graph | null,
  scopes: readonly string[] | null,
  { groups, limits, graph: origin }: GroupsParts,
): Promise<readonly EntraGroup[]> {
  const hidden = needsGroupPermission(groups) && scopes !== null && !canReadGroups(scopes, origin);
  if (graph === null || hidden) throw noPermission();
  return readGroups(graph, limits, groups);
}

const noPermission = (): EntraSetupError =>
  new EntraSetupError('ENTRA_GROUPS_SCOPE', 'Entra granted no permission to read groups', {
    actor: 'administrator',
    next: 'Grant the delegated permission GroupMember.Read.All, with admin consent.',
  });
