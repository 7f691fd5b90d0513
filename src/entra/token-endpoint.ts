import type { Secret } from '../config/secret.ts';
import type { HttpResponse } from '../net/http.ts';
import { readAnswer, sendPatiently, type BackChannel, type Call } from './back-channel.ts';
import type { Budget } from './budget.ts';
import { claimsRequest } from './claims-request.ts';
import type { Credential } from './credential.ts';
import { EntraSetupError, EntraUnavailableError, type EntraError } from './entra-error.ts';
import { readErrorAnswer } from './error-answer.ts';
import { reactTo } from './error-reaction.ts';
import type { EntraLog } from './entra-log.ts';
import type { EntraLimits } from './limits.ts';
import type { Metadata } from './metadata.ts';
import { joinScopes } from './scopes.ts';
import { readTokenResponse, type TokenResponse } from './token-response.ts';

/** What is exchanged for tokens. */
export type Grant =
  | {
      readonly type: 'authorization_code';
      readonly code: Secret;
      /** Byte for byte that of the authorization request. */
      readonly redirectUri: string;
      /** PKCE verifier. */
      readonly verifier: string;
    }
  | { readonly type: 'refresh_token'; readonly refreshToken: Secret }
  /** The application for itself. */
  | { readonly type: 'client_credentials' };

/** One request: a grant, and the scopes of one resource besides those of OpenID Connect. */
interface TokenRequest {
  readonly grant: Grant;
  readonly scopes: readonly string[];
  readonly correlationId: string;
}

/** The tenant's token endpoint. */
export interface TokenEndpoint {
  /**
   * @throws {EntraError} What Entra's error means, by `reactTo`; `ENTRA_ANSWER_REFUSED` for what is no answer;
   *   `ENTRA_UNREACHABLE`; `ENTRA_TIME_BUDGET`.
   */
  request(request: TokenRequest, metadata: Metadata, budget: Budget): Promise<TokenResponse>;
}

export interface TokenEndpointParts {
  readonly clientId: string;
  /** In order; the second is tried once when Entra refuses the first. */
  readonly credentials: readonly Credential[];
  readonly channel: BackChannel;
  readonly limits: EntraLimits;
  readonly log: EntraLog;
}

/** How long a refused credential is not shown again: every attempt would fail, and may lock. Unit: milliseconds. */
export const REFUSED_CREDENTIAL_MS = 60_000;

/**
 * One resource for each request: Entra refuses scopes of two (AADSTS28000), so that none is ever made. `scope` is always
 * sent; some applications are refused without it.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redeem-a-code-for-an-access-token
 */
export function createTokenEndpoint(parts: TokenEndpointParts): TokenEndpoint {
  const { channel, log } = parts;
  let credentials = parts.credentials;
  let refusal: { readonly error: EntraError; readonly until: number } | undefined;

  function accept(credential: Credential): void {
    refusal = undefined;
    if (credential === credentials[0]) return;
    log('warn', 'Entra refuses the first credential and takes the other one: take the first out');
    credentials = [credential, ...credentials.filter((other) => other !== credential)];
  }

  function refuse(error: EntraSetupError): void {
    const { aadsts, correlationId } = error;
    log('error', 'Entra refuses the credential of the application', { aadsts, correlationId });
    refusal = { error, until: channel.clock() + REFUSED_CREDENTIAL_MS };
  }

  async function request(
    asked: TokenRequest,
    metadata: Metadata,
    budget: Budget,
  ): Promise<TokenResponse> {
    if (refusal !== undefined && channel.clock() < refusal.until) throw refusal.error.again();
    let refused: EntraSetupError | undefined;
    for (const credential of credentials) {
      try {
        const response = await post(parts, credential, asked, metadata, budget);
        accept(credential);
        return response;
      } catch (error) {
        if (!isRefusedCredential(error)) throw error;
        refused = error;
      }
    }
    if (refused === undefined) throw new TypeError('a token request without a credential');
    refuse(refused);
    throw refused;
  }

  return { request };
}

const isRefusedCredential = (error: unknown): error is EntraSetupError =>
  error instanceof EntraSetupError && error.code === 'ENTRA_CLIENT_REFUSED';

async function post(
  parts: TokenEndpointParts,
  credential: Credential,
  asked: TokenRequest,
  { tokenEndpoint }: Metadata,
  budget: Budget,
): Promise<TokenResponse> {
  const { channel, clientId, limits } = parts;
  const prepare = async (): Promise<Call> => ({
    request: {
      method: 'POST',
      url: tokenEndpoint,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: formOf(asked, clientId, await credential.parameters({ clientId, tokenEndpoint })),
      maxBytes: limits.tokenBytes,
    },
    correlationId: asked.correlationId,
    unreachable: 'ENTRA_UNREACHABLE',
  });
  const response = await sendPatiently(channel, prepare, budget, saysLater);
  return readResponse(response, asked, channel.clock());
}

/** Everything form-encoded: a secret may hold `~` and `+`, and the redirect URI's query has no `=`. */
function formOf(
  { grant, scopes }: TokenRequest,
  clientId: string,
  proof: { readonly [name: string]: string },
): string {
  const form = new URLSearchParams({
    client_id: clientId,
    scope: joinScopes(scopes),
    ...grantFields(grant),
    ...proof,
  });
  return form.toString();
}

/** What this client is capable of is said again with every grant of a person. */
const CAPABILITIES: string = JSON.stringify(claimsRequest(true, undefined));

function grantFields(grant: Grant): { readonly [name: string]: string } {
  if (grant.type === 'client_credentials') return { grant_type: grant.type };
  const common = { grant_type: grant.type, claims: CAPABILITIES };
  if (grant.type === 'refresh_token') {
    return { ...common, refresh_token: grant.refreshToken.reveal() };
  }
  return {
    ...common,
    code: grant.code.reveal(),
    redirect_uri: grant.redirectUri,
    code_verifier: grant.verifier,
  };
}

/** Entra sends these with status 400 at times. */
function saysLater(response: HttpResponse): boolean {
  if (response.status === 200) return false; // most answers: they are long, and are read once
  const error = readAnswer(response)?.['error'];
  return error === 'temporarily_unavailable' || error === 'server_error';
}

function readResponse(response: HttpResponse, asked: TokenRequest, now: number): TokenResponse {
  const answer = readAnswer(response);
  if (response.status === 200 && answer !== undefined) {
    return readTokenResponse(answer, asked.scopes, now);
  }
  const error = answer === undefined ? undefined : readErrorAnswer(answer);
  throw isBusy(response) || error === undefined
    ? unusable(response, asked.correlationId)
    : reactTo({ ...error, correlationId: error.correlationId ?? asked.correlationId });
}

const isBusy = ({ status }: HttpResponse): boolean => status === 429 || status >= 500;

/** A page instead of JSON, or an overload: it says nothing of the grant. */
function unusable(response: HttpResponse, correlationId: string): EntraUnavailableError {
  const code = isBusy(response) ? 'ENTRA_UNAVAILABLE' : 'ENTRA_ANSWER_REFUSED';
  return new EntraUnavailableError(code, `the token endpoint answered ${response.status}`, {
    correlationId,
    next: 'Try again in a minute.',
  });
}
