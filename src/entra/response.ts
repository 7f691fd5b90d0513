import type { ErrorCode } from '../errors.ts';
import { Secret } from '../config/secret.ts';
import { EntraResponseError, type EntraErrorDetails } from './entra-error.ts';
import { readErrorAnswer } from './error-answer.ts';
import { reactTo } from './error-reaction.ts';
import { FLOWS, type Artifact, type ResponseType } from './flow.ts';
import { splitScopes } from './scopes.ts';

/** The answer of the tenant, as it arrived at the redirect URI. */
export interface AuthorizationAnswer {
  /** Id of the method, from the redirect URI. */
  readonly method: string;
  readonly transport: 'form_post' | 'query';
  /** Names and values in the order received, duplicates included. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly cookies: { readonly [name: string]: string };
}

/** What a successful answer holds: exactly what was asked for. */
export interface AuthorizationResponse {
  readonly code: Secret | null;
  readonly idToken: Secret | null;
  readonly accessToken: Secret | null;
  /** Scopes of the access token; null when the answer does not tell. */
  readonly scopes: readonly string[] | null;
}

/** Parameters with a meaning here; Entra adds others (`session_state`, `client_info`), which are passed over. */
const KNOWN = [
  'state',
  'code',
  'id_token',
  'access_token',
  'token_type',
  'expires_in',
  'scope',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'session_state',
] as const;

/** The known parameters, each at most once and never empty. */
export type Parameters = { readonly [name in (typeof KNOWN)[number]]?: string };

const ARTIFACTS: readonly Artifact[] = ['code', 'id_token', 'access_token'];

/** How many states a forged answer can make void at once. */
const MAX_STATES = 4;

/** Every state that the answer names: a sign-in is used up even by an answer that names two. */
export function statesOf({ parameters }: AuthorizationAnswer): readonly string[] {
  const states = parameters.filter(([name, value]) => name === 'state' && value !== '');
  return [...new Set(states.map(([, value]) => value))].slice(0, MAX_STATES);
}

/**
 * Takes the known parameters out of an answer. One without a value counts as absent.
 *
 * @throws {EntraResponseError} `ENTRA_RESPONSE_DUPLICATE` when one of them came twice, empty or not.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1
 */
export function readParameters({ parameters }: AuthorizationAnswer): Parameters {
  const known = parameters.filter(([name]) => KNOWN.some((one) => one === name));
  if (new Set(known.map(([name]) => name)).size !== known.length) {
    throw refused('ENTRA_RESPONSE_DUPLICATE', 'a parameter came more than once');
  }
  return Object.fromEntries(known.filter(([, value]) => value !== ''));
}

/**
 * Who answered. Entra does not say; its redirect URI is one method's alone, which tells as much (RFC 9700 section
 * 4.4.2.2). An ID token in the answer says it, too, and better: providers that announce the parameter leave it out then.
 *
 * @throws {EntraResponseError} `ENTRA_RESPONSE_ISSUER` for another issuer, or none where one is announced.
 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4
 */
export function checkIssuer(
  { iss, id_token: idToken }: Parameters,
  metadata: { readonly issuer: string; readonly namesIssuer: boolean },
): void {
  const isMissing = metadata.namesIssuer && idToken === undefined;
  if (iss === undefined ? isMissing : iss !== metadata.issuer) {
    throw refused(
      'ENTRA_RESPONSE_ISSUER',
      'the answer is of another issuer, or does not say of which',
    );
  }
}

/**
 * The error of an answer; beside tokens too, which are then not looked at.
 *
 * @throws {EntraError} What the error means, by `reactTo`.
 */
export function checkError(parameters: Parameters): void {
  const error = readErrorAnswer(parameters);
  if (error !== undefined) throw reactTo(error);
}

/**
 * What was asked for, nothing less and nothing more, by the way it was asked for.
 *
 * @throws {EntraResponseError} `ENTRA_RESPONSE_TRANSPORT` for tokens in a query; `ENTRA_RESPONSE_UNEXPECTED` and
 *   `ENTRA_RESPONSE_INCOMPLETE` when the parameters are not those of the response type.
 * @see https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html
 */
export function readResponse(
  parameters: Parameters,
  transport: AuthorizationAnswer['transport'],
  responseType: ResponseType,
): AuthorizationResponse {
  if (transport !== 'form_post') {
    throw refused('ENTRA_RESPONSE_TRANSPORT', 'the answer came in the query of a URL');
  }
  const expected = FLOWS[responseType].artifacts;
  for (const name of ARTIFACTS) checkArtifact(name, parameters[name], expected.includes(name));
  if (expected.includes('access_token')) checkTokenType(parameters.token_type);
  return {
    code: toSecret(parameters.code),
    idToken: toSecret(parameters.id_token),
    accessToken: toSecret(parameters.access_token),
    scopes: parameters.scope === undefined ? null : splitScopes(parameters.scope),
  };
}

/** What codes and tokens are made of (RFC 6749 appendix A). */
const VISIBLE_ASCII = /^[\x20-\x7e]+$/;

function checkArtifact(name: Artifact, value: string | undefined, expected: boolean): void {
  if (value !== undefined && !expected) {
    throw refused('ENTRA_RESPONSE_UNEXPECTED', `the answer holds ${name}, which was not asked for`);
  }
  if (expected && (value === undefined || !VISIBLE_ASCII.test(value))) {
    throw refused('ENTRA_RESPONSE_INCOMPLETE', `the answer lacks ${name}`);
  }
}

function checkTokenType(type: string | undefined): void {
  if (type?.toLowerCase() !== 'bearer') {
    throw refused('ENTRA_RESPONSE_INCOMPLETE', 'the access token is no bearer token');
  }
}

const toSecret = (value: string | undefined): Secret | null =>
  value === undefined ? null : new Secret(value);

/** @param details What is to be done, when it is not to sign in again. */
export function refused(
  code: ErrorCode,
  message: string,
  details: EntraErrorDetails = {},
): EntraResponseError {
  return new EntraResponseError(code, message, {
    actor: 'person',
    next: 'Sign in again.',
    ...details,
  });
}
