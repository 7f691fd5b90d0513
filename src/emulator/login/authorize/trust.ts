import type { Application, RedirectUri } from '../../tenant/application.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import { findTenant, type World } from '../../world.ts';
import { refuse, type Refusal } from '../refusal.ts';
import type { AuthorizeParameters } from './parameters.ts';

/** Names that stand for any tenant. */
export const SHARED_TENANTS: readonly string[] = ['common', 'organizations'];

/** Id of the tenant of personal accounts, which the emulator does not have. */
export const CONSUMERS_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** The application that a request names, and the tenant where it was asked. */
export interface Client {
  readonly tenant: Tenant;
  readonly app: Application;
}

/**
 * Finds tenant and application.
 *
 * @param segment First part of the path: an id, a domain, `common` or `organizations`.
 */
export function findClient(
  world: World,
  segment: string,
  clientId: string | undefined,
): Client | Refusal {
  const shared = SHARED_TENANTS.includes(segment.toLowerCase());
  const tenant = shared ? homeOf(world, clientId) : findTenant(world, segment);
  if (tenant === undefined) return refuse(90002, { words: { tenant: segment } });
  if (clientId === undefined) return refuse(900144, { words: { parameter: 'client_id' } });
  const app = applicationIn(world, tenant, clientId);
  if (app === undefined) {
    return refuse(700016, { words: { app: clientId, tenantName: tenant.name } });
  }
  const words = { app: app.appId, appName: app.displayName };
  if (!app.enabled) return refuse(7000112, { words });
  if (shared && app.signInAudience === 'AzureADMyOrg') return refuse(50194, { words });
  return { tenant, app };
}

/** The tenant that registered the application, else any: `common` has no directory of its own. */
function homeOf(world: World, clientId = ''): Tenant | undefined {
  const tenants = [...world.tenants.values()];
  const id = clientId.toLowerCase();
  return tenants.find(({ applications }) => applications.has(id)) ?? tenants[0];
}

function applicationIn(world: World, tenant: Tenant, clientId: string): Application | undefined {
  const id = clientId.toLowerCase();
  return applicationsOf(world, tenant).find(({ appId }) => appId === id);
}

/** Applications that people of a tenant can sign in to: its own, and those of other tenants that are open to all. */
export function applicationsOf(world: World, tenant: Tenant): readonly Application[] {
  const others = [...world.tenants.values()].filter((other) => other !== tenant);
  const foreign = others.flatMap(({ applications }) => [...applications.values()]);
  const open = foreign.filter(({ signInAudience }) => signInAudience === 'AzureADMultipleOrgs');
  return [...tenant.applications.values(), ...open];
}

/** At `common` and `organizations` people of every tenant may sign in: that of the application first. */
export const openTenants = (world: World, segment: string, { tenant }: Client): readonly Tenant[] =>
  SHARED_TENANTS.includes(segment.toLowerCase())
    ? [tenant, ...[...world.tenants.values()].filter((other) => other !== tenant)]
    : [tenant];

/** Finds the registered redirect URI that the request names, byte for byte. */
export function findRedirectUri(
  { tenant, app }: Client,
  parameters: AuthorizeParameters,
): RedirectUri | Refusal {
  const asked = parameters.get('redirect_uri');
  if (app.redirectUris.length === 0) return refuse(500113);
  if (asked === undefined) return defaultRedirectUri(app, tenant);
  const registered = app.redirectUris.find(({ uri }) => matches(uri, asked));
  if (registered !== undefined) return { ...registered, uri: asked };
  return refuse(50011, { words: { redirectUri: asked, app: app.appId, hint: hint(app, asked) } });
}

const defaultRedirectUri = ({ redirectUris }: Application, tenant: Tenant): RedirectUri | Refusal =>
  tenant.variants.missingRedirectUri === 'default' && redirectUris[0] !== undefined
    ? redirectUris[0]
    : refuse(900971);

/**
 * Byte for byte; at `http://localhost` and `http://127.0.0.1` the port does not count.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
 */
const matches = (registered: string, asked: string): boolean =>
  registered === asked || withoutLoopbackPort(registered) === withoutLoopbackPort(asked);

const withoutLoopbackPort = (uri: string): string =>
  uri.replace(/^http:\/\/(localhost|127\.0\.0\.1):\d+(?=[/?]|$)/, 'http://$1');

/** The commonest mistake gets a sentence of its own. */
function hint({ redirectUris }: Application, asked: string): string {
  const bare = asked.replace(/\/$/, '');
  const slash = redirectUris.some(({ uri }) => uri.replace(/\/$/, '') === bare);
  return slash ? ' The two differ in a slash at the end.' : '';
}
