import type { Subject } from '../../tokens/subject.ts';
import type { DeviceGrant } from '../device-codes.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import { authenticateClient } from './client-authentication.ts';
import { refusePerson } from './person-checks.ts';
import { tokenReply } from './token-reply.ts';
import { type GrantHandler, missingField, type TokenRequest } from './token-request.ts';
import { tokenScopes } from './token-scopes.ts';

/**
 * Polls for the outcome of a sign-in elsewhere (RFC 8628 section 3.4).
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
 */
export const redeemDeviceCode: GrantHandler = async (token) => {
  const code = token.field('device_code');
  if (code === undefined) return missingField('device_code');
  const clientProof = await authenticateClient(token, token.app.publicClient ? 'public' : 'web');
  if (isRefusal(clientProof)) return clientProof;
  const grant = token.world.deviceCodes.byDeviceCode(code);
  if (grant === undefined || grant.app !== token.app) return refuse(7000014);
  const subject = outcomeOf(token, grant);
  return isRefusal(subject) ? subject : issueTokens(token, grant, { ...subject, clientProof });
};

function outcomeOf(
  { world }: TokenRequest,
  { outcome, expiresAt }: DeviceGrant,
): Subject | Refusal {
  if (outcome === 'declined') return refuse(70018, { error: 'authorization_declined' });
  if (expiresAt <= world.time.now()) return refuse(70020);
  return outcome === 'waiting' ? refuse(70016) : outcome;
}

async function issueTokens(
  token: TokenRequest,
  grant: DeviceGrant,
  subject: Subject,
): ReturnType<GrantHandler> {
  const wanted = tokenScopes(token, grant.scopes);
  if (isRefusal(wanted)) return wanted;
  const refusal = refusePerson(token.world, subject, wanted.scopes);
  if (refusal !== undefined) return refusal;
  token.world.deviceCodes.spend(grant);
  token.request.notes.person = subject.person.oid;
  const { oidc } = grant.scopes;
  const kept = { platform: 'public' as const, scopes: grant.scopes, fixedEnd: null };
  const refresh = oidc.includes('offline_access') ? kept : null;
  return tokenReply(token, {
    ...wanted,
    subject,
    oidc,
    nonce: undefined,
    requestedClaims: [],
    refresh,
  });
}
