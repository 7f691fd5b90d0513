import type { Clock } from '../clock.ts';
import type { Secret } from '../config/secret.ts';
import type { EntraGroup } from '../../sandbox/contract.ts';
import type { BackChannel } from './back-channel.ts';
import type { Budget } from './budget.ts';
import { readIdentity } from './claims.ts';
import { EntraDeniedError, EntraSetupError } from './entra-error.ts';
import type { EntraLog } from './entra-log.ts';
import type { Plan } from './flow.ts';
import { createGraph, type Graph } from './graph.ts';
import { readGroups } from './groups.ts';
import {
  verifyIdToken,
  type Expectation,
  type IdTokenParts,
  type VerifiedIdToken,
} from './id-token.ts';
import type { EntraIdentity, TokenSet } from './identity.ts';
import type { EntraLimits } from './limits.ts';
import type { Metadata } from './metadata.ts';
import { refused, type AuthorizationResponse } from './response.ts';
import { canReadGroups } from './scopes.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
import {
  allOf,
  checkSamePerson,
  redeemCode,
  redeemOthers,
  tokenSetOf,
  verifyBack,
  type Exchange,
  type Redeemed,
} from './token-set.ts';
import type { Transaction } from './transaction.ts';

/** What the answer, the token endpoint and Graph tell of the person. */
export interface SignedIn {
  readonly identity: EntraIdentity;
  /** One token for each resource of `api_scopes`; empty without them. */
  readonly tokens: TokenSet;
  /** Entra's id of the ID token, for its logs; null when it has none. */
  readonly uti: string | null;
  /** Unit: milliseconds. */
  readonly durations: { readonly tokensMs: number; readonly groupsMs: number };
}

export interface SignInParts {
  /** Origin of Graph. */
  readonly graph: string;
  readonly channel: BackChannel;
  readonly limits: EntraLimits;
  readonly log: EntraLog;
  readonly idTokens: IdTokenParts;
  readonly tokenEndpoint: TokenEndpoint;
}

/** What one sign-in works with. */
export interface SignInContext extends SignInParts {
  readonly transaction: Transaction;
  readonly plan: Plan;
  readonly metadata: Metadata;
  readonly budget: Budget;
}

/** From a checked answer to the person. Tokens of the browser first: before they are believed, nothing is sent. */
export async function signIn(
  response: AuthorizationResponse,
  context: SignInContext,
): Promise<SignedIn> {
  const front =
    response.idToken === null ? null : await verifyFront(response.idToken, response, context);
  if (response.code !== null) return byCode(response.code, front, context);
  if (front === null) throw refused('ENTRA_RESPONSE_INCOMPLETE', 'the answer lacks id_token');
  return byBrowser(response, front, context);
}

async function verifyFront(
  idToken: Secret,
  { accessToken, code }: AuthorizationResponse,
  context: SignInContext,
): Promise<VerifiedIdToken> {
  const token = await verify(idToken, context, {
    nonce: context.transaction.nonce,
    front: true,
    ...(accessToken === null ? {} : { accessToken: accessToken.reveal() }),
    ...(code === null ? {} : { code: code.reveal() }),
  });
  checkChallenged(token, context.transaction);
  return token;
}

const verify = (
  idToken: Secret,
  context: SignInContext,
  expected: Expectation,
): Promise<VerifiedIdToken> =>
  context.budget.within(
    verifyIdToken(idToken.reveal(), expected, context.metadata, context.idTokens),
  );

/** @throws {EntraDeniedError} `ENTRA_OTHER_PERSON` when somebody else went through the second round. */
function checkChallenged({ oid }: VerifiedIdToken, { challenge }: Transaction): void {
  if (challenge === null || challenge.oid === oid) return;
  throw new EntraDeniedError('ENTRA_OTHER_PERSON', 'the challenge was met by another account', {
    actor: 'person',
    next: 'Sign in again, with one account all the way.',
  });
}

