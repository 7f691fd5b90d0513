import type { EntraGroup, Json, JsonObject } from '../../sandbox/contract.ts';
import type { EntraIdConfig } from '../config/config.ts';
import { EntraSetupError, EntraUnavailableError } from './entra-error.ts';
import type { Graph } from './graph.ts';
import { isGuid } from './guid.ts';
import { isObject } from './json.ts';
import type { EntraLimits } from './limits.ts';
import { readMemberGroups } from './member-groups.ts';

/** Which groups are read, and what is needed of them. */
export type GroupLookup = Pick<EntraIdConfig, 'groupLookup' | 'matchGroupsBy'>;

/**
 * True where Graph asks for a permission to read groups, beside that to read oneself.
 *
 * @see https://learn.microsoft.com/graph/api/directoryobject-getmembergroups#permissions
 */
export const needsGroupPermission = ({ groupLookup, matchGroupsBy }: GroupLookup): boolean =>
  matchGroupsBy === 'name' || groupLookup === 'ids';

/**
 * Without the cast to groups, which would need the eventual index: Graph says of it that it "might not be up to date".
 *
 * @see https://learn.microsoft.com/graph/api/user-list-transitivememberof
 * @see https://learn.microsoft.com/graph/api/user-list-memberof
 */
const COLLECTIONS: { readonly [lookup in GroupLookup['groupLookup']]: string } = {
  transitive: '/v1.0/me/transitiveMemberOf',
  direct: '/v1.0/me/memberOf',
  ids: '/v1.0/me/transitiveMemberOf',
};

/** 999 is the largest page. */
const QUERY = '?$select=id,displayName,securityEnabled&$top=999';

/** Where pages are. */
const API = '/v1.0/';

/** Longer links are not Graph's. Unit: characters. */
const MAX_LINK_LENGTH = 8192;

/** A group as Graph shows it; without the permission to read groups its members are null. */
interface ShownGroup {
  readonly oid: string;
  readonly name: string | null;
  readonly security: boolean | null;
}

/**
 * The security groups that a person is in: all of them, or an error. Never a partial list.
 *
 * @throws {EntraUnavailableError} What `Graph.get` throws, for any page; `ENTRA_GRAPH_REFUSED` for a page that is none;
 *   `ENTRA_GROUPS_LINK` for a link elsewhere or to a page that was read; `ENTRA_GROUPS_LIMIT` above the limits.
 * @throws {EntraSetupError} `ENTRA_GROUPS_UNNAMED` when there are groups and Graph tells no name.
 */
export async function readGroups(
  graph: Graph,
  limits: EntraLimits,
  lookup: GroupLookup,
): Promise<readonly EntraGroup[]> {
  const ids = lookup.groupLookup === 'ids' ? await readMemberGroups(graph, limits) : null;
  return ids ?? readPages(graph, limits, lookup);
}

async function readPages(
  graph: Graph,
  limits: EntraLimits,
  lookup: GroupLookup,
): Promise<readonly EntraGroup[]> {
  const shown: ShownGroup[] = [];
  const visited = new Set<string>();
  const first = graph.origin + COLLECTIONS[lookup.groupLookup] + QUERY;
  for (let link: string | null = first; link !== null;) {
    if (visited.has(link)) throw badLink('it was read already');
    if (visited.size >= limits.groupPages) throw tooMany(`${limits.groupPages} pages`);
    visited.add(link);
    const page = readPage(await graph.get(link));
    shown.push(...page.groups);
    if (shown.length > limits.groups) throw tooMany(`${limits.groups} groups`);
    link = page.next === null ? null : checkLink(page.next, graph.origin);
  }
  return lookup.matchGroupsBy === 'id' ? shown.flatMap(byId) : securityGroups(shown);
}

interface Page {
  readonly groups: readonly ShownGroup[];
  readonly next: string | null;
}

