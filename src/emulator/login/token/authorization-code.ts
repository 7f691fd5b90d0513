import { createHash } from 'node:crypto';
import type { CodeGrant } from '../grants.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import { readClaimsParameter } from '../authorize/claims-parameter.ts';
import { SHARED_TENANTS } from '../authorize/trust.ts';
import { authenticateClient, usualPlatform } from './client-authentication.ts';
import { refusePerson } from './person-checks.ts';
import { tokenReply } from './token-reply.ts';
import { type GrantHandler, missingField, type TokenRequest } from './token-request.ts';
import { tokenScopes } from './token-scopes.ts';

/**
 * Redeems an authorization code.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redeem-a-code-for-an-access-token
 */
export const redeemCode: GrantHandler = async (token) => {
  const code = token.field('code');
  if (code === undefined) return missingField('code');
  if (token.field('redirect_uri') === undefined) return missingField('redirect_uri');
  const grant = token.world.grants.code(code);
  const clientProof = await authenticateClient(token, grant?.platform ?? usualPlatform(token.app));
  if (isRefusal(clientProof)) return clientProof;
  if (grant === undefined) return refuse(token.tenant.variants.garbageCodeRefusal);
  return refuseCode(token, grant) ?? issueTokens(token, grant, clientProof);
};

type Check = (token: TokenRequest, grant: CodeGrant) => Refusal | undefined;

/** What is checked of a code that exists, in this order. */
const CHECKS: readonly Check[] = [
  refuseOtherTenant,
  ({ app }, { subject }) => (subject.app.appId === app.appId ? undefined : refuse(70000)),
  (_token, { used }) => (used ? refuse(54005) : undefined),
  ({ world }, { expiresAt }) => (expiresAt > world.time.now() ? undefined : refuse(70008)),
  refuseOtherRedirectUri,
  refuseVerifier,
];

function refuseCode(token: TokenRequest, grant: CodeGrant): Refusal | undefined {
  for (const check of CHECKS) {
    const refusal = check(token, grant);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refuseOtherTenant(
  { tenant, segment }: TokenRequest,
  { subject }: CodeGrant,
): Refusal | undefined {
  const shared = SHARED_TENANTS.includes(segment.toLowerCase());
  if (shared || subject.tenant.id === tenant.id) return undefined;
  return refuse(700005, { words: { issued: subject.tenant.id, tenant: tenant.id } });
}

function refuseOtherRedirectUri(
  { field, tenant }: TokenRequest,
  { redirectUri }: CodeGrant,
): Refusal | undefined {
  const given = field('redirect_uri') ?? '';
  if (given === redirectUri) return undefined;
  const words = { redirectUri: given, expected: redirectUri };
  return refuse(500112, { error: tenant.variants.redirectMismatchRefusal, words });
}

/** RFC 7636 section 4.6. */
function refuseVerifier(
  { field, tenant }: TokenRequest,
  { challenge }: CodeGrant,
): Refusal | undefined {
  const verifier = field('code_verifier');
  if (challenge === null) return undefined;
  if (verifier === undefined) return refuse(tenant.variants.verifierMissingRefusal);
  if (!/^[\w.~-]{43,128}$/.test(verifier)) {
    return refuse(501491, { error: tenant.variants.verifierSizeRefusal });
  }
  return transform(verifier, challenge.method) === challenge.value ? undefined : refuse(501481);
}

const transform = (verifier: string, method: 'S256' | 'plain'): string =>
  method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');

async function issueTokens(
  token: TokenRequest,
  grant: CodeGrant,
  clientProof: '0' | '1' | '2',
): ReturnType<GrantHandler> {
  const wanted = tokenScopes(token, grant.scopes);
  if (isRefusal(wanted)) return wanted;
  const claims = readClaimsParameter(token.field('claims'));
  if (isRefusal(claims)) return claims;
  const capabilities = [...new Set([...grant.subject.capabilities, ...claims.capabilities])];
  const subject = { ...grant.subject, clientProof, capabilities };
  const refusal = refusePerson(token.world, subject, wanted.scopes);
  if (refusal !== undefined) return refusal;
  grant.used = true;
  token.request.notes.person = subject.person.oid;
  const oidc = [...new Set([...grant.scopes.oidc, ...wanted.scopes.oidc])];
  return tokenReply(token, {
    ...wanted,
    ...grant,
    subject,
    oidc,
    refresh: refreshOf(token, grant, oidc),
    scopes: wanted.scopes,
  });
}

/** A refresh token is given to whom asked for `offline_access`. */
function refreshOf(
  { world, tenant }: TokenRequest,
  { platform, scopes }: CodeGrant,
  oidc: readonly string[],
): Parameters<typeof tokenReply>[1]['refresh'] {
  if (!oidc.includes('offline_access')) return null;
  const fixedEnd =
    platform === 'spa' ? world.time.now() + tenant.policies.spaRefreshTokenSeconds * 1000 : null;
  return { platform, scopes, fixedEnd };
}
