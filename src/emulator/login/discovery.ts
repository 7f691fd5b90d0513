import { json, type Reply } from '../http/reply.ts';
import type { Handler } from '../http/route.ts';
import { DISCOVERY_TAMPERINGS, INSTEAD_OF_DISCOVERY } from '../tamper/documents.ts';
import { findTenant, type World } from '../world.ts';
import { CONSUMERS_TENANT, SHARED_TENANTS } from './authorize/trust.ts';
import { refuse } from './refusal.ts';
import { refusalJson } from './refusal-reply.ts';

/** What documents of the login host say about caching and cross-origin reading. */
export const DOCUMENT_HEADERS: Reply['headers'] = {
  'Cache-Control': 'max-age=86400, private',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, OPTIONS',
};

/**
 * The tenant segment that documents print: the tenant's id, or `{tenantid}` where any tenant is meant. Undefined for a
 * tenant that does not exist.
 */
export function documentTenant(world: World, segment: string): string | undefined {
  if (SHARED_TENANTS.includes(segment.toLowerCase())) return '{tenantid}';
  if (['consumers', CONSUMERS_TENANT].includes(segment.toLowerCase())) return CONSUMERS_TENANT;
  return findTenant(world, segment)?.id;
}

/**
 * The OpenID configuration of a tenant.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export const discovery: Handler = (world, request, { tenant: segment = '' }) => {
  const tenant = documentTenant(world, segment);
  if (tenant === undefined) {
    return refusalJson(world, request, refuse(90002, { words: { tenant: segment } }));
  }
  const known = findTenant(world, segment);
  request.notes.tenant = known?.id ?? null;
  const instead = known?.tampering.pick(INSTEAD_OF_DISCOVERY)[0];
  if (instead !== undefined) return instead();
  const appId = request.query.get('appid');
  let document = configuration(world, segmentFor(tenant, segment), tenant, appId);
  for (const edit of known?.tampering.pick(DISCOVERY_TAMPERINGS) ?? []) document = edit(document);
  return json(200, document, DOCUMENT_HEADERS);
};

/** Endpoints keep the segment that was asked for only where it stands for many tenants. */
const segmentFor = (tenant: string, segment: string): string =>
  tenant === '{tenantid}' ? segment.toLowerCase() : tenant;

/** Members and order as the real document has them: no PKCE methods, no grant types, no `iss` parameter. */
function configuration(
  world: World,
  segment: string,
  tenant: string,
  appId: string | null,
): { readonly [member: string]: unknown } {
  const { cloud, addresses } = world;
  const base = `${addresses.login}/${segment}`;
  const suffix = appId === null ? '' : `?appid=${encodeURIComponent(appId)}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: [
      'client_secret_post',
      'private_key_jwt',
      'client_secret_basic',
    ],
    jwks_uri: `${base}/discovery/v2.0/keys${suffix}`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${addresses.login}/${tenant}/v2.0`,
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${cloud.graph}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: CLAIMS,
    kerberos_endpoint: `${base}/kerberos`,
    tenant_region_scope: tenant === '{tenantid}' ? null : cloud.regionScope,
    ...(cloud.regionSubScope === null ? {} : { tenant_region_sub_scope: cloud.regionSubScope }),
    cloud_instance_name: cloud.instanceName,
    cloud_graph_host_name: cloud.graphHostName,
    msgraph_host: new URL(cloud.graph).host,
    rbac_url: cloud.rbacUrl,
  };
}

const CLAIMS: readonly string[] = [
  'sub',
  'iss',
  'cloud_instance_name',
  'cloud_instance_host_name',
  'cloud_graph_host_name',
  'msgraph_host',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'acr',
  'nonce',
  'preferred_username',
  'name',
  'tid',
  'ver',
  'at_hash',
  'c_hash',
  'email',
];
