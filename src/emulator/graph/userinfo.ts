import type { Handler, Route } from '../http/route.ts';
import { tamperedGraphReply } from '../tamper/graph-replies.ts';
import { pairwiseSubject } from '../tokens/identifiers.ts';
import { authenticateCaller } from './caller.ts';
import { graphError } from './errors.ts';
import { graphJson } from './graph-route.ts';

/**
 * The UserInfo endpoint: no groups, no roles, nothing that the ID token does not have.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/userinfo
 */
const userinfo: Handler = async (world, request) => {
  const caller = await authenticateCaller(world, request);
  if ('status' in caller) return caller;
  const { person, tenant, appId, permissions } = caller;
  if (person === null || !permissions.has('openid')) {
    return graphError(world, request, 'Authorization_RequestDenied');
  }
  const profile = permissions.has('profile');
  const reply = graphJson({
    sub: pairwiseSubject(tenant.id, appId, person.oid),
    ...(profile ? { name: person.displayName } : {}),
    ...(profile && person.surname !== null ? { family_name: person.surname } : {}),
    ...(profile && person.givenName !== null ? { given_name: person.givenName } : {}),
    picture: `${world.cloud.graph}/v1.0/me/photo/$value`,
    ...(permissions.has('email') && person.mail !== null ? { email: person.mail } : {}),
  });
  return tamperedGraphReply(tenant.tampering, reply, { request, origin: world.cloud.graph });
};

/** OpenID Connect Core section 5.3 allows both methods. */
export const USERINFO_ROUTES: readonly Route[] = [
  {
    endpoint: 'graph.userinfo',
    methods: ['GET', 'POST'],
    path: '/oidc/userinfo',
    handle: userinfo,
  },
];
