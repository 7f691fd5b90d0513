import type { ErrorCode } from '../errors.ts';
import type { ServiceConfig } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import type { Actor } from '../entra/entra-error.ts';
import type { Session } from './session.ts';

/** A person asks to sign in at a service by a method. */
export interface BeginSignIn {
  readonly service: ServiceConfig;
  /** Id of the method. */
  readonly method: string;
  /** Path on this gateway to go to afterwards; checked by the server. */
  readonly returnTo: string;
  readonly address: string;
  readonly userAgent: string;
}

/** Where to send the browser, and the cookie that binds the sign-in to it. */
export interface BegunSignIn {
  readonly url: string;
  readonly cookie: TransactionCookie;
}

/** Lives as long as the transaction; `SameSite=None`, because the answer is a POST from another site. */
export interface TransactionCookie {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
}

/** The answer of the tenant, as it arrived. */
export interface SignInAnswer {
  /** Id of the method, from the redirect URI. */
  readonly method: string;
  readonly transport: 'form_post' | 'query';
  /** Names and values in the order received, duplicates included. */
  readonly parameters: readonly (readonly [string, string])[];
  readonly cookies: { readonly [name: string]: string };
  readonly address: string;
  readonly userAgent: string;
}

/** How a sign-in ended. `clear` names the transaction's cookie, to be removed. */
export type SignInOutcome =
  | {
      readonly outcome: 'allowed';
      readonly id: string;
      readonly service: ServiceConfig;
      readonly returnTo: string;
      /** Value of the session cookie: the only time it is known. */
      readonly cookie: string;
      readonly clear: string | null;
    }
  | {
      readonly outcome: 'denied' | 'failed';
      readonly id: string;
      /** Null when the answer belongs to no sign-in that is known. */
      readonly service: ServiceConfig | null;
      readonly returnTo: string | null;
      readonly code: ErrorCode;
      /** The code of an extension's `deny(…)`: shown beside its message. */
      readonly denial?: string;
      /** A sentence for the person, from an extension; null: the page has its own for the code. */
      readonly message: string | null;
      /** Who can mend it; null: the code says it. */
      readonly actor: Actor | null;
      /** What the person, or the administrator whom they ask, has to do; null when there is nothing to say. */
      readonly advice: string | null;
      /** Where an administrator consents for everybody; null when consent is not what is missing. */
      readonly adminConsentUrl: string | null;
      readonly correlationId: string | null;
      readonly clear: string | null;
    }
  | {
      readonly outcome: 'challenged';
      readonly id: string;
      readonly begun: BegunSignIn;
      readonly clear: string;
    };

/** A person typed a username and a password. */
export interface PasswordSignIn {
  readonly service: ServiceConfig;
  /** Path on this gateway to go to afterwards; checked by the server. */
  readonly returnTo: string;
  /** As it was typed, but for spaces around it. */
  readonly username: string;
  readonly password: Secret;
  readonly address: string;
  readonly userAgent: string;
}

/** The way of a sign-in, from the link to the session, and out again. */
export interface SignInFlow {
  begin(request: BeginSignIn): Promise<BegunSignIn>;
  finish(answer: SignInAnswer): Promise<SignInOutcome>;
  /** Asks the methods of the service that take a username and a password, in the order of its chain. */
  authenticate(request: PasswordSignIn): Promise<SignInOutcome>;
  /**
   * Where a person who signed out here signs out of Entra, too; null when the method leaves that session alone, or the
   * tenant cannot be asked. Never rejects: the session here has ended already.
   *
   * @param state Comes back with the person.
   */
  leave(session: Session, state: string): Promise<string | null>;
}