/** Directory roles and administrative units stand between the groups. An empty page may have a next one. */
function readPage({ value, '@odata.nextLink': next }: JsonObject): Page {
  if (!Array.isArray(value)) throw notAPage('value is no list');
  if (next !== undefined && typeof next !== 'string') throw notAPage('nextLink is no text');
  const objects: readonly Json[] = value;
  return { groups: objects.flatMap(readObject), next: next ?? null };
}

function readObject(object: Json): readonly ShownGroup[] {
  if (!isObject(object)) throw notAPage('an entry is no object');
  if (object['@odata.type'] !== '#microsoft.graph.group') return [];
  const { id, displayName: name, securityEnabled: security } = object;
  if (!isGuid(id)) throw notAPage('a group has no id');
  if (!isTextOrNothing(name)) throw notAPage('a group’s name is no text');
  if (!isFlagOrNothing(security)) throw notAPage('a group’s securityEnabled is no truth value');
  return [{ oid: id, name: name ?? null, security: security ?? null }];
}

const isTextOrNothing = (value: Json | undefined): value is string | null | undefined =>
  value === undefined || value === null || typeof value === 'string';

const isFlagOrNothing = (value: Json | undefined): value is boolean | null | undefined =>
  value === undefined || value === null || typeof value === 'boolean';

/**
 * Without the permission to read groups Graph shows their ids and nothing else. An id is the operator's choice of one
 * group, so that only what is said not to be a security group is left out.
 */
const byId = ({ oid, name, security }: ShownGroup): readonly EntraGroup[] =>
  security === false ? [] : [{ oid, name: name ?? oid }];

/** "Groups, but no names" is a missing permission, and must not look like "no groups". */
function securityGroups(shown: readonly ShownGroup[]): readonly EntraGroup[] {
  if (shown.length > 0 && shown.every(({ name }) => name === null)) throw unnamed(shown.length);
  return shown.flatMap(({ oid, name, security }) =>
    security === true && name !== null ? [{ oid, name }] : [],
  );
}

/**
 * A next link, to be followed as it is: at Graph, below its version, in the form in which it is sent.
 *
 * @throws {EntraUnavailableError} `ENTRA_GROUPS_LINK` for any other: it would carry the token elsewhere.
 * @see https://learn.microsoft.com/graph/paging
 */
export function checkLink(link: string, origin: string): string {
  const url = link.length <= MAX_LINK_LENGTH ? URL.parse(link) : null;
  if (url === null || !link.startsWith(origin + API)) throw badLink('it is at another host');
  // The string that is checked is the one that is sent: what a URL parser would change is refused.
  if (!/^[\x21-\x7e]+$/.test(link) || /[\\#]/.test(link)) throw badLink('it has odd characters');
  if (url.origin !== origin || !url.pathname.startsWith(API)) throw badLink('it leads elsewhere');
  return link;
}

const badLink = (why: string): EntraUnavailableError =>
  new EntraUnavailableError('ENTRA_GROUPS_LINK', `a next page of groups is refused: ${why}`, {
    actor: 'operator',
    next: 'Check that nothing on the way to Graph replaces its answers.',
  });

const notAPage = (why: string): EntraUnavailableError =>
  new EntraUnavailableError('ENTRA_GRAPH_REFUSED', `a page of groups is refused: ${why}`, {
    actor: 'operator',
    next: 'Check that nothing on the way to Graph replaces its answers.',
  });

const tooMany = (limit: string): EntraSetupError =>
  new EntraSetupError('ENTRA_GROUPS_LIMIT', `the person’s groups take more than ${limit}`, {
    actor: 'administrator',
    next: 'Use group_association: base-groups for people in so many groups.',
  });

const unnamed = (count: number): EntraSetupError =>
  new EntraSetupError('ENTRA_GROUPS_UNNAMED', `Graph shows ${count} groups and the name of none`, {
    actor: 'administrator',
    next: 'Grant the delegated permission GroupMember.Read.All, with admin consent.',
  });
