import type { Reply } from '../http/reply.ts';
import type { GraphCall, GraphRoute, Permissions } from './graph-route.ts';
import { graphJson } from './graph-route.ts';
import { collectionReply, contextSuffix, refuseUnknown, selected } from './odata.ts';
import { notFound, personOf, READ_PEOPLE, visiblePerson } from './people.ts';
import { PERSON_MEMBERS } from './person-object.ts';

/** The documentation wants User.Read.All; a variant lets User.Read do. */
const readManager = ({ caller }: GraphCall): Permissions => ({
  delegated: [
    ...READ_PEOPLE,
    ...(caller.tenant.variants.managerPermission === 'User.Read' ? ['User.Read'] : []),
  ],
  application: READ_PEOPLE,
});

/**
 * The manager of a person; 404 when there is none.
 *
 * @see https://learn.microsoft.com/graph/api/user-list-manager
 */
function getManager(call: GraphCall): Reply {
  const person = personOf(call);
  if ('status' in person) return person;
  const manager = call.caller.tenant.directory.person(person.managerOid ?? '');
  if (manager === undefined) return notFound(call, 'manager');
  const names = selected(call);
  const refused = refuseUnknown(call, names, PERSON_MEMBERS, 'user');
  if (refused !== undefined) return refused;
  return graphJson({
    '@odata.context': `${call.base}/$metadata#directoryObjects${contextSuffix(names)}/$entity`,
    '@odata.type': '#microsoft.graph.user',
    ...visiblePerson(manager, names),
  });
}

function getReports(call: GraphCall): Reply {
  const person = personOf(call);
  if ('status' in person) return person;
  const names = selected(call);
  const reports = call.caller.tenant.directory.people.filter(
    (one) => one.managerOid === person.oid,
  );
  const items = reports.map((one) => ({
    '@odata.type': '#microsoft.graph.user',
    ...visiblePerson(one, names),
  }));
  return collectionReply(call, { context: `directoryObjects${contextSuffix(names)}`, items });
}

const route = (path: string, handle: GraphRoute['handle']): GraphRoute => ({
  endpoint: 'graph.manager',
  methods: ['GET'],
  path,
  permissions: readManager,
  handle,
});

/** Who reports to whom. */
export const MANAGER_ROUTES: readonly GraphRoute[] = [
  route('/me/manager', getManager),
  route('/users/:id/manager', getManager),
  route('/me/directReports', getReports),
  route('/users/:id/directReports', getReports),
];
