import type { Clock } from '../clock.ts';
import type { Secret } from '../config/secret.ts';
import type { BackChannel } from './back-channel.ts';
import type { Budget } from './budget.ts';
import { hasOverage, readIdentity } from './claims.ts';
import { EntraDeniedError, EntraError, type KnownPerson } from './entra-error.ts';
import type { EntraLog } from './entra-log.ts';
import type { Plan } from './flow.ts';
import { findGroups, type GroupsParts } from './find-groups.ts';
import { createGraph, type Graph } from './graph.ts';
import {
  verifyIdToken,
  type Expectation,
  type IdTokenParts,
  type VerifiedIdToken,
} from './id-token.ts';
import type { EntraIdentity, TokenSet } from './identity.ts';
import type { EntraLimits } from './limits.ts';
import type { Metadata } from './metadata.ts';
import type { Remark } from './remark.ts';
import { refused, type AuthorizationResponse } from './response.ts';
import { missingScopes } from './scopes.ts';
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
  readonly remarks: readonly Remark[];
  /** Unit: milliseconds. */
  readonly durations: { readonly tokensMs: number; readonly groupsMs: number };
}

export interface SignInParts {
  /** Origin of Graph. */
  readonly graph: string;
  readonly groups: GroupsParts['groups'];
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
  const identified = await identify(response, context);
  try {
    return await complete(identified, context);
  } catch (error) {
    throw error instanceof EntraError ? error.concerning(personOf(identified.token)) : error;
  }
}

/** Who it is, by a verified ID token, and what can be done on their behalf. */
interface Identified {
  readonly token: VerifiedIdToken;
  /** What the code bought; null without one. */
  readonly first: Redeemed | null;
  /** The token for Graph, and its scopes where the tenant tells them; null when there is none. */
  readonly forGraph: {
    readonly accessToken: Secret;
    readonly scopes: readonly string[] | null;
  } | null;
  /** Unit: milliseconds. */
  readonly tokensMs: number;
}

async function identify(
  response: AuthorizationResponse,
  context: SignInContext,
): Promise<Identified> {
  const { idToken, code, accessToken, scopes } = response;
  const front = idToken === null ? null : await verifyFront(idToken, response, context);
  if (code !== null) return identifyByCode(code, front, context);
  if (front === null) throw refused('ENTRA_RESPONSE_INCOMPLETE', 'the answer lacks id_token');
  const forGraph = accessToken === null ? null : { accessToken, scopes };
  return { token: front, first: null, forGraph, tokensMs: 0 };
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
  if (challenge === null || challenge.oid === null || challenge.oid === oid) return;
  throw new EntraDeniedError('ENTRA_OTHER_PERSON', 'the challenge was met by another account', {
    actor: 'person',
    next: 'Sign in again, with one account all the way.',
  });
}

/** The token endpoint's ID token is the one that counts; that of the browser must be about the same person. */
async function identifyByCode(
  code: Secret,
  front: VerifiedIdToken | null,
  context: SignInContext,
): Promise<Identified> {
  const { transaction, plan, channel, graph } = context;
  const { redirectUri, verifier, nonce } = transaction;
  const start = channel.clock();
  const grant = { type: 'authorization_code', code, redirectUri, verifier } as const;
  const first = await redeemCode(grant, plan, exchangeOf(context));
  const token = await verifyBack(first.response, exchangeOf(context), nonce);
  if (front !== null) checkSamePerson(token, front);
  checkChallenged(token, transaction);
  const forGraph = first.resource === graph ? first.response : null;
  return { token, first, forGraph, tokensMs: channel.clock() - start };
}

/** The groups and the other resources' tokens come side by side. A token of the browser goes no further than Graph. */
async function complete(
  { token, first, forGraph, tokensMs }: Identified,
  context: SignInContext,
): Promise<SignedIn> {
  const { plan, channel } = context;
  const graph = forGraph === null ? null : graphWith(forGraph.accessToken, context);
  const [[bought, othersMs], [found, groupsMs]] = await allOf([
    timed(channel.clock, () => buyOthers(first, token, context)),
    timed(channel.clock, () => findGroups(graph, forGraph?.scopes ?? null, context)),
  ]);
  const identity = await readIdentity(token, found.groups, graph);
  return {
    identity,
    tokens: tokenSetOf(bought, plan),
    uti: token.uti,
    remarks: [
      ...bought.flatMap((redeemed) => missingOf(redeemed, context)),
      ...(found.remark === undefined ? [] : [found.remark]),
      ...(plan.readsGroups && hasOverage(token) ? [OVERAGE] : []),
      ...(identity.sid === null ? [NO_SID] : []),
    ],
    durations: { tokensMs: tokensMs + othersMs, groupsMs },
  };
}

const OVERAGE: Remark = {
  code: 'GROUPS_OVERAGE',
  detail: 'The token says that the groups are too many for it; they were read from Graph.',
};

const NO_SID: Remark = {
  code: 'SID_MISSING',
  detail:
    'The ID token has no sid, so that signing out at Microsoft cannot end this session: add the optional claim sid.',
};

async function buyOthers(
  first: Redeemed | null,
  person: VerifiedIdToken,
  context: SignInContext,
): Promise<readonly Redeemed[]> {
  if (first === null) return [];
  return [first, ...(await redeemOthers(first, person, context.plan, exchangeOf(context)))];
}

/** Fewer permissions than were asked for are no failure here: what needs them will fail, and this says why. */
function missingOf(
  { resource, response }: Redeemed,
  { plan, graph }: SignInContext,
): readonly Remark[] {
  const request = plan.requests.find((one) => one.resource === resource);
  const missing = request === undefined ? [] : missingScopes(request, response.scopes, graph);
  if (missing.length === 0) return [];
  const detail = `Entra did not grant ${missing.join(', ')} of ${resource}.`;
  return [{ code: 'SCOPES_MISSING', detail }];
}

function personOf({ oid, payload }: VerifiedIdToken): KnownPerson {
  const hints = [payload['login_hint'], payload['preferred_username']];
  return { oid, loginHint: hints.find((hint) => typeof hint === 'string') ?? null };
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
  { channel, limits, log, graph, budget, transaction }: SignInContext,
): Graph {
  const { correlationId } = transaction;
  return createGraph(
    { channel, limits, log, origin: graph },
    { accessToken, correlationId, budget },
  );
}

async function timed<Value>(
  clock: Clock,
  work: () => Promise<Value>,
): Promise<readonly [value: Value, ms: number]> {
  const start = clock();
  const value = await work();
  return [value, clock() - start];
}
