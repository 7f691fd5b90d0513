/** The services that the emulator stands in for, and its own pages. */
export type ServiceName = 'login' | 'graph' | 'storage' | 'portal';

/** What a request can be, one name per kind; the journal and the faults use these names. */
export const ENDPOINTS = {
  discovery: 'OpenID configuration',
  keys: 'signing keys',
  instance: 'instance discovery',
  authorize: 'authorization endpoint',
  interaction: 'a page of the sign-in: account, password, second factor, consent',
  token: 'token endpoint',
  devicecode: 'device authorization endpoint',
  deviceauth: 'page on which a person types a device code',
  logout: 'end session endpoint',
  adminconsent: 'admin consent endpoint',
  error: 'page that explains an error number',
  'graph.me': 'a person, by /me or /users/ID',
  'graph.manager': 'manager and direct reports',
  'graph.memberships': 'memberOf, transitiveMemberOf, getMemberGroups, checkMemberGroups',
  'graph.photo': 'photo',
  'graph.users': 'list of people',
  'graph.groups': 'groups and their members',
  'graph.organization': 'the tenant itself',
  'graph.batch': '$batch',
  'graph.drive': 'files of a person',
  'graph.upload': 'upload sessions',
  'graph.userinfo': 'OpenID Connect UserInfo',
  'storage.container': 'container of a storage account',
  'storage.blob': 'blob of a storage account',
  portal: 'the emulator’s own pages',
} as const;

/** What one request is. */
export type EndpointName = keyof typeof ENDPOINTS;

/** One endpoint, all of a service (`graph` means every `graph.…`), or everything. */
export type EndpointSelector = EndpointName | ServiceName | '*';

const LOGIN_ENDPOINTS: ReadonlySet<string> = new Set(
  Object.keys(ENDPOINTS).filter((name) => !/^(?:graph|storage|portal)/.test(name)),
);

/** True when the selector means this endpoint. */
export function selects(selector: EndpointSelector, endpoint: EndpointName | null): boolean {
  if (selector === '*') return true;
  if (endpoint === null) return false;
  if (selector === 'login') return LOGIN_ENDPOINTS.has(endpoint);
  return endpoint === selector || endpoint.startsWith(`${selector}.`);
}

/** True for a name that `selects` knows. */
export const isSelector = (name: string): name is EndpointSelector =>
  Object.hasOwn(ENDPOINTS, name) || ['*', 'login', 'graph', 'storage', 'portal'].includes(name);
