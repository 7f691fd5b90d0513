import type { JsonObject } from '../../sandbox/contract.ts';
import type { Enqueued } from '../extensions/judge.ts';
import type { Change } from '../store/store.ts';
import type { SignInRecord } from './record.ts';
import type { Session } from './session.ts';
import type { EndedBy, SessionEnd } from './sessions.ts';

/** A sign-in that ended, as it is told to extensions. */
export interface EndedSignIn {
  readonly record: SignInRecord;
  /** Id of the session that it made; null when it made none. */
  readonly session: string | null;
  /** What extensions shared, by `name.key`. */
  readonly shared: JsonObject;
  /** What extensions left for themselves. */
  readonly enqueued: readonly Enqueued[];
}

/**
 * Where it is written down what extensions are to be told; the gateway wires it. Changes are committed with what they are
 * about, so that neither is there without the other.
 */
export interface Outbox {
  signInEnded(ended: EndedSignIn): readonly Change[];
  /** @param by The extension that ended it; null when none did. */
  sessionEnded(session: Session, reason: SessionEnd, by: EndedBy | null): readonly Change[];
  /**
   * Until when the tokens of a session that begins now may be needed in the background; null when nothing is to be done.
   *
   * @param enqueued How much extensions left for themselves.
   */
  leaseFor(method: string, enqueued: number): number | null;
}
