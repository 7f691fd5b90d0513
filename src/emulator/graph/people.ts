import type { Reply } from '../http/reply.ts';
import type { Person } from '../tenant/person.ts';
import { type GraphCall, graphJson, type GraphRoute, type Permissions } from './graph-route.ts';
import { contextSuffix, type GraphObject, project, refuseUnknown, selected } from './odata.ts';
import { DEFAULT_PERSON_MEMBERS, PERSON_MEMBERS, personObject } from './person-object.ts';

/** Reading others. */
export const READ_PEOPLE: readonly string[] = [
  'User.Read.All',
  'User.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
];

/** Reading oneself. */
export const READ_ME: Permissions = {
  delegated: ['User.Read', 'User.ReadWrite', ...READ_PEOPLE],
  application: [],
};

const READ_OTHERS: Permissions = {
  delegated: ['User.ReadBasic.All', ...READ_PEOPLE],
  application: READ_PEOPLE,
};

/** The person that a path means: `/me`, or `/users/ID`. An error for `/me` of an application and for a stranger. */
export function personOf(call: GraphCall): Person | Reply {
  const { id } = call.parameters;
  const { person, tenant } = call.caller;
  if (id === undefined) {
    return (
      person ??
      call.error('BadRequest', {
        message: '/me request is only valid with delegated authentication flow.',
      })
    );
  }
  return tenant.directory.person(id) ?? notFound(call, id);
}

/** 404 as directory objects have it. */
export const notFound = (call: GraphCall, id: string): Reply =>
  call.error('Request_ResourceNotFound', {
    message: `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  });

/** Permissions of a path that exists below `/me` and below `/users/ID`. */
export const ofPerson =
  (me: Permissions, others: Permissions) =>
  ({ parameters, caller }: GraphCall): Permissions => {
    const { id } = parameters;
    const self = id === undefined || id === caller.person?.oid || id === caller.person?.upn;
    return self && caller.person !== null ? me : others;
  };

/** Members as the caller may see them. */
export const visiblePerson = (person: Person, names: readonly string[] | undefined): GraphObject =>
  project(personObject(person), names ?? DEFAULT_PERSON_MEMBERS);

function getPerson(call: GraphCall): Reply {
  const person = personOf(call);
  if ('status' in person) return person;
  const names = selected(call);
  const refused = refuseUnknown(call, names, PERSON_MEMBERS, 'user');
  if (refused !== undefined) return refused;
  return graphJson({
    '@odata.context': `${call.base}/$metadata#users${contextSuffix(names)}/$entity`,
    ...visiblePerson(person, names),
    ...expandedManager(call, person),
  });
}

/** `$expand=manager`, perhaps with a selection. */
function expandedManager(call: GraphCall, { managerOid }: Person): GraphObject {
  const expand = /^manager(?:\((.*)\))?$/.exec(call.request.query.get('$expand') ?? '');
  const manager = call.caller.tenant.directory.person(managerOid ?? '');
  if (expand === null || manager === undefined) return {};
  const names = /\$select=([^;)]*)/.exec(expand[1] ?? '')?.[1]?.split(',');
  return { manager: { '@odata.type': '#microsoft.graph.user', ...visiblePerson(manager, names) } };
}

/** A person. */
export const PEOPLE_ROUTES: readonly GraphRoute[] = [
  { endpoint: 'graph.me', methods: ['GET'], path: '/me', permissions: READ_ME, handle: getPerson },
  {
    endpoint: 'graph.me',
    methods: ['GET'],
    path: '/users/:id',
    permissions: ofPerson(READ_ME, READ_OTHERS),
    handle: getPerson,
  },
];
