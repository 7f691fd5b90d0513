import { EntradaError, type ErrorCode, type ErrorDetails } from '../errors.ts';
import type { JsonObject } from '../../sandbox/contract.ts';

/**
 * Who can mend it. `person`: whoever signs in. `administrator`: of the tenant, in the Entra portal. `operator`: of
 * Entrada, in `entrada.yaml` or its network. `nobody`: it passes, or it was an attack.
 */
export type Actor = 'person' | 'administrator' | 'operator' | 'nobody';

/** What is known of the sign-in that failed; only told after its cookie matched. */
export interface KnownSignIn {
  /** Key of the service, as it was given to `begin`. */
  readonly service: string;
  readonly returnTo: string;
  /** True for the second round of a challenge: a third is never begun. */
  readonly challenged: boolean;
}

/** Who a second, interactive round would be for. */
export interface KnownPerson {
  readonly oid: string;
  /** What Entra takes as `login_hint`; null when the ID token gives nothing of the kind. */
  readonly loginHint: string | null;
}

/** The parameters of an interactive round. */
export interface InteractionRequest {
  /** A claims request (OpenID Connect Core 1.0 section 5.5). */
  readonly claims?: JsonObject;
  readonly prompt?: 'login' | 'consent';
}

/** What an error of Entra carries beside its code and message. */
export interface EntraErrorDetails extends ErrorDetails {
  readonly actor?: Actor;
  /** Entra's or Graph's id of the exchange, for Microsoft's support. */
  readonly correlationId?: string;
  /** Number of Entra's error, as in 50105 of `AADSTS50105`. A hint for texts; nothing is decided on it. */
  readonly aadsts?: number;
  /** What one more interactive round has to ask for. */
  readonly challenge?: InteractionRequest;
  readonly signIn?: KnownSignIn;
  readonly person?: KnownPerson;
}

/**
 * What every error of this folder extends: one subclass for each way of handling it. No message holds a code, a token, a
 * secret, a state, a nonce or a cookie.
 *
 * An error never changes: a load that failed is shared by all sign-ins that waited for it, and what is known of one of
 * them must not be told to another. `about` and `concerning` give a copy.
 */
export class EntraError extends EntradaError {
  readonly actor: Actor;
  /** Entra's or Graph's id of the exchange that failed, or else of the sign-in; null when there is neither. */
  readonly correlationId: string | null;
  readonly aadsts: number | null;
  /** Null until the answer was bound to a sign-in of this browser. */
  readonly signIn: KnownSignIn | null;
  /** Null until an ID token was verified. */
  readonly person: KnownPerson | null;
  readonly #details: EntraErrorDetails;
  readonly #kind: typeof EntraError;

  constructor(code: ErrorCode, message: string, details: EntraErrorDetails = {}) {
    super(code, message, details);
    this.actor = details.actor ?? 'nobody';
    this.correlationId = details.correlationId ?? null;
    this.aadsts = details.aadsts ?? null;
    this.signIn = details.signIn ?? null;
    this.person = details.person ?? null;
    this.#details = details;
    this.#kind = new.target;
  }

  /** The same error, of this sign-in. */
  about(signIn: KnownSignIn, correlationId: string): EntraError {
    return this.#with({ signIn, correlationId: this.correlationId ?? correlationId });
  }

  /** The same error, of this person's sign-in. */
  concerning(person: KnownPerson): EntraError {
    return this.#with({ person });
  }

  /** The same error for another sign-in, of which nothing is known yet. */
  again(): EntraError {
    return this.#with({});
  }

  #with(known: EntraErrorDetails): EntraError {
    const copy = new this.#kind(this.code, this.message, { ...this.#details, ...known });
    if (this.stack !== undefined) copy.stack = this.stack;
    return copy;
  }
}

/** Too much at once: to be answered with 429. */
export class EntraLimitError extends EntraError {}

/** The answer belongs to no sign-in of this browser, or is not of the form that was asked for: start again. */
export class EntraResponseError extends EntraError {}

/** A token that must not be believed. Never the person's fault; worth an alarm. */
export class EntraTokenError extends EntraError {}

/** Entra or Graph said no, and asking again gives the same. */
export class EntraDeniedError extends EntraError {}

/** A code or refresh token that is used up, expired or revoked: drop what came of it and sign in anew; never retry it. */
export class EntraGrantError extends EntraError {}

/** The configuration, the registration or the permissions have to be changed. */
export class EntraSetupError extends EntraError {}

/** A host does not answer as it does on other days: try again later. */
export class EntraUnavailableError extends EntraError {}

/** One more interactive round at Entra can mend it. The flow above decides; after one round it refuses. */
export class EntraInteractionError extends EntraError {
  /** What the next authorization request has to carry. */
  readonly challenge: InteractionRequest;

  constructor(code: ErrorCode, message: string, details: EntraErrorDetails = {}) {
    super(code, message, { actor: 'person', ...details });
    this.challenge = details.challenge ?? {};
  }
}
