import type { EntraGroup, Json, JsonObject } from '../../sandbox/contract.ts';
import { EntraError, EntraUnavailableError } from './entra-error.ts';
import type { Graph } from './graph.ts';
import { isGuid } from './guid.ts';
import type { EntraLimits } from './limits.ts';

const ACTION = '/v1.0/me/getMemberGroups';

/** Left to Graph, which has the whole directory at hand: Microsoft 365 groups without security are left out. */
const BODY = { securityEnabledOnly: true };

/**
 * The ids of a person's security groups, nested ones included, by one request; a group's name is its id.
 *
 * @returns Null when there are more than Graph gives at once, which is 11,000: pages have them all.
 * @throws {EntraError} What `Graph.post` throws; `ENTRA_GRAPH_REFUSED` for an answer that is no list of ids.
 * @see https://learn.microsoft.com/graph/api/directoryobject-getmembergroups
 */
export async function readMemberGroups(
  graph: Graph,
  limits: EntraLimits,
): Promise<readonly EntraGroup[] | null> {
  const answer = await askUnlessTooLarge(graph);
  // A part of the groups is never taken for all of them.
  if (answer === null || answer['@odata.nextLink'] !== undefined) return null;
  const ids = readIds(answer);
  return ids.length > limits.groups ? null : ids.map((oid) => ({ oid, name: oid }));
}

async function askUnlessTooLarge(graph: Graph): Promise<JsonObject | null> {
  try {
    return await graph.post(graph.origin + ACTION, BODY);
  } catch (error) {
    if (error instanceof EntraError && error.code === 'ENTRA_GROUPS_LIMIT') return null;
    throw error;
  }
}

function readIds({ value }: JsonObject): readonly string[] {
  if (!Array.isArray(value)) throw notIds('value is no list');
  const ids: readonly Json[] = value;
  return [...new Set(ids.map(readId))];
}

function readId(id: Json): string {
  if (!isGuid(id)) throw notIds('an entry is no id');
  return id;
}

const notIds = (why: string): EntraUnavailableError =>
  new EntraUnavailableError('ENTRA_GRAPH_REFUSED', `the ids of groups are refused: ${why}`, {
    actor: 'operator',
    next: 'Check that nothing on the way to Graph replaces its answers.',
  });
