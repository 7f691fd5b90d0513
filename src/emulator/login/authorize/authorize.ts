import type { Reply } from '../../http/reply.ts';
import type { EmulatorRequest } from '../../http/request.ts';
import type { Handler } from '../../http/route.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import type { World } from '../../world.ts';
import { isRefusal } from '../refusal.ts';
import { refusalPage, refusalToApplication } from '../refusal-reply.ts';
import { beginSignIn } from '../sign-in/proceed.ts';
import { answerApplication } from './answer.ts';
import type { AuthorizeRequest } from './authorize-request.ts';
import { checkDraft, responseTypesOf, returnAddress } from './checks.ts';
import { authorizeParameters } from './parameters.ts';
import { findClient, findRedirectUri, openTenants } from './trust.ts';

/**
 * The authorization endpoint. Tenant, application and redirect URI are checked first, and what is wrong with them is
 * shown as a page: until they are trusted, nothing is sent to anybody.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code
 */
export const authorize: Handler = (world, request, { tenant: segment = '' }) => {
  const parameters = authorizeParameters(request);
  const client = findClient(world, segment, parameters.get('client_id'));
  if (isRefusal(client)) return refusalPage(world, request, client);
  request.notes.client = client.app.appId;
  request.notes.tenant = client.tenant.id;
  const redirectUri = findRedirectUri(client, parameters);
  if (isRefusal(redirectUri)) return refusalPage(world, request, redirectUri, client.tenant);
  const draft = {
    world,
    ...client,
    redirectUri,
    parameters,
    responseTypes: responseTypesOf(parameters),
  };
  const checked = checkDraft(draft);
  if (isRefusal(checked)) {
    return refusalToApplication(world, request, checked, client.tenant, returnAddress(draft));
  }
  return signIn(world, request, checked, openTenants(world, segment, client));
};

function signIn(
  world: World,
  request: EmulatorRequest,
  checked: AuthorizeRequest,
  tenants: readonly Tenant[],
): Promise<Reply> {
  const { app, scopes, prompt, loginHint, domainHint, maxAge, claims, tenant } = checked;
  return beginSignIn(world, request, {
    app,
    tenants,
    scopes,
    prompt,
    loginHint,
    domainHint,
    maxAge,
    claims,
    consent: 'person',
    refuse: (asked, refusal) => refusalToApplication(world, asked, refusal, tenant, checked),
    finish: (asked, result) => answerApplication(world, asked, checked, result),
  });
}
