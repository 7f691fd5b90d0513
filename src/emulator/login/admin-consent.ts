import type { Handler } from '../http/route.ts';
import { OIDC_SCOPES } from '../resources.ts';
import type { Application } from '../tenant/application.ts';
import type { World } from '../world.ts';
import type { ReturnAddress } from './authorize/authorize-request.ts';
import { NO_CLAIMS } from './authorize/claims-parameter.ts';
import { authorizeParameters } from './authorize/parameters.ts';
import { deliver } from './authorize/response.ts';
import { type Client, findClient, findRedirectUri, openTenants } from './authorize/trust.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import { refusalPage, refusalToApplication } from './refusal-reply.ts';
import { readScopes, type ScopeRequest } from './scopes.ts';
import { beginSignIn } from './sign-in/proceed.ts';

/**
 * The admin consent endpoint: an administrator consents for everybody, then the application is told in which tenant.
 * Without `scope` all permissions of the registration are meant.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export const adminConsent: Handler = (world, request, { tenant: segment = '' }) => {
  const parameters = authorizeParameters(request);
  const client = findClient(world, segment, parameters.get('client_id'));
  if (isRefusal(client)) return refusalPage(world, request, client);
  const redirectUri = findRedirectUri(client, parameters);
  if (isRefusal(redirectUri)) return refusalPage(world, request, redirectUri, client.tenant);
  const { tenant, app } = client;
  const address: ReturnAddress = {
    redirectUri,
    responseMode: 'query',
    state: parameters.get('state'),
  };
  const scopes = askedScopes(world, client, parameters.get('scope'));
  if (isRefusal(scopes)) return refusalToApplication(world, request, scopes, tenant, address);
  return beginSignIn(world, request, {
    app,
    tenants: openTenants(world, segment, client),
    scopes,
    prompt: undefined,
    loginHint: undefined,
    domainHint: undefined,
    maxAge: undefined,
    claims: NO_CLAIMS,
    consent: 'admin',
    refuse: (asked, refusal) => refusalToApplication(world, asked, refusal, tenant, address),
    finish: (_asked, consented) =>
      deliver(world, tenant, address, [
        ['admin_consent', 'True'],
        ['tenant', consented.tenant.id],
        ['scope', scopes.text],
      ]),
  });
};

/** Scopes of the request; `.default` and none at all mean what the registration lists. */
function askedScopes(
  world: World,
  client: Client,
  text: string | undefined,
): ScopeRequest | Refusal {
  const registered = text === undefined || text.endsWith('/.default') || text === '.default';
  return readScopes(registered ? registeredScopes(client.app) : text, { world, ...client });
}

const registeredScopes = ({ permissions }: Application): string =>
  permissions.length === 0 ? OIDC_SCOPES.join(' ') : permissions.join(' ');
