import { loginTimestamp } from '../../time.ts';
import type { ClientProof } from '../../tokens/subject.ts';
import { readClaimsParameter } from '../authorize/claims-parameter.ts';
import { SHARED_TENANTS } from '../authorize/trust.ts';
import type { RefreshGrant } from '../grants.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import { authenticateClient, usualPlatform } from './client-authentication.ts';
import { refusePerson } from './person-checks.ts';
import { tokenReply } from './token-reply.ts';
import { appWords, type GrantHandler, missingField, type TokenRequest } from './token-request.ts';
import { tokenScopes } from './token-scopes.ts';

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
  return refuseGrant(token, grant) ?? issueTokens(token, grant, clientProof);
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
];

function refuseGrant(token: TokenRequest, grant: RefreshGrant): Refusal | undefined {
  for (const check of CHECKS) {
    const refusal = check(token, grant);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

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

/** As the texts print a time and a span. */
const ages = (
  { issuedAt }: RefreshGrant,
  seconds: number,
): { issuedAt: string; lifetime: string } => ({
  issuedAt: loginTimestamp(issuedAt),
  lifetime: `${Math.floor(seconds / 86_400)}.${new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19)}`,
});

async function issueTokens(
  token: TokenRequest,
  grant: RefreshGrant,
  clientProof: ClientProof,
): ReturnType<GrantHandler> {
  const wanted = tokenScopes(token, grant.scopes);
  if (isRefusal(wanted)) return wanted;
  const claims = readClaimsParameter(token.field('claims'));
  if (isRefusal(claims)) return claims;
  const capabilities = [...new Set([...grant.subject.capabilities, ...claims.capabilities])];
  const subject = { ...grant.subject, clientProof, capabilities };
  const refusal = refusePerson(token.world, subject, wanted.scopes);
  if (refusal !== undefined) return refusal;
  grant.replaced = true;
  token.request.notes.person = subject.person.oid;
  const oidc = [...new Set([...grant.scopes.oidc, ...wanted.scopes.oidc])];
  return tokenReply(token, {
    ...wanted,
    subject,
    oidc,
    nonce: undefined,
    requestedClaims: [],
    refresh: grant,
  });
}
