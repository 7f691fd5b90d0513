import { findResource, OIDC_SCOPES, type Resource, resourcesOf } from '../resources.ts';
import type { Application } from '../tenant/application.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { World } from '../world.ts';
import { isRefusal, refuse, type Refusal } from './refusal.ts';

/** Scopes of one resource, as a request asks for them. */
export interface ResourceScopes {
  readonly resource: Resource;
  /** The identifier as it was written; for short names the resource's own. */
  readonly identifier: string;
  /** Without `.default`. */
  readonly names: readonly string[];
  /** `.default`: all that the registration lists, or that was consented to. */
  readonly isDefault: boolean;
  /** True when at least one was written as a URL. */
  readonly fullForm: boolean;
}

/** What the parameter `scope` says. */
export interface ScopeRequest {
  /** As it was sent. */
  readonly text: string;
  /** `openid`, `profile`, `email`, `offline_access`: those that were asked for. */
  readonly oidc: readonly string[];
  /** In the order in which they are mentioned. */
  readonly resources: readonly ResourceScopes[];
}

/** Who asks: what errors name, and where resources are looked up. */
export interface ScopeContext {
  readonly world: World;
  readonly tenant: Tenant;
  readonly app: Application;
}

interface WrittenScope {
  readonly resource: Resource;
  readonly identifier: string;
  readonly name: string;
  readonly full: boolean;
}

/** Characters that a scope may have (RFC 6749 section 3.3). */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Reads a scope parameter: URLs name their resource before the last slash, names without a slash are Graph's.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/scopes-oidc
 */
export function readScopes(text: string, context: ScopeContext): ScopeRequest | Refusal {
  const resources = resourcesOf(context.world.cloud, context.tenant);
  const scopes = text.split(' ').filter((scope) => scope !== '');
  const graph = `${context.world.cloud.graph}/`;
  const names = scopes.map((s) =>
    s.startsWith(graph) && OIDC_SCOPES.includes(s.slice(graph.length)) ? s.slice(graph.length) : s,
  );
  const written: WrittenScope[] = [];
  for (const scope of names.filter((name) => !OIDC_SCOPES.includes(name))) {
    const read = readScope(scope, text, resources, context);
    if (isRefusal(read)) return read;
    written.push(read);
  }
  const oidc = OIDC_SCOPES.filter((name) => names.includes(name));
  return refuseMixture(written, text) ?? { text, oidc, resources: groupByResource(written) };
}

function readScope(
  scope: string,
  text: string,
  resources: readonly Resource[],
  context: ScopeContext,
): WrittenScope | Refusal {
  if (!SCOPE_TOKEN.test(scope)) return refuse(70011, { words: { scope: text } });
  const slash = scope.lastIndexOf('/');
  const full = slash >= 0;
  const identifier = full ? scope.slice(0, slash) : context.world.cloud.graph;
  const resource = findResource(resources, identifier);
  if (resource === undefined) {
    return refuse(500011, { words: { resource: identifier, tenant: context.tenant.name } });
  }
  const name = scope.slice(slash + 1);
  const known = name === '.default' || isScopeOf(resource, name, context.tenant);
  return known ? { resource, identifier, name, full } : unknownScope(resource, name, context);
}

const isScopeOf = (resource: Resource, name: string, tenant: Tenant): boolean =>
  Object.hasOwn(resource.scopes, name) ||
  (resource.kind === 'graph' && tenant.graphScopes.includes(name));

const unknownScope = (resource: Resource, scope: string, { tenant, app }: ScopeContext): Refusal =>
  refuse(650053, {
    error: tenant.variants.unknownScopeRefusal,
    words: { appName: app.displayName, scope, resourceId: resource.appId },
  });

/** `.default` stands alone: not beside named scopes, and not for two resources. */
function refuseMixture(written: readonly WrittenScope[], text: string): Refusal | undefined {
  const defaults = written.filter(({ name }) => name === '.default');
  if (defaults.length === 0 || written.length === 1) return undefined;
  const hint = " .default scope can't be combined with resource-specific scopes.";
  return refuse(70011, { words: { scope: text, hint } });
}

function groupByResource(written: readonly WrittenScope[]): readonly ResourceScopes[] {
  const byResource = Map.groupBy(written, ({ resource }) => resource);
  return [...byResource].map(([resource, scopes]) => ({
    resource,
    identifier: scopes[0]?.identifier ?? '',
    names: [...new Set(scopes.map(({ name }) => name))].filter((name) => name !== '.default'),
    isDefault: scopes.some(({ name }) => name === '.default'),
    fullForm: scopes.some(({ full }) => full),
  }));
}

/** The one resource that a token is for; Graph when only scopes of OpenID Connect were asked for. */
export function soleResource(
  scopes: ScopeRequest,
  world: World,
  tenant: Tenant,
): ResourceScopes | null {
  const [first, second] = scopes.resources;
  if (second !== undefined) return null;
  return first ?? graphAlone(world, tenant);
}

function graphAlone(world: World, tenant: Tenant): ResourceScopes {
  const [resource] = resourcesOf(world.cloud, tenant);
  if (resource === undefined) throw new TypeError('A cloud has no Graph.');
  return { resource, identifier: world.cloud.graph, names: [], isDefault: false, fullForm: false };
}
