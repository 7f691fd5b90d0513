import type { Tenant } from '../tenant/tenant.ts';
import type { World } from '../world.ts';
import type { ResourceScopes } from './scopes.ts';

const OIDC_NAMES: readonly string[] = ['openid', 'profile', 'email'];

/**
 * The parameter `scope` of a reply: granted scopes, as short names or as URLs of their resource.
 *
 * @param asked How the request wrote them.
 * @param granted Values of the scopes.
 */
export function grantedText(
  world: World,
  tenant: Tenant,
  asked: ResourceScopes,
  granted: readonly string[],
): string {
  const full = writesUrls(tenant, asked);
  const base = asked.resource.kind === 'graph' ? world.cloud.graph : asked.identifier;
  const names = asked.isDefault ? [...granted, '.default'] : granted;
  return names
    .map((name) => (full && !OIDC_NAMES.includes(name) ? `${base}/${name}` : name))
    .join(' ');
}

/** Short names exist for Graph alone. */
function writesUrls({ variants: { scopeForm } }: Tenant, asked: ResourceScopes): boolean {
  if (asked.resource.kind !== 'graph' || scopeForm === 'full') return true;
  return scopeForm === 'as-requested' && asked.fullForm;
}