/** The access token is for the groups alone, and ends here. */
async function byBrowser(
  { accessToken, scopes }: AuthorizationResponse,
  token: VerifiedIdToken,
  context: SignInContext,
): Promise<SignedIn> {
  const graph = accessToken === null ? null : graphWith(accessToken, context);
  const [groups, groupsMs] = await timed(context.channel.clock, () =>
    groupsOf(graph, scopes, context),
  );
  return {
    identity: await readIdentity(token, groups, graph),
    tokens: { accessTokens: [], refreshToken: null },
    uti: token.uti,
    durations: { tokensMs: 0, groupsMs },
  };
}

/** The code buys Graph's token where there is one to buy; then the groups and the other tokens come side by side. */
async function byCode(
  code: Secret,
  front: VerifiedIdToken | null,
  context: SignInContext,
): Promise<SignedIn> {
  const { channel, plan } = context;
  const exchange = exchangeOf(context);
  const [{ first, token }, firstMs] = await timed(channel.clock, () =>
    redeemFirst(code, front, exchange, context),
  );
  const { accessToken, scopes } = first.response;
  const graph = first.resource === context.graph ? graphWith(accessToken, context) : null;
  const [[others, othersMs], [groups, groupsMs]] = await allOf([
    timed(channel.clock, () => redeemOthers(first, token, plan, exchange)),
    timed(channel.clock, () => groupsOf(graph, scopes, context)),
  ]);
  return {
    identity: await readIdentity(token, groups, graph),
    tokens: tokenSetOf([first, ...others], plan),
    uti: token.uti,
    durations: { tokensMs: firstMs + othersMs, groupsMs },
  };
}

/** The token endpoint's ID token is the one that counts; that of the browser must be about the same person. */
async function redeemFirst(
  code: Secret,
  front: VerifiedIdToken | null,
  exchange: Exchange,
  { transaction, plan }: SignInContext,
): Promise<{ readonly first: Redeemed; readonly token: VerifiedIdToken }> {
  const { redirectUri, verifier, nonce } = transaction;
  const grant = { type: 'authorization_code', code, redirectUri, verifier } as const;
  const first = await redeemCode(grant, plan, exchange);
  const token = await verifyBack(first.response, exchange, nonce);
  if (front !== null) checkSamePerson(token, front);
  checkChallenged(token, transaction);
  return { first, token };
}

const exchangeOf = ({
  tokenEndpoint,
  idTokens,
  metadata,
  budget,
  plan,
  transaction,
}: SignInContext): Exchange => ({
  tokenEndpoint,
  idTokens,
  metadata,
  budget,
  openid: plan.openid,
  correlationId: transaction.correlationId,
});

function graphWith(
  accessToken: Secret,
  { channel, limits, graph, budget, transaction }: SignInContext,
): Graph {
  const { correlationId } = transaction;
  return createGraph({ channel, limits, origin: graph }, { accessToken, correlationId, budget });
}

/**
 * The person's groups; null when the method does not ask for them.
 *
 * @param scopes As granted; null when the tenant does not say.
 * @throws {EntraSetupError} `ENTRA_GROUPS_SCOPE` when the permission was not granted.
 */
async function groupsOf(
  graph: Graph | null,
  scopes: readonly string[] | null,
  { plan, limits, graph: origin }: SignInContext,
): Promise<readonly EntraGroup[] | null> {
  if (!plan.readsGroups) return null;
  if (graph === null || (scopes !== null && !canReadGroups(scopes, origin))) throw noPermission();
  return readGroups(graph, limits);
}

const noPermission = (): EntraSetupError =>
  new EntraSetupError('ENTRA_GROUPS_SCOPE', 'Entra granted no permission to read groups', {
    actor: 'administrator',
    next: 'Grant the delegated permission GroupMember.Read.All, with admin consent.',
  });

async function timed<Value>(
  clock: Clock,
  work: () => Promise<Value>,
): Promise<readonly [value: Value, ms: number]> {
  const start = clock();
  const value = await work();
  return [value, clock() - start];
}
