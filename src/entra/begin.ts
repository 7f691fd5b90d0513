import type { JsonObject } from '../../sandbox/contract.ts';
import { authorizationUrl, newSecrets } from './authorization-url.ts';
import { createBudget } from './budget.ts';
import type { Plan } from './flow.ts';
import type { Metadata } from './metadata.ts';
import type { Cached } from './cached.ts';
import { openTransaction, type TransactionCookie, type TransactionParts } from './transaction.ts';

/** A person asks to sign in. */
export interface BeginRequest {
  /** Key of the service; given back by `finish`. */
  readonly service: string;
  /** Given back by `finish`; checked by the server. */
  readonly returnTo: string;
  /** The person's network address, after trusted proxies. */
  readonly address: string;
  /** The second round. */
  readonly challenge?: ChallengeRound;
}

/** One more interactive round; the only one. */
export interface ChallengeRound {
  /** A claims request (OpenID Connect Core 1.0 section 5.5). */
  readonly claims?: JsonObject;
  /** Asked for besides those of the configuration. */
  readonly scopes?: readonly string[];
  readonly prompt?: 'login' | 'consent';
  /** The `login_hint` claim or `preferred_username` of the first round; null when it told neither. */
  readonly loginHint: string | null;
  /** Object id of the person: anybody else is refused. Null when the first round ended before it was known. */
  readonly oid: string | null;
}

/** Where to send the browser, and what binds the sign-in to it. */
export interface Begun {
  readonly url: string;
  readonly cookie: TransactionCookie;
}

export interface BeginParts extends TransactionParts {
  /** Id of the method. */
  readonly method: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly generation: string;
  readonly metadata: Cached<Metadata>;
  /** What is asked for, with the scopes of a challenge. */
  planWith(scopes: readonly string[]): Plan;
}

/**
 * Stores a transaction and makes the URL of its authorization request. Needs the network only while nothing is known of
 * the tenant.
 */
export async function beginSignIn(
  { service, returnTo, address, challenge }: BeginRequest,
  parts: BeginParts,
): Promise<Begun> {
  const { method, clientId, redirectUri, generation } = parts;
  const scopes = challenge?.scopes ?? [];
  const plan = parts.planWith(scopes);
  const budget = createBudget(parts.channel.clock, parts.limits);
  const { authorizationEndpoint: endpoint } = await budget.within(parts.metadata.get());
  const secrets = newSecrets();
  const { state, cookie } = await openTransaction(
    {
      ...secrets,
      method,
      generation,
      redirectUri,
      service,
      returnTo,
      address,
      responseType: plan.flow.responseType,
      challenge: challenge === undefined ? null : { oid: challenge.oid, scopes },
    },
    parts,
  );
  const asked = { endpoint, clientId, redirectUri, plan, state, challenge, ...secrets };
  return { url: authorizationUrl(asked), cookie };
}
