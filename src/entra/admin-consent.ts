import type { Plan } from './flow.ts';
import { isOpenIdScope, joinScopes, parseScope } from './scopes.ts';
import type { Tenant } from './tenant.ts';

export interface AdminConsentParts {
  readonly tenant: Tenant;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly plan: Plan;
}

/**
 * Where an administrator consents for everybody: most tenants let nobody else consent to reading groups. Without `state`:
 * what comes back changes nothing here.
 *
 * @returns Null when the method asks for no API.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export function adminConsentUrl({
  tenant,
  clientId,
  redirectUri,
  plan,
}: AdminConsentParts): string | null {
  const scopes = plan.scopes.filter((scope) => !isOpenIdScope(scope));
  if (scopes.length === 0) return null;
  const scope = joinScopes(scopes.map((text) => inFull(text, tenant.graph)));
  const query = Object.entries({ client_id: clientId, scope, redirect_uri: redirectUri });
  const pairs = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${tenant.login}/${tenant.directory}/v2.0/adminconsent?${pairs.join('&')}`;
}

/** This endpoint is not documented to know the short names of Graph's permissions. */
function inFull(text: string, graph: string): string {
  const scope = parseScope(text, graph);
  return scope?.resource === graph ? `${graph}/${scope.name}` : text;
}
