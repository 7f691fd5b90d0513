import { jsonOf } from '../http/request.ts';
import type { Reply } from '../http/reply.ts';
import type { Group, GroupKind } from '../tenant/group.ts';
import { type GraphCall, graphJson, type GraphRoute, type Permissions } from './graph-route.ts';
import { groupObject, ODATA_TYPES } from './group-object.ts';
import { matchesFilter } from './filter.ts';
import {
  collectionReply,
  contextSuffix,
  type GraphObject,
  isAdvanced,
  project,
  selected,
} from './odata.ts';
import { ofPerson, personOf, READ_PEOPLE } from './people.ts';

const READ_DIRECTORY: readonly string[] = ['Directory.Read.All', 'Directory.ReadWrite.All'];

/** Reading groups with their names. */
export const READ_GROUPS: readonly string[] = [
  'GroupMember.Read.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  ...READ_DIRECTORY,
];

/** Who sees more of an object than that it exists. */
const READERS: { readonly [kind in GroupKind]: readonly string[] } = {
  group: READ_GROUPS,
  directoryRole: READ_DIRECTORY,
  administrativeUnit: READ_DIRECTORY,
};

const READ_MEMBERSHIPS = ofPerson(
  { delegated: ['User.Read', 'User.ReadWrite', ...READ_PEOPLE, ...READ_GROUPS], application: [] },
  {
    delegated: ['User.ReadBasic.All', ...READ_PEOPLE, ...READ_GROUPS],
    application: [...READ_PEOPLE, ...READ_GROUPS],
  },
);

/** Ids of the signed-in person's groups, all at once. */
const READ_MEMBER_GROUPS = (call: GraphCall): Permissions => {
  const strict = call.caller.tenant.variants.memberGroupsPermission === 'GroupMember.Read.All';
  const permissions = READ_MEMBERSHIPS(call);
  return strict ? { ...permissions, delegated: READ_GROUPS } : permissions;
};

/** Which objects a path asks for. */
interface Membership {
  readonly transitive: boolean;
  /** Type cast at the end of the path. */
  readonly cast: GroupKind | null;
}

/**
 * The groups, roles and units of a person.
 *
 * @see https://learn.microsoft.com/graph/api/user-list-transitivememberof
 */
const listMemberships =
  ({ transitive, cast }: Membership) =>
  (call: GraphCall): Reply => {
    const person = personOf(call);
    if ('status' in person) return person;
    const filter = call.request.query.get('$filter');
    if ((cast !== null || filter !== null) && !isAdvanced(call)) return unsupported(call);
    const memberships = call.caller.tenant.directory.membershipsOf(person.oid, transitive);
    const asked = memberships.filter(({ kind }) => cast === null || kind === cast);
    const filtered = matchesFilter(asked, groupObject, filter);
    if (filtered === undefined) return unsupported(call);
    const names = selected(call);
    const items = filtered.map((group) => visibleGroup(call, group, names, cast !== null));
    const context = `${cast === null ? 'directoryObjects' : `${cast}s`}${contextSuffix(names)}`;
    return collectionReply(call, { context, items });
  };

const unsupported = (call: GraphCall): Reply =>
  call.error('Request_UnsupportedQuery', {
    message:
      "The specified filter or cast needs the header ConsistencyLevel: eventual and the query $count=true. See 'Advanced query capabilities on directory objects'.",
  });

/**
 * A group as the caller may see it: without the right to read groups every member but the id is null.
 *
 * @see https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects
 */
function visibleGroup(
  call: GraphCall,
  group: Group,
  names: readonly string[] | undefined,
  cast: boolean,
): GraphObject {
  const { permissions, tenant } = call.caller;
  const full = project(groupObject(group), names);
  const readable = READERS[group.kind].some((name) => permissions.has(name));
  const visible = readable ? full : limited(full);
  const annotated = !cast || tenant.variants.castAnnotations === 'present';
  return annotated ? { '@odata.type': ODATA_TYPES[group.kind], ...visible } : visible;
}

const limited = (object: GraphObject): GraphObject =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, name === 'id' ? value : null]),
  );

const LARGEST_RESULT = 11_000;

/**
 * Ids of all groups of a person, nested ones too, in one answer of at most 11,000.
 *
 * @see https://learn.microsoft.com/graph/api/directoryobject-getmembergroups
 */
function getMemberGroups(call: GraphCall): Reply {
  const ids = memberGroupIds(call);
  if (!Array.isArray(ids)) return ids;
  if (ids.length > LARGEST_RESULT) return call.error('Directory_ResultSizeLimitExceeded');
  return graphJson({
    '@odata.context': `${call.base}/$metadata#Collection(Edm.String)`,
    value: ids,
  });
}

/** Which of the given groups the person is in. */
function checkMemberGroups(call: GraphCall): Reply {
  const ids = memberGroupIds(call);
  if (!Array.isArray(ids)) return ids;
  const wanted = bodyMember(call, 'groupIds');
  if (!Array.isArray(wanted))
    return call.error('Request_BadRequest', { message: 'groupIds is missing.' });
  const value = wanted.filter((id) => ids.includes(String(id)));
  return graphJson({ '@odata.context': `${call.base}/$metadata#Collection(Edm.String)`, value });
}

function memberGroupIds(call: GraphCall): string[] | Reply {
  const person = personOf(call);
  if ('status' in person) return person;
  const securityOnly = bodyMember(call, 'securityEnabledOnly') === true;
  return call.caller.tenant.directory
    .membershipsOf(person.oid, true)
    .filter(({ kind, securityEnabled }) => kind === 'group' && (securityEnabled || !securityOnly))
    .map(({ id }) => id);
}

function bodyMember(call: GraphCall, name: string): unknown {
  const body = jsonOf(call.request);
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}

const lists = (owner: string): readonly GraphRoute[] =>
  (['memberOf', 'transitiveMemberOf'] as const).flatMap((name) =>
    ([null, 'group', 'directoryRole', 'administrativeUnit'] as const).map((cast) => ({
      endpoint: 'graph.memberships' as const,
      methods: ['GET'],
      path: `${owner}/${name}${cast === null ? '' : `/microsoft.graph.${cast}`}`,
      permissions: READ_MEMBERSHIPS,
      handle: listMemberships({ transitive: name === 'transitiveMemberOf', cast }),
    })),
  );

const action = (
  path: string,
  handle: GraphRoute['handle'],
  permissions: GraphRoute['permissions'] = READ_MEMBERSHIPS,
): GraphRoute => ({ endpoint: 'graph.memberships', methods: ['POST'], path, permissions, handle });

/** What a person is a member of. */
export const MEMBERSHIP_ROUTES: readonly GraphRoute[] = ['/me', '/users/:id'].flatMap((owner) => [
  ...lists(owner),
  action(`${owner}/getMemberGroups`, getMemberGroups, READ_MEMBER_GROUPS),
  action(`${owner}/microsoft.graph.getMemberGroups`, getMemberGroups, READ_MEMBER_GROUPS),
  action(`${owner}/getMemberObjects`, getMemberGroups),
  action(`${owner}/checkMemberGroups`, checkMemberGroups),
]);
