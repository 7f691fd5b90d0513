import type { EntraGroup, JsonObject } from '../../sandbox/contract.ts';
import { EntraSetupError, EntraTokenError } from './entra-error.ts';
import type { Graph } from './graph.ts';
import { readGuid } from './guid.ts';
import { isObject } from './json.ts';
import type { VerifiedIdToken } from './id-token.ts';
import type { EntraIdentity } from './identity.ts';

/**
 * Claims of the protocol and of Entra's own use: checked by now, or opaque. `sid` is not among the others because whoever
 * knows it can end the session; what stands for groups that were too many is not, because it leads to a retired API.
 */
const PROTOCOL = new Set([
  'aud',
  'azp',
  'azpacr',
  'iss',
  'iat',
  'nbf',
  'exp',
  'nonce',
  'at_hash',
  'c_hash',
  's_hash',
  'aio',
  'rh',
  'uti',
  'ver',
  'sid',
  'hasgroups',
  '_claim_names',
  '_claim_sources',
]);

/**
 * Who signed in.
 *
 * @param graph Asked for the name that the token lacks; null when there is no token for Graph.
 * @throws {EntraSetupError} `ENTRA_USERNAME_MISSING` when nobody tells a name.
 * @see https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
export async function readIdentity(
  token: VerifiedIdToken,
  groups: readonly EntraGroup[] | null,
  graph: Graph | null,
): Promise<EntraIdentity> {
  const { tid, oid, sub, payload } = token;
  return {
    tid,
    oid,
    sub,
    sid: textOf(payload, 'sid'),
    preferredUsername: textOf(payload, 'preferred_username') ?? (await askForName(token, graph)),
    email: textOf(payload, 'email'),
    name: textOf(payload, 'name'),
    guest: isGuest(payload, tid),
    claims: otherClaims(payload),
    groups,
  };
}

function textOf(payload: JsonObject, name: string): string | null {
  const value = payload[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

function otherClaims(payload: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => !PROTOCOL.has(name)));
}

/**
 * `acct` says it outright, where the registration asks for it; `idp` is there when the account is of another tenant than
 * the one that issued the token.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
 */
function isGuest({ acct, idp, iss }: JsonObject, tid: string): boolean {
  if (acct !== undefined) return acct !== 0;
  if (idp === undefined || idp === iss) return false;
  return typeof idp !== 'string' || URL.parse(idp)?.pathname.split('/', 2)[1] !== tid;
}

/** True for a token that says that the person is in more groups than it can hold. */
export const hasOverage = ({ payload }: VerifiedIdToken): boolean => {
  const { hasgroups, _claim_names: names } = payload;
  return hasgroups === true || hasgroups === 'true' || (isObject(names) && 'groups' in names);
};

/** @see https://learn.microsoft.com/graph/api/user-get */
async function askForName({ oid }: VerifiedIdToken, graph: Graph | null): Promise<string> {
  if (graph === null) throw unnamed();
  const me = await graph.get(`${graph.origin}/v1.0/me?$select=id,userPrincipalName`);
  if (readGuid(me['id']) !== oid) {
    throw new EntraTokenError('ENTRA_OTHER_PERSON', 'the access token is of another person');
  }
  const name = textOf(me, 'userPrincipalName');
  if (name === null) throw unnamed();
  return name;
}

const unnamed = (): EntraSetupError =>
  new EntraSetupError('ENTRA_USERNAME_MISSING', 'the ID token has no preferred_username', {
    actor: 'administrator',
    next: 'Give the account a user principal name.',
  });
