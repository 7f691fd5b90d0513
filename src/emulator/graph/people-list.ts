import type { Reply } from '../http/reply.ts';
import type { Person } from '../tenant/person.ts';
import { matchesFilter } from './filter.ts';
import type { GraphCall, GraphRoute, Permissions } from './graph-route.ts';
import { collectionReply, contextSuffix, countReply, refuseUnknown, selected } from './odata.ts';
import { READ_PEOPLE, visiblePerson } from './people.ts';
import { PERSON_MEMBERS, personObject } from './person-object.ts';

const LIST_PEOPLE: Permissions = {
  delegated: ['User.ReadBasic.All', ...READ_PEOPLE],
  application: READ_PEOPLE,
};

function filteredPeople({ caller, request }: GraphCall): readonly Person[] | undefined {
  return matchesFilter(caller.tenant.directory.people, personObject, request.query.get('$filter'));
}

const unsupported = (call: GraphCall): Reply =>
  call.error('Request_UnsupportedQuery', { message: 'Only filters for equality are supported.' });

/**
 * The people of the tenant.
 *
 * @see https://learn.microsoft.com/graph/api/user-list
 */
function listPeople(call: GraphCall): Reply {
  const people = filteredPeople(call);
  if (people === undefined) return unsupported(call);
  const names = selected(call);
  const refused = refuseUnknown(call, names, PERSON_MEMBERS, 'user');
  if (refused !== undefined) return refused;
  const items = people.map((person) => visiblePerson(person, names));
  return collectionReply(call, { context: `users${contextSuffix(names)}`, items });
}

function countPeople(call: GraphCall): Reply {
  const people = filteredPeople(call);
  return people === undefined ? unsupported(call) : countReply(call, people.length);
}

/** People in bulk. */
export const PEOPLE_LIST_ROUTES: readonly GraphRoute[] = [
  {
    endpoint: 'graph.users',
    methods: ['GET'],
    path: '/users',
    permissions: LIST_PEOPLE,
    handle: listPeople,
  },
  {
    endpoint: 'graph.users',
    methods: ['GET'],
    path: '/users/$count',
    permissions: LIST_PEOPLE,
    handle: countPeople,
  },
];
