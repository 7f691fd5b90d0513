import { randomUUID } from 'node:crypto';
import type { ChallengeRound } from './begin.ts';
import { claimsRequest } from './claims-request.ts';
import { isByCode, type Plan } from './flow.ts';
import { digest, unguessable } from './random.ts';
import { joinScopes } from './scopes.ts';

/** The secrets of one authorization request. */
export interface RequestSecrets {
  readonly nonce: string;
  /** PKCE verifier (RFC 7636 section 4.1); of no use without a code. */
  readonly verifier: string;
  /** GUID under which Entra logs the request. */
  readonly correlationId: string;
}

/** New secrets: 256 bits each, so that the verifier has the 43 characters that are the least. */
export const newSecrets = (): RequestSecrets => ({
  nonce: unguessable(),
  verifier: unguessable(),
  correlationId: randomUUID(),
});

/** What an authorization URL is made of. */
export interface AuthorizationRequest extends RequestSecrets {
  readonly endpoint: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly plan: Plan;
  readonly state: string;
  readonly challenge: ChallengeRound | undefined;
}

/**
 * The URL of an authorization request. S256 always: Entra's metadata does not announce it, and understands it.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-the-sign-in-request
 */
export function authorizationUrl(request: AuthorizationRequest): string {
  const { plan } = request;
  const byCode = isByCode(plan.flow);
  const claims = claimsRequest(byCode, request.challenge?.claims);
  const parameters: readonly (readonly [string, string])[] = [
    ['client_id', request.clientId],
    ['response_type', plan.flow.responseType],
    ['response_mode', 'form_post'],
    ['redirect_uri', request.redirectUri],
    ['scope', joinScopes(plan.scopes)],
    ['state', request.state],
    ['nonce', request.nonce],
    ...(byCode ? pkceParameters(request.verifier) : []),
    ...accountParameters(request.challenge),
    ...(claims === undefined ? [] : [['claims', JSON.stringify(claims)] as const]),
    ['client-request-id', request.correlationId],
  ];
  // A name of a person may be no well-formed Unicode, which cannot be encoded.
  const pairs = parameters.map(
    ([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`,
  );
  const query = pairs.join('&');
  return `${request.endpoint}${request.endpoint.includes('?') ? '&' : '?'}${query}`;
}

type Parameters = readonly (readonly [string, string])[];

/** @see https://www.rfc-editor.org/rfc/rfc7636#section-4.3 */
const pkceParameters = (verifier: string): Parameters => [
  ['code_challenge', digest(verifier)],
  ['code_challenge_method', 'S256'],
];

/**
 * The person picks an account; in a second round it is the one of the first, once that is known. Entra takes either a
 * hint or the picker.
 */
function accountParameters(challenge: ChallengeRound | undefined): Parameters {
  const { prompt, loginHint = null } = challenge ?? {};
  if (loginHint === null) return [['prompt', prompt ?? 'select_account']];
  return [
    ...(prompt === undefined ? [] : [['prompt', prompt] as const]),
    ['login_hint', loginHint],
  ];
}
