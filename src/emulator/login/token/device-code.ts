import type { Subject } from '../../tokens/subject.ts';
import type { DeviceGrant } from '../device-codes.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import { authenticateClient } from './client-authentication.ts';
import { issueForPerson, type PersonGrant } from './issue-for-person.ts';
import { type GrantHandler, missingField, type TokenRequest } from './token-request.ts';

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
  if (isRefusal(subject)) return subject;
  return issueForPerson(token, personGrant(grant, { ...subject, clientProof }), () =>
    token.world.deviceCodes.spend(grant),
  );
};

function outcomeOf(
  { world }: TokenRequest,
  { outcome, expiresAt }: DeviceGrant,
): Subject | Refusal {
  if (outcome === 'declined') return refuse(70018, { error: 'authorization_declined' });
  if (expiresAt <= world.time.now()) return refuse(70020);
  return outcome === 'waiting' ? refuse(70016) : outcome;
}

const personGrant = ({ scopes }: DeviceGrant, subject: Subject): PersonGrant => ({
  subject,
  scopes,
  nonce: undefined,
  requestedClaims: [],
  platform: 'public',
  fixedEnd: null,
});
