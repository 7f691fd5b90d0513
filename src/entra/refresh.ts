import { randomUUID } from 'node:crypto';
import type { Secret } from '../config/secret.ts';
import { createBudget } from './budget.ts';
import type { Plan } from './flow.ts';
import type { AccessToken } from './identity.ts';
import type { Metadata } from './metadata.ts';
import type { Cached } from './cached.ts';
import type { SignInParts } from './sign-in.ts';
import { redeemRefreshToken, toAccessToken, type SamePerson } from './token-set.ts';

/** One more access token. */
export interface RefreshedToken {
  readonly accessToken: AccessToken;
  /** Replaces the one that was given, which is to be deleted; the same one when Entra sent no new one. */
  readonly refreshToken: Secret;
}

export interface RefreshParts extends SignInParts {
  readonly metadata: Cached<Metadata>;
  readonly plan: Plan;
}

/**
 * One access token for a resource, by refresh token. A resource that is not configured gets what was consented to.
 *
 * @param person Whose the refresh token is.
 */
export async function refreshToken(
  given: Secret,
  resource: string,
  person: SamePerson,
  parts: RefreshParts,
): Promise<RefreshedToken> {
  const { plan, tokenEndpoint, idTokens } = parts;
  const budget = createBudget(parts.channel.clock, parts.limits);
  const metadata = await budget.within(parts.metadata.get());
  const exchange = { tokenEndpoint, idTokens, metadata, budget, openid: plan.openid };
  const { response } = await redeemRefreshToken(
    given,
    plan.requests.find((one) => one.resource === resource) ?? {
      resource,
      scopes: [`${resource}/.default`],
    },
    person,
    { ...exchange, correlationId: randomUUID() },
  );
  return {
    accessToken: toAccessToken(resource, response),
    refreshToken: response.refreshToken ?? given,
  };
}
