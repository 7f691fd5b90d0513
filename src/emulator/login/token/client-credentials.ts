import { json } from '../../http/reply.ts';
import { issueAccessToken } from '../../tokens/access-token.ts';
import { findResource, resourcesOf, type Resource } from '../../resources.ts';
import { isRefusal, refuse } from '../refusal.ts';
import { readScopes } from '../scopes.ts';
import { authenticateClient } from './client-authentication.ts';
import { type GrantHandler, missingField, type TokenRequest } from './token-request.ts';

/**
 * Gives an application a token for itself: `roles` instead of `scp`, no refresh token, no ID token.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export const clientCredentials: GrantHandler = async (token) => {
  const text = token.field('scope');
  if (text === undefined) return missingField('scope');
  const clientProof = await authenticateClient(token, 'web');
  if (isRefusal(clientProof)) return clientProof;
  const scopes = readScopes(text, token);
  if (isRefusal(scopes)) return scopes;
  const [asked, second] = scopes.resources;
  if (asked === undefined || second !== undefined || !asked.isDefault) {
    return refuse(1002012, { words: { scope: text } });
  }
  const { world, tenant, app } = token;
  const permissions = rolesAt(token, asked.resource);
  const holder = { tenant, app, person: null, clientProof };
  const access = await issueAccessToken(world, holder, { ...asked, permissions });
  return json(200, {
    token_type: 'Bearer',
    expires_in: access.expiresIn,
    ext_expires_in: access.expiresIn,
    access_token: access.token,
  });
};

/** Application permissions of one resource that an administrator granted. */
function rolesAt({ world, tenant, app }: TokenRequest, wanted: Resource): readonly string[] {
  const resources = resourcesOf(world.cloud, tenant);
  return app.applicationPermissions.flatMap((written) => {
    const slash = written.lastIndexOf('/');
    const identifier = slash < 0 ? world.cloud.graph : written.slice(0, slash);
    return findResource(resources, identifier)?.appId === wanted.appId
      ? written.slice(slash + 1)
      : [];
  });
}
