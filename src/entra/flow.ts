import type { EntraIdConfig } from '../config/config.ts';
import { EntraSetupError } from './entra-error.ts';
import { needsGroupPermission } from './groups.ts';
import {
  authorizationScopes,
  groupByResource,
  GROUP_SCOPES,
  type ResourceRequest,
} from './scopes.ts';

/** The `response_type` of an authorization request, as it is sent. */
export type ResponseType = 'id_token' | 'id_token token' | 'code' | 'code id_token';

/** Parameters that carry a token or code. */
export type Artifact = 'code' | 'id_token' | 'access_token';

/** What a way of signing in sends and expects. */
export interface Flow {
  readonly responseType: ResponseType;
  /** What a successful answer holds; anything else that carries a token is refused. */
  readonly artifacts: readonly Artifact[];
}

/**
 * The ways of signing in. `response_mode` is `form_post` in all of them: a fragment never reaches a server, and a query
 * ends up in logs.
 *
 * @see https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html
 */
export const FLOWS: { readonly [type in ResponseType]: Flow } = {
  id_token: { responseType: 'id_token', artifacts: ['id_token'] },
  'id_token token': { responseType: 'id_token token', artifacts: ['id_token', 'access_token'] },
  code: { responseType: 'code', artifacts: ['code'] },
  'code id_token': { responseType: 'code id_token', artifacts: ['code', 'id_token'] },
};

/** What a method asks Entra for, worked out once from its configuration. */
export interface Plan {
  readonly flow: Flow;
  /** True when groups are read from Graph. */
  readonly readsGroups: boolean;
  /** Scopes of OpenID Connect. */
  readonly openid: readonly string[];
  /** One access token each; the first is the one that the code is redeemed for. */
  readonly requests: readonly ResourceRequest[];
  /** Resources whose tokens leave this folder: those of `api_scopes`. */
  readonly exposed: ReadonlySet<string>;
  /** `scope` of the authorization request. */
  readonly scopes: readonly string[];
}

/**
 * The documented behaviour, unless the configuration names another flow: tokens by the browser without `api_scopes`, the
 * code with them; no access token at all where nothing asks Graph. `profile` carries `oid`.
 *
 * @param extra Scopes that a challenge asks for besides those of the configuration.
 * @throws {EntraSetupError} `ENTRA_SCOPE_REFUSED` when a scope is none; `ENTRA_CHALLENGE_IMPOSSIBLE` when the challenge's
 *   scopes are of a resource that cannot be had without a code.
 */
export function planOf(config: EntraIdConfig, graph: string, extra: readonly string[] = []): Plan {
  const flow = flowOf(config);
  const byCode = isByCode(flow);
  const readsGroups = config.groupAssociation === 'base-and-azure-groups';
  const forApis = [...config.apiScopes, ...extra];
  const asked = [...(readsGroups ? groupScopes(config) : []), ...forApis];
  const requests = graphFirst(groupByResource(asked, graph), graph);
  if (!byCode && requests.some(({ resource }) => resource !== graph)) throw needsCode();
  const exposed = exposedBy(byCode ? forApis : [], graph);
  const openid = [
    'openid',
    'profile',
    ...(byCode && needsRefresh(requests, exposed) ? ['offline_access'] : []),
    ...(asked.includes('email') ? ['email'] : []),
  ];
  const scopes = authorizationScopes(openid, requests);
  return { flow, readsGroups, openid, requests, exposed, scopes };
}

/** True where the browser brings a code, which is redeemed for the tokens. */
export const isByCode = ({ artifacts }: Flow): boolean => artifacts.includes('code');

/** Lists show ids to everybody who may sign in; names, and ids at one go, need a permission of their own. */
function groupScopes(config: EntraIdConfig): readonly string[] {
  return needsGroupPermission(config) ? GROUP_SCOPES : ['User.Read'];
}

/** A refresh token is asked for where something is done with it: for a second API, or while a session lives. */
function needsRefresh(requests: readonly ResourceRequest[], exposed: ReadonlySet<string>): boolean {
  return requests.length > 1 || exposed.size > 0;
}

function exposedBy(scopes: readonly string[], graph: string): ReadonlySet<string> {
  return new Set(groupByResource(scopes, graph).map(({ resource }) => resource));
}

function flowOf({ flow, apiScopes, groupAssociation }: EntraIdConfig): Flow {
  if (flow === 'hybrid') return FLOWS['code id_token'];
  if (flow === 'code' || (flow === 'auto' && apiScopes.length > 0)) return FLOWS.code;
  return FLOWS[groupAssociation === 'base-and-azure-groups' ? 'id_token token' : 'id_token'];
}

/** Groups wait for Graph's token alone, so that one is redeemed first. */
function graphFirst(
  requests: readonly ResourceRequest[],
  graph: string,
): readonly ResourceRequest[] {
  return requests.toSorted(
    (one, other) => Number(other.resource === graph) - Number(one.resource === graph),
  );
}

function needsCode(): EntraSetupError {
  return new EntraSetupError(
    'ENTRA_CHALLENGE_IMPOSSIBLE',
    'without a code only scopes of Graph can be asked for',
    {
      actor: 'operator',
      next: 'Write flow: code, and add a credential of the application.',
    },
  );
}
