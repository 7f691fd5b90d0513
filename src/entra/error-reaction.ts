import type { ErrorCode } from '../errors.ts';
import {
  EntraDeniedError,
  EntraError,
  EntraGrantError,
  EntraInteractionError,
  EntraSetupError,
  EntraUnavailableError,
  type Actor,
} from './entra-error.ts';
import type { ErrorAnswer } from './error-answer.ts';
import { HINTS } from './error-hints.ts';

/** What an error of Entra means here. */
interface Reaction {
  readonly code: ErrorCode;
  /** How it is handled: the subclass. */
  readonly handling: 'denied' | 'interaction' | 'grant' | 'setup' | 'unavailable';
  readonly actor: Actor;
  readonly next: string;
  readonly prompt?: 'login' | 'consent';
}

const NEXT = {
  again: 'Sign in again.',
  later: 'Try again in a minute.',
  otherAccount: 'Sign in with another account, or ask the administrator of the tenant for access.',
  consent: 'Consent to the permissions, or ask the administrator of the tenant to do so.',
  secret: 'Check the credential of the method against the app registration.',
  application:
    'Check application_id and directory_id, and that the application may be signed in to.',
  tenant: 'Check directory_id and cloud: there is no such tenant.',
  registration: 'Compare the redirect URI and api_scopes with the app registration.',
  scopes: 'Check each entry of api_scopes against the permissions that its API publishes.',
  resources: 'Check the resources of api_scopes, and that each has an application in the tenant.',
  boxes:
    'Tick “ID tokens” and “Access tokens” under Authentication, Implicit grant and hybrid flows.',
  unknown: 'Look the error up in the sign-in log of the tenant by its correlation id.',
};

function denied(code: ErrorCode, actor: Actor, next: string): Reaction {
  return { code, handling: 'denied', actor, next };
}

function interaction(code: ErrorCode, next: string, prompt?: 'consent'): Reaction {
  return { code, handling: 'interaction', actor: 'person', next, ...(prompt && { prompt }) };
}

function grant(code: ErrorCode): Reaction {
  return { code, handling: 'grant', actor: 'person', next: NEXT.again };
}

function setup(code: ErrorCode, actor: Actor, next: string): Reaction {
  return { code, handling: 'setup', actor, next };
}

function unavailable(code: ErrorCode): Reaction {
  return { code, handling: 'unavailable', actor: 'nobody', next: NEXT.later };
}

/**
 * By the word of OAuth, which is what Microsoft keeps stable.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthError
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-codes-for-authorization-endpoint-errors
 */
const REACTIONS: ReadonlyMap<string, Reaction> = new Map(
  Object.entries({
    access_denied: denied('ENTRA_ACCESS_DENIED', 'person', NEXT.otherAccount),
    consent_required: interaction('ENTRA_CONSENT_REQUIRED', NEXT.consent, 'consent'),
    interaction_required: interaction('ENTRA_INTERACTION_REQUIRED', NEXT.again),
    login_required: interaction('ENTRA_LOGIN_REQUIRED', NEXT.again),
    account_selection_required: interaction('ENTRA_LOGIN_REQUIRED', NEXT.again),
    invalid_grant: grant('ENTRA_GRANT_REFUSED'),
    invalid_client: setup('ENTRA_CLIENT_REFUSED', 'operator', NEXT.secret),
    unauthorized_client: setup('ENTRA_CLIENT_UNAUTHORIZED', 'administrator', NEXT.application),
    invalid_request: setup('ENTRA_REQUEST_REFUSED', 'operator', NEXT.registration),
    unsupported_grant_type: setup('ENTRA_REQUEST_REFUSED', 'operator', NEXT.registration),
    invalid_tenant: setup('ENTRA_TENANT_REFUSED', 'operator', NEXT.tenant),
    invalid_scope: setup('ENTRA_SCOPE_REFUSED', 'operator', NEXT.scopes),
    invalid_resource: setup('ENTRA_RESOURCE_REFUSED', 'operator', NEXT.resources),
    invalid_target: setup('ENTRA_RESOURCE_REFUSED', 'operator', NEXT.resources),
    unsupported_response_type: setup('ENTRA_RESPONSE_TYPE_DISABLED', 'administrator', NEXT.boxes),
    unsupported_response: setup('ENTRA_RESPONSE_TYPE_DISABLED', 'administrator', NEXT.boxes),
    server_error: unavailable('ENTRA_UNAVAILABLE'),
    temporarily_unavailable: unavailable('ENTRA_UNAVAILABLE'),
  } satisfies { readonly [error: string]: Reaction }),
);

/** Refinements of `invalid_grant` that an interactive round mends; the others end the grant. */
const INTERACTIVE = new Set([
  'basic_action',
  'additional_action',
  'message_only',
  'user_password_expired',
  'interrupted_user',
  'ui_not_allowed',
]);

const UNKNOWN: Reaction = denied('ENTRA_ERROR_UNKNOWN', 'administrator', NEXT.unknown);

/** The error to throw for an answer of Entra. */
export function reactTo(answer: ErrorAnswer): EntraError {
  const reaction = reactionTo(answer);
  const hint = answer.aadsts === null ? undefined : HINTS.get(answer.aadsts);
  return new HANDLINGS[reaction.handling](reaction.code, messageOf(answer), {
    actor: hint?.actor ?? reaction.actor,
    next: hint?.next ?? reaction.next,
    ...(answer.aadsts === null ? {} : { aadsts: answer.aadsts }),
    ...(answer.correlationId === null ? {} : { correlationId: answer.correlationId }),
    challenge: {
      ...(reaction.prompt && { prompt: reaction.prompt }),
      ...(answer.claims === null ? {} : { claims: answer.claims }),
    },
  });
}

function reactionTo({ error, suberror }: ErrorAnswer): Reaction {
  const refined = error === 'invalid_grant' ? refineGrant(suberror) : error;
  return REACTIONS.get(refined) ?? UNKNOWN;
}

function refineGrant(suberror: string | null): string {
  if (suberror === 'consent_required') return 'consent_required';
  return suberror !== null && INTERACTIVE.has(suberror) ? 'interaction_required' : 'invalid_grant';
}

function messageOf({ error, suberror, description }: ErrorAnswer): string {
  const words = suberror === null ? error : `${error}, ${suberror}`;
  return description === '' ? `Entra answered ${words}` : `Entra answered ${words}: ${description}`;
}

/** How an error is handled: by its class. */
const HANDLINGS: { readonly [handling in Reaction['handling']]: typeof EntraError } = {
  denied: EntraDeniedError,
  interaction: EntraInteractionError,
  grant: EntraGrantError,
  setup: EntraSetupError,
  unavailable: EntraUnavailableError,
};
