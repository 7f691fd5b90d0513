import { randomInt } from 'node:crypto';
import type { Policies } from '../tenant/policies.ts';

/** `iat` and `nbf` stand five minutes before the token was made. Unit: seconds. */
const BACKDATED_SECONDS = 300;
/** Life of an ID token. Unit: seconds. */
export const ID_TOKEN_SECONDS = 3600;

const HOUR_SECONDS = 3600;

/**
 * Life of a new access token: 60 to 90 minutes, or 20 to 28 hours under continuous access evaluation. Unit: seconds.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens#token-lifetime
 */
export function accessTokenLifetime(policies: Policies, continuous: boolean): number {
  const chosen = continuous ? policies.longAccessTokenSeconds : policies.accessTokenSeconds;
  if (chosen !== 'random') return chosen;
  return continuous ? randomInt(20 * HOUR_SECONDS, 28 * HOUR_SECONDS) : randomInt(3600, 5400);
}

/** `iat`, `nbf` and `exp` of a token made now that lives so long. Unit: seconds. */
export const period = (
  now: number,
  lifetime: number,
): { iat: number; nbf: number; exp: number } => ({
  iat: now - BACKDATED_SECONDS,
  nbf: now - BACKDATED_SECONDS,
  exp: now + lifetime,
});
