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

/** What an error of Entra carries beside its code and message. */
export interface EntraErrorDetails extends ErrorDetails {
  readonly actor?: Actor;
  /** Entra's or Graph's id of the exchange, for Microsoft's support. */
  readonly correlationId?: string;
  /** Number of Entra's error, as in 50105 of `AADSTS50105`. A hint for texts; nothing is decided on it. */
  readonly aadsts?: number;
}

/**
 * What every error of this folder extends: one subclass for each way of handling it. No message holds a code, a token, a
 * secret, a state, a nonce or a cookie.
 */
export class EntraError extends EntradaError {
  readonly actor: Actor;
  readonly aadsts: number | null;
  #correlationId: string | null;
  #signIn: KnownSignIn | null = null;
  #person: KnownPerson | null = null;

  constructor(code: ErrorCode, message: string, details: EntraErrorDetails = {}) {
    super(code, message, details);
    this.actor = details.actor ?? 'nobody';
    this.aadsts = details.aadsts ?? null;
    this.#correlationId = details.correlationId ?? null;
  }

  /** Entra's or Graph's id of the exchange that failed, or else of the sign-in; null when there is neither. */
  get correlationId(): string | null {
    return this.#correlationId;
  }

  /** Null until the answer was bound to a sign-in of this browser. */
  get signIn(): KnownSignIn | null {
    return this.#signIn;
  }

  /** Null until an ID token was verified. */
  get person(): KnownPerson | null {
    return this.#person;
  }

  /** Adds who signs in; the first knowledge stays. */
  concerning(person: KnownPerson): this {
    this.#person ??= person;
    return this;
  }

  /** Adds what is known of the sign-in; the first knowledge stays. */
  about(signIn: KnownSignIn, correlationId: string): this {
    this.#signIn ??= signIn;
    this.#correlationId ??= correlationId;
    return this;
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

  constructor(
    code: ErrorCode,
    message: string,
    challenge: InteractionRequest,
    details: EntraErrorDetails = {},
  ) {
    super(code, message, { actor: 'person', ...details });
    this.challenge = challenge;
  }
}

/** The parameters of an interactive round. */
export interface InteractionRequest {
  /** A claims request (OpenID Connect Core 1.0 section 5.5). */
  readonly claims?: JsonObject;
  readonly prompt?: 'login' | 'consent';
}
