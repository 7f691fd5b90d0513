import { createHash } from 'node:crypto';
import type { CodeGrant } from '../grants.ts';
import { firstRefusal, isRefusal, refuse, type Refusal } from '../refusal.ts';
import { SHARED_TENANTS } from '../authorize/trust.ts';
import { authenticateClient, usualPlatform } from './client-authentication.ts';
import { issueForPerson } from './issue-for-person.ts';
import { type GrantHandler, missingField, type TokenRequest } from './token-request.ts';

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
  const refusal = firstRefusal(CHECKS, token, grant);
  if (refusal !== undefined) return refusal;
  const subject = { ...grant.subject, clientProof };
  return issueForPerson(token, { ...grant, subject, fixedEnd: fixedEndOf(token, grant) }, () => {
    grant.used = true;
  });
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

/** Refresh tokens of single page applications end so long after the sign-in, whatever is refreshed until then. */
function fixedEndOf({ world, tenant }: TokenRequest, { platform }: CodeGrant): number | null {
  if (platform !== 'spa') return null;
  return world.time.now() + tenant.policies.spaRefreshTokenSeconds * 1000;
}
