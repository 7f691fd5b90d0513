import { loginTimestamp } from '../../time.ts';
import { SHARED_TENANTS } from '../authorize/trust.ts';
import type { RefreshGrant } from '../grants.ts';
import { firstRefusal, isRefusal, refuse, type Refusal } from '../refusal.ts';
import { authenticateClient, usualPlatform } from './client-authentication.ts';
import { issueForPerson } from './issue-for-person.ts';
import { appWords, type GrantHandler, missingField, type TokenRequest } from './token-request.ts';

/**
 * Redeems a refresh token, for any resource that was consented to. Every use gives a new one; the old one stays valid.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 */
export const refresh: GrantHandler = async (token) => {
  const text = token.field('refresh_token');
  if (text === undefined) return missingField('refresh_token');
  const grant = token.world.grants.refreshToken(text);
  const clientProof = await authenticateClient(token, grant?.platform ?? usualPlatform(token.app));
  if (isRefusal(clientProof)) return clientProof;
  if (grant === undefined) return refuse(9002313);
  const refusal = firstRefusal(CHECKS, token, grant);
  if (refusal !== undefined) return refusal;
  const subject = { ...grant.subject, clientProof };
  return issueForPerson(token, { ...grant, subject, nonce: undefined, requestedClaims: [] }, () => {
    grant.replaced = true;
  });
};

type Check = (token: TokenRequest, grant: RefreshGrant) => Refusal | undefined;

/** What is checked of a refresh token that exists, in this order. */
const CHECKS: readonly Check[] = [
  ({ app }, { subject }) => (subject.app.appId === app.appId ? undefined : refuse(70000)),
  refuseOtherTenant,
  refuseReplaced,
  refuseFixedEnd,
  refuseInactive,
  refuseFrequency,
  refuseScopeless,
];

function refuseOtherTenant(token: TokenRequest, { subject }: RefreshGrant): Refusal | undefined {
  const { tenant, segment } = token;
  if (SHARED_TENANTS.includes(segment.toLowerCase()) || subject.tenant.id === tenant.id)
    return undefined;
  const words = { ...appWords(token), account: subject.person.upn, tenant: tenant.name };
  return refuse(50020, { words, error: 'invalid_grant' });
}

function refuseReplaced({ tenant }: TokenRequest, { replaced }: RefreshGrant): Refusal | undefined {
  return replaced && tenant.variants.refreshTokenReuse === 'refused' ? refuse(70000) : undefined;
}

function refuseFixedEnd({ world, tenant }: TokenRequest, grant: RefreshGrant): Refusal | undefined {
  if (grant.fixedEnd === null || grant.fixedEnd > world.time.now()) return undefined;
  return refuse(700084, { words: ages(grant, tenant.policies.spaRefreshTokenSeconds) });
}

function refuseInactive({ world, tenant }: TokenRequest, grant: RefreshGrant): Refusal | undefined {
  if (grant.expiresAt > world.time.now()) return undefined;
  return refuse(700082, { words: ages(grant, tenant.policies.refreshTokenSeconds) });
}

function refuseFrequency(
  { world, tenant }: TokenRequest,
  grant: RefreshGrant,
): Refusal | undefined {
  const frequency = tenant.policies.signInFrequencySeconds;
  if (frequency === null || world.time.seconds() - grant.subject.authTime < frequency)
    return undefined;
  return refuse(70043, { words: ages(grant, frequency) });
}

function refuseScopeless(token: TokenRequest): Refusal | undefined {
  const scopeless = token.field('scope') === undefined;
  const refused = scopeless && token.tenant.variants.scopelessRefresh === 'refused';
  return refused ? refuse(90009, { words: appWords(token) }) : undefined;
}

/** As the texts print a time and a span. */
const ages = (
  { issuedAt }: RefreshGrant,
  seconds: number,
): { issuedAt: string; lifetime: string } => ({
  issuedAt: loginTimestamp(issuedAt),
  lifetime: `${Math.floor(seconds / 86_400)}.${new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19)}`,
});
