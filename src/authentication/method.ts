import type { BeginRequest, Begun } from '../entra/begin.ts';
import type { EndSessionRequest } from '../entra/end-session.ts';
import type { EntraError } from '../entra/entra-error.ts';
import type { FinishedSignIn } from '../entra/finish.ts';
import type { AuthorizationAnswer } from '../entra/response.ts';

/** A method of the chain that sends people elsewhere and is answered there. */
export interface InteractiveMethod {
  /** The AUTH-UUID. */
  readonly id: string;
  readonly type: string;
  /** Shown on the sign-in link. */
  readonly name: string;
  /**
   * Begins a sign-in.
   *
   * @throws {EntraError} As `EntraId.begin`.
   */
  begin(request: BeginRequest): Promise<Begun>;
  /** Judges the answer. Breakage other than the method's own is thrown. */
  finish(answer: AuthorizationAnswer): Promise<MethodVerdict>;
  /** Where the session there ends, too; null when it is left alone. */
  leave(request: EndSessionRequest): Promise<string | null>;
  /** Where an administrator consents for everybody; null when there is nothing to consent to. */
  readonly adminConsentUrl: string | null;
}

/** What a method says of an answer: who it is, or why nobody is let in. */
export type MethodVerdict =
  | { readonly verdict: 'accept'; readonly signedIn: FinishedSignIn }
  | { readonly verdict: 'reject'; readonly error: EntraError };
