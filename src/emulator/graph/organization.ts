import type { Reply } from '../http/reply.ts';
import type { GraphCall, GraphRoute } from './graph-route.ts';
import { collectionReply, contextSuffix, project, selected } from './odata.ts';

/**
 * The tenant itself, as a collection of one.
 *
 * @see https://learn.microsoft.com/graph/api/organization-list
 */
function listOrganizations(call: GraphCall): Reply {
  const { tenant } = call.caller;
  const names = selected(call);
  const organization = {
    id: tenant.id,
    displayName: tenant.name,
    tenantType: 'AAD',
    countryLetterCode: 'US',
    verifiedDomains: tenant.domains.map((name, index) => ({
      capabilities: 'Email, OfficeCommunicationsOnline',
      isDefault: index === 0,
      isInitial: name.endsWith('.onmicrosoft.com'),
      name,
      type: 'Managed',
    })),
  };
  return collectionReply(call, {
    context: `organization${contextSuffix(names)}`,
    items: [project(organization, names)],
  });
}

/** The tenant. */
export const ORGANIZATION_ROUTES: readonly GraphRoute[] = [
  {
    endpoint: 'graph.organization',
    methods: ['GET'],
    path: '/organization',
    permissions: {
      delegated: ['User.Read', 'Organization.Read.All', 'Directory.Read.All'],
      application: ['Organization.Read.All', 'Directory.Read.All'],
    },
    handle: listOrganizations,
  },
];
