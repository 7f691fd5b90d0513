import type { Reply } from '../http/reply.ts';
import type { Group } from '../tenant/group.ts';
import { matchesFilter } from './filter.ts';
import { type GraphCall, graphJson, type GraphRoute } from './graph-route.ts';
import { GROUP_MEMBERS, groupObject, ODATA_TYPES } from './group-object.ts';
import { READ_GROUPS } from './memberships.ts';
import {
  collectionReply,
  contextSuffix,
  countReply,
  type GraphObject,
  project,
  refuseUnknown,
  selected,
} from './odata.ts';
import { notFound, visiblePerson } from './people.ts';

const groupsOf = ({ caller }: GraphCall): readonly Group[] =>
  caller.tenant.directory.groups.filter(({ kind }) => kind === 'group');

function filteredGroups(call: GraphCall): readonly Group[] | undefined {
  return matchesFilter(groupsOf(call), groupObject, call.request.query.get('$filter'));
}

const unsupported = (call: GraphCall): Reply =>
  call.error('Request_UnsupportedQuery', { message: 'Only filters for equality are supported.' });

/**
 * The groups of the tenant.
 *
 * @see https://learn.microsoft.com/graph/api/group-list
 */
function listGroups(call: GraphCall): Reply {
  const names = selected(call);
  const refused = refuseUnknown(call, names, GROUP_MEMBERS, 'group');
  if (refused !== undefined) return refused;
  const groups = filteredGroups(call);
  if (groups === undefined) return unsupported(call);
  const items = groups.map((group) => project(groupObject(group), names));
  return collectionReply(call, { context: `groups${contextSuffix(names)}`, items });
}

function countGroups(call: GraphCall): Reply {
  const groups = filteredGroups(call);
  return groups === undefined ? unsupported(call) : countReply(call, groups.length);
}

function groupOf(call: GraphCall): Group | Reply {
  const { id = '' } = call.parameters;
  return groupsOf(call).find((group) => group.id === id.toLowerCase()) ?? notFound(call, id);
}

function getGroup(call: GraphCall): Reply {
  const group = groupOf(call);
  if ('status' in group) return group;
  const names = selected(call);
  const refused = refuseUnknown(call, names, GROUP_MEMBERS, 'group');
  if (refused !== undefined) return refused;
  return graphJson({
    '@odata.context': `${call.base}/$metadata#groups${contextSuffix(names)}/$entity`,
    ...project(groupObject(group), names),
  });
}

/**
 * Members of a group: people and groups.
 *
 * @see https://learn.microsoft.com/graph/api/group-list-members
 */
const listMembers =
  (transitive: boolean) =>
  (call: GraphCall): Reply => {
    const group = groupOf(call);
    if ('status' in group) return group;
    const names = selected(call);
    const ids = call.caller.tenant.directory.membersOf(group.id, transitive);
    const items = ids
      .map((id) => memberObject(call, id, names))
      .filter((item) => item !== undefined);
    return collectionReply(call, { context: `directoryObjects${contextSuffix(names)}`, items });
  };

function memberObject(
  { caller }: GraphCall,
  id: string,
  names: readonly string[] | undefined,
): GraphObject | undefined {
  const { directory } = caller.tenant;
  const person = directory.person(id);
  if (person !== undefined)
    return { '@odata.type': '#microsoft.graph.user', ...visiblePerson(person, names) };
  const group = directory.group(id);
  if (group === undefined) return undefined;
  return { '@odata.type': ODATA_TYPES[group.kind], ...project(groupObject(group), names) };
}

const route = (path: string, handle: GraphRoute['handle']): GraphRoute => ({
  endpoint: 'graph.groups',
  methods: ['GET'],
  path,
  permissions: { delegated: READ_GROUPS, application: READ_GROUPS },
  handle,
});

/** Groups and who is in them. */
export const GROUP_ROUTES: readonly GraphRoute[] = [
  route('/groups', listGroups),
  route('/groups/$count', countGroups),
  route('/groups/:id', getGroup),
  route('/groups/:id/members', listMembers(false)),
  route('/groups/:id/transitiveMembers', listMembers(true)),
];
