import type { HttpClient, HttpRequest, HttpResponse } from '../../src/net/http.ts';
import { NetError } from '../../src/net/net-error.ts';
import type { JsonObject } from '../../sandbox/contract.ts';
import { GRAPH, ISSUER, LOGIN, TENANT, type TestKey } from './entra-tokens.ts';

/** What a host of the script answers, or how it fails. */
export interface Scripted {
  readonly status?: number;
  readonly json?: unknown;
  /** In place of `json`. */
  readonly body?: string | Uint8Array;
  readonly headers?: { readonly [name: string]: string | readonly string[] };
}

export type Script = (request: HttpRequest, call: number) => Scripted | Promise<Scripted>;

/**
 * A tenant and its Graph behind the `HttpClient` port: every answer can be replaced by the test, every request is kept.
 * Nothing opens a socket; a URL that is not scripted fails the test.
 */
export interface ScriptedTenant {
  readonly http: HttpClient;
  readonly requests: HttpRequest[];
  discovery: { [name: string]: unknown };
  keys: { readonly [name: string]: unknown }[];
  /** Replaces the answer of every URL that begins so; the longest beginning counts. */
  on(url: string, script: Script | Scripted): void;
  /** Requests to URLs that begin so. */
  to(url: string): readonly HttpRequest[];
}

export const METADATA_URL: string = `${LOGIN}/${TENANT}/v2.0/.well-known/openid-configuration`;
export const KEYS_URL: string = `${LOGIN}/${TENANT}/discovery/v2.0/keys`;
export const TOKEN_URL: string = `${LOGIN}/${TENANT}/oauth2/v2.0/token`;
export const GROUPS_URL: string = `${GRAPH}/v1.0/me/transitiveMemberOf`;
export const ME_URL: string = `${GRAPH}/v1.0/me?`;

export const DISCOVERY: JsonObject = {
  issuer: ISSUER,
  authorization_endpoint: `${LOGIN}/${TENANT}/oauth2/v2.0/authorize`,
  token_endpoint: TOKEN_URL,
  jwks_uri: KEYS_URL,
  userinfo_endpoint: `${GRAPH}/oidc/userinfo`,
  end_session_endpoint: `${LOGIN}/${TENANT}/oauth2/v2.0/logout`,
  device_authorization_endpoint: `${LOGIN}/${TENANT}/oauth2/v2.0/devicecode`,
  response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
  id_token_signing_alg_values_supported: ['RS256'],
  tenant_region_scope: 'EU',
  rbac_url: 'https://pas.windows.net',
};

export function createScriptedTenant(...keys: readonly TestKey[]): ScriptedTenant {
  const scripts = new Map<string, Script>();
  const calls = new Map<string, number>();
  const tenant: ScriptedTenant = {
    requests: [],
    discovery: { ...DISCOVERY },
    keys: keys.map(({ jwk }) => jwk),
    on: (url, script) => {
      scripts.set(url, typeof script === 'function' ? script : () => script);
      calls.delete(url);
    },
    to: (url) => tenant.requests.filter((request) => request.url.startsWith(url)),
    http: async (request) => {
      tenant.requests.push(request);
      const [url, script] = find(scripts, request.url);
      const call = (calls.get(url) ?? 0) + 1;
      calls.set(url, call);
      return toResponse(await script(request, call));
    },
  };
  tenant.on(METADATA_URL, () => ({ json: tenant.discovery }));
  tenant.on(KEYS_URL, () => ({ json: { keys: tenant.keys } }));
  return tenant;
}

function find(scripts: ReadonlyMap<string, Script>, url: string): readonly [string, Script] {
  const [longest] = [...scripts]
    .filter(([beginning]) => url.startsWith(beginning))
    .toSorted(([one], [other]) => other.length - one.length);
  if (longest === undefined)
    throw new NetError('NET_UNREACHABLE', `nothing is scripted for ${url}`);
  return longest;
}

function toResponse({ status = 200, json, body, headers = {} }: Scripted): HttpResponse {
  const type = body === undefined ? { 'content-type': 'application/json; charset=utf-8' } : {};
  const lines = Object.entries({ ...type, ...headers });
  return {
    status,
    statusText: '',
    headers: lines.flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const)),
    body: toBytes(body ?? JSON.stringify(json)),
  };
}

const toBytes = (body: string | Uint8Array): Uint8Array =>
  typeof body === 'string' ? new TextEncoder().encode(body) : body;
