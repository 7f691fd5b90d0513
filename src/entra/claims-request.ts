import type { JsonObject } from '../../sandbox/contract.ts';
import { isObject } from './json.ts';

/**
 * Says that a refusal of a token is understood while the token is still valid (continuous access evaluation): Entra then
 * gives tokens of a day, which Graph refuses as soon as the person is disabled or the sign-in revoked.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge#client-capabilities
 */
const CAPABILITIES: JsonObject = { xms_cc: { values: ['cp1'] } };

/**
 * The `claims` of a request: what somebody asked for, and what this client is capable of. Whoever asks cannot take that
 * back.
 *
 * @param capable True where tokens are refreshed; the browser's token is used within seconds, and is not.
 * @returns Undefined when there is nothing to say.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter
 */
export function claimsRequest(
  capable: boolean,
  asked: JsonObject | undefined,
): JsonObject | undefined {
  if (!capable) return asked;
  const ofToken = asked?.['access_token'];
  return { ...asked, access_token: { ...(isObject(ofToken) ? ofToken : {}), ...CAPABILITIES } };
}
