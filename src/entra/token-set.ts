import type { Secret } from '../config/secret.ts';
import type { Budget } from './budget.ts';
import { EntraSetupError, EntraTokenError } from './entra-error.ts';
import type { Plan } from './flow.ts';
import { verifyIdToken, type IdTokenParts, type VerifiedIdToken } from './id-token.ts';
import type { AccessToken, TokenSet } from './identity.ts';
import type { Metadata } from './metadata.ts';
import { isOpenIdScope, type ResourceRequest } from './scopes.ts';
import type { Grant, TokenEndpoint } from './token-endpoint.ts';
import { nonsense, type TokenResponse } from './token-response.ts';

/** What one exchange after another needs. */
export interface Exchange {
  readonly tokenEndpoint: TokenEndpoint;
  readonly idTokens: IdTokenParts;
  readonly metadata: Metadata;
  readonly budget: Budget;
  /** Scopes of OpenID Connect, sent beside those of the resource. */
  readonly openid: readonly string[];
  readonly correlationId: string;
}

/** What one grant was redeemed for. */
export interface Redeemed {
  /** Null when no API was asked for. */
  readonly resource: string | null;
  readonly response: TokenResponse;
}

/** Whom two ID tokens must agree on. */
export interface SamePerson {
  readonly oid: string;
  readonly sub: string;
}

/** Redeems the code for the plan's first resource; for no API when it has none. */
export async function redeemCode(grant: Grant, plan: Plan, exchange: Exchange): Promise<Redeemed> {
  return redeem(grant, plan.requests[0], exchange);
}

/**
 * The other resources' tokens, each by the refresh token, side by side: Entra does not revoke it by its use.
 *
 * @throws {EntraError} The first failure, after all have ended.
 * @see https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 */
export async function redeemOthers(
  { response: { refreshToken } }: Redeemed,
  person: SamePerson,
  plan: Plan,
  exchange: Exchange,
): Promise<readonly Redeemed[]> {
  const others = plan.requests.slice(1);
  if (others.length === 0) return [];
  if (refreshToken === null) throw noRefreshToken();
  return allOf(
    others.map((request) => redeemRefreshToken(refreshToken, request, person, exchange)),
  );
}

/**
 * One resource's token by a refresh token.
 *
 * @throws {EntraTokenError} `ENTRA_OTHER_PERSON`, or what is wrong with the ID token beside it.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
 */
export async function redeemRefreshToken(
  refreshToken: Secret,
  request: ResourceRequest,
  person: SamePerson,
  exchange: Exchange,
): Promise<Redeemed> {
  const redeemed = await redeem({ type: 'refresh_token', refreshToken }, request, exchange);
  const { response } = redeemed;
  // An ID token is not promised here, and has no nonce when it comes.
  if (response.idToken !== null)
    checkSamePerson(await verifyBack(response, exchange, null), person);
  return redeemed;
}

async function redeem(
  grant: Grant,
  request: ResourceRequest | undefined,
  { tokenEndpoint, metadata, budget, openid, correlationId }: Exchange,
): Promise<Redeemed> {
  const scopes = [...openid, ...(request?.scopes ?? [])];
  const response = await tokenEndpoint.request({ grant, scopes, correlationId }, metadata, budget);
  return { resource: request?.resource ?? null, response };
}

/**
 * Verifies the ID token of a token response: its signature too.
 *
 * @param nonce That of the authorization request; null after a refresh.
 * @throws {EntraUnavailableError} `ENTRA_ANSWER_REFUSED` when there is none.
 */
export async function verifyBack(
  { idToken, accessToken }: TokenResponse,
  { budget, metadata, idTokens }: Exchange,
  nonce: string | null,
): Promise<VerifiedIdToken> {
  if (idToken === null) throw nonsense('id_token');
  const expected = { nonce, front: false, accessToken: accessToken.reveal() };
  return budget.within(verifyIdToken(idToken.reveal(), expected, metadata, idTokens));
}

/**
 * Holds an ID token to the person of an earlier one of the same sign-in or session.
 *
 * @throws {EntraTokenError} `ENTRA_OTHER_PERSON`.
 */
export function checkSamePerson(token: SamePerson, person: SamePerson): void {
  if (token.oid !== person.oid || token.sub !== person.sub) {
    throw new EntraTokenError(
      'ENTRA_OTHER_PERSON',
      'two ID tokens that belong together differ in the person',
    );
  }
}

/** What leaves this folder: tokens of the resources that were configured, and the newest refresh token. */
export function tokenSetOf(redeemed: readonly Redeemed[], plan: Plan): TokenSet {
  const refreshTokens = redeemed.map(({ response }) => response.refreshToken);
  const accessTokens = redeemed.flatMap(({ resource, response }) =>
    resource !== null && plan.exposed.has(resource) ? [toAccessToken(resource, response)] : [],
  );
  return {
    accessTokens,
    refreshToken: refreshTokens.findLast((token) => token !== null) ?? null,
  };
}

/** The scopes of the API; those of OpenID Connect, which come beside them, are none of it. */
export function toAccessToken(resource: string, response: TokenResponse): AccessToken {
  const scopes = response.scopes.filter((scope) => !isOpenIdScope(scope));
  const { accessToken: token, refreshAt, expiresAt } = response;
  return { resource, token, scopes, refreshAt, expiresAt };
}

/** A token that ends sooner may be over when it arrives. Unit: milliseconds. */
const MARGIN_MS = 60_000;

/** True while a token can be handed out. */
export const isUsable = ({ expiresAt }: AccessToken, now: number): boolean =>
  now < expiresAt - MARGIN_MS;

/** Waits for all, so that nothing goes on after the answer; then throws the first failure. */
export async function allOf<const Work extends readonly Promise<unknown>[]>(
  work: Work,
): Promise<{ -readonly [index in keyof Work]: Awaited<Work[index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

const noRefreshToken = (): EntraSetupError =>
  new EntraSetupError(
    'ENTRA_ANSWER_REFUSED',
    'no refresh token came, and there is more than one API',
    { actor: 'administrator', next: 'Allow offline_access in the app registration.' },
  );
