import { Secret } from '../config/secret.ts';
import type { Json, JsonObject } from '../../sandbox/contract.ts';
import { EntraUnavailableError } from './entra-error.ts';
import { splitScopes } from './scopes.ts';

/** What the token endpoint gave for one resource. */
export interface TokenResponse {
  readonly accessToken: Secret;
  /** Null when no new one came: the old one goes on. */
  readonly refreshToken: Secret | null;
  readonly idToken: Secret | null;
  /** As granted. */
  readonly scopes: readonly string[];
  /** From when on the access token should be exchanged for a newer one. Unit: milliseconds since 1970-01-01 UTC. */
  readonly refreshAt: number;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

/** Entra's longest access token lives 28 hours; more than a year is nonsense. Unit: seconds. */
const MAX_LIFETIME_SECONDS = 366 * 24 * 3600;

const VISIBLE_ASCII = /^[\x20-\x7e]+$/;

/**
 * Reads a successful token response.
 *
 * @param asked The scopes of the request: what is granted when the answer does not say (RFC 6749 section 5.1).
 * @param now Unit: milliseconds since 1970-01-01 UTC.
 * @throws {EntraUnavailableError} `ENTRA_ANSWER_REFUSED` when it is none.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function readTokenResponse(
  answer: JsonObject,
  asked: readonly string[],
  now: number,
): TokenResponse {
  const { token_type: type, access_token: accessToken, scope } = answer;
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') throw nonsense('token_type');
  if (!isToken(accessToken)) throw nonsense('access_token');
  if (scope !== undefined && typeof scope !== 'string') throw nonsense('scope');
  const lifetime = readLifetime(answer['expires_in']);
  if (lifetime === undefined) throw nonsense('expires_in');
  return {
    accessToken: new Secret(accessToken),
    refreshToken: readOptionalToken(answer, 'refresh_token'),
    idToken: readOptionalToken(answer, 'id_token'),
    scopes: scope === undefined ? asked : splitScopes(scope),
    refreshAt: now + refreshAfter(lifetime, answer['refresh_in']) * 1000,
    expiresAt: now + lifetime * 1000,
  };
}

/** The part of its life after which a token is renewed, so that a failure leaves time for another attempt. */
const REFRESH_AT = 0.8;

/** Entra names a time of its own for long-lived tokens; it only counts within the token's life. Unit: seconds. */
function refreshAfter(lifetime: number, refreshIn: Json | undefined): number {
  const named = readLifetime(refreshIn);
  return named !== undefined && named < lifetime ? named : Math.floor(lifetime * REFRESH_AT);
}

const isToken = (value: Json | undefined): value is string =>
  typeof value === 'string' && VISIBLE_ASCII.test(value);

function readOptionalToken(answer: JsonObject, name: string): Secret | null {
  const value = answer[name];
  if (value === undefined || value === null) return null;
  if (!isToken(value)) throw nonsense(name);
  return new Secret(value);
}

/** A number, or its digits as a text: some of Entra's endpoints send the latter. Unit: seconds. */
function readLifetime(value: Json | undefined): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  const isLifetime =
    typeof seconds === 'number' &&
    Number.isSafeInteger(seconds) &&
    seconds > 0 &&
    seconds <= MAX_LIFETIME_SECONDS;
  return isLifetime ? seconds : undefined;
}

/** @param what The member that is wrong; its value is not told. */
export function nonsense(what: string): EntraUnavailableError {
  return new EntraUnavailableError(
    'ENTRA_ANSWER_REFUSED',
    `the token endpoint’s answer is refused: ${what} is missing or not of its form`,
    { actor: 'operator', next: 'Check that nothing on the way to Entra replaces its answers.' },
  );
}
