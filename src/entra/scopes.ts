import { EntraSetupError } from './entra-error.ts';

/** One scope of one API. */
export interface Scope {
  /** As it is sent. */
  readonly text: string;
  /** The API, as in `https://graph.microsoft.com`, `api://…`, a GUID; null for a scope of OpenID Connect. */
  readonly resource: string | null;
  /** The last part, as in `User.Read` or `.default`. */
  readonly name: string;
}

/** Everything that is asked for of one API: one access token. */
export interface ResourceRequest {
  readonly resource: string;
  /** Of this resource alone, as they are sent. */
  readonly scopes: readonly string[];
}

/** What the groups of a person need. */
export const GROUP_SCOPES: readonly string[] = ['User.Read', 'GroupMember.Read.All'];

/** Permissions with which Graph shows the names of the groups that somebody is in. */
const GROUP_READERS = new Set([
  'GroupMember.Read.All',
  'GroupMember.ReadWrite.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
]);

/** `address` and `phone` do not exist at Entra. */
const OPENID = new Set(['openid', 'profile', 'email', 'offline_access']);

/** True for a scope that is about the ID token, not about an API. */
export const isOpenIdScope = (text: string): boolean => OPENID.has(text);

/** Graph by its application id, which is the same in all tenants. */
const GRAPH_ID = '00000003-0000-0000-c000-000000000000';

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/;

/** Stands for all permissions that were granted beforehand; Entra takes nothing beside it. */
const DEFAULT = '.default';

/**
 * Reads one scope. The resource is what stands before the last slash, a second slash included: Azure Resource Manager's
 * `https://management.azure.com//.default` means the resource `https://management.azure.com/`.
 *
 * @returns Undefined when it is no scope.
 * @see https://learn.microsoft.com/entra/identity-platform/scopes-oidc
 */
export function parseScope(text: string, graph: string): Scope | undefined {
  if (!SCOPE_TOKEN.test(text)) return undefined;
  if (OPENID.has(text)) return { text, resource: null, name: text };
  const slash = text.lastIndexOf('/');
  const [prefix, name] = [text.slice(0, Math.max(0, slash)), text.slice(slash + 1)];
  if (name === '' || slash === 0 || /:\/{0,2}$/.test(prefix)) return undefined;
  return { text, resource: slash < 0 ? graph : canonical(prefix, graph), name };
}

/** Graph has several names; every other resource has the one that it is asked for by. */
function canonical(resource: string, graph: string): string {
  const folded = resource.toLowerCase().replace(/\/$/, '');
  return folded === graph || folded === GRAPH_ID ? graph : resource;
}

/**
 * One request for each resource, in the order in which the resources first appear; scopes of OpenID Connect belong to
 * none. Where `.default` is asked for, it is asked for alone.
 *
 * @throws {EntraSetupError} `ENTRA_SCOPE_REFUSED` when one of them is no scope.
 * @see https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope
 */
export function groupByResource(
  texts: readonly string[],
  graph: string,
): readonly ResourceRequest[] {
  const scopes = unique(texts.map((text) => readScope(text, graph)));
  const byResource = Map.groupBy(scopes, ({ resource }) => resource);
  return [...byResource].flatMap(([resource, all]) => {
    const first = all.find(({ name }) => name === DEFAULT);
    const asked = first === undefined ? all : [first];
    return resource === null ? [] : [{ resource, scopes: asked.map(({ text }) => text) }];
  });
}

function readScope(text: string, graph: string): Scope {
  const scope = parseScope(text, graph);
  if (scope !== undefined) return scope;
  throw new EntraSetupError('ENTRA_SCOPE_REFUSED', `${JSON.stringify(text)} is no scope`, {
    actor: 'operator',
    next: 'Write a scope as its API spells it, as in https://graph.microsoft.com/User.Read.',
  });
}

/** The same scope in two spellings is one. */
function unique(scopes: readonly Scope[]): readonly Scope[] {
  const byName = new Map(scopes.map((scope) => [`${scope.resource} ${scope.name}`, scope]));
  return [...byName.values()];
}

/**
 * What an authorization request asks for. It may cover several resources, but `.default` neither beside named scopes nor
 * beside another `.default`; since it means all that the registration lists, the first one stands for all resources.
 */
export function authorizationScopes(
  openid: readonly string[],
  requests: readonly ResourceRequest[],
): readonly string[] {
  const scopes = requests.flatMap((request) => request.scopes);
  const first = scopes.find((text) => text.endsWith(`/${DEFAULT}`) || text === DEFAULT);
  return [...new Set([...openid, ...(first === undefined ? scopes : [first])])];
}

/** True when the names of groups can be read with these scopes. */
export function canReadGroups(granted: readonly string[], graph: string): boolean {
  return namesOf(granted, graph, graph).some((name) => GROUP_READERS.has(name));
}

/** The scopes that were asked for of a resource and not granted; `.default` asks for none by name. */
export function missingScopes(
  { resource, scopes }: ResourceRequest,
  granted: readonly string[],
  graph: string,
): readonly string[] {
  const names = new Set([DEFAULT, ...namesOf(granted, resource, graph)]);
  return namesOf(scopes, resource, graph).filter((name) => !names.has(name));
}

/** The names of a resource's scopes, whichever of their spellings is used. */
function namesOf(texts: readonly string[], resource: string, graph: string): readonly string[] {
  const scopes = texts.map((text) => parseScope(text, graph));
  return scopes.flatMap((scope) => (scope?.resource === resource ? [scope.name] : []));
}

/** A list of scopes as it is sent: separated by spaces (RFC 6749 section 3.3). */
export const joinScopes = (scopes: readonly string[]): string => scopes.join(' ');

/** A list of scopes as it comes. */
export const splitScopes = (text: string): readonly string[] =>
  text.split(/[\t\n\r ]+/).filter((scope) => scope !== '');
