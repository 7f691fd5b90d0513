import type { TokenMetadata } from '../../sandbox/contract.ts';
import type { TokenSet } from '../entra/identity.ts';
import type { Change } from '../store/store.ts';
import type { Session } from './session.ts';

/** A service, as a session remembers it. */
export type ServiceRef = Session['service'];

/** What is known when a session begins. */
export interface NewSession extends Pick<
  Session,
  'signIn' | 'method' | 'principal' | 'sid' | 'tokens' | 'address' | 'userAgent'
> {
  readonly service: ServiceRef;
  /** What the vault keeps for it; null when there is nothing to keep. */
  readonly tokenSet: TokenSet | null;
  /** Until when its tokens may be needed in the background. Unit: milliseconds since 1970-01-01 UTC. */
  readonly leasedUntil?: number;
  /** Lifetimes that an extension asked for; they only shorten. Unit: milliseconds. */
  readonly idleMs?: number;
  readonly absoluteMs?: number;
}

/** A session that exists as soon as `changes` are committed. */
export interface CreatedSession {
  readonly session: Session;
  /** Value of the cookie: the only time it is known. */
  readonly cookie: string;
  /** To be committed in one piece, with whatever else the sign-in writes. */
  readonly changes: readonly Change[];
}

/** A session that lives, and until when if it is not used. */
export interface ListedSession {
  readonly session: Session;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

/** Some of all sessions. */
export interface SessionPage {
  readonly sessions: readonly ListedSession[];
  /** To be given as `after`; null on the last page. */
  readonly next: string | null;
}

/** Why a session ended. */
export type SessionEnd =
  | 'sign_out'
  | 'front_channel'
  /** Its time was over. */
  | 'expired'
  | 'revoked'
  | 'configuration'
  /** The tenant does not let the person in any more. */
  | 'tenant'
  /** An extension ended it. */
  | 'extension';

/** The extension that ended a session, and the code that it gave. */
export interface EndedBy {
  readonly extension: string;
  readonly code: string;
}

/** Sessions of a person that an extension may end: those of the console never are. */
export interface Reach {
  readonly tid: string;
  readonly oid: string;
  /** Ids of methods. */
  readonly methods: readonly string[];
  /** Of this sign-in alone; null: of all. */
  readonly signIn: string | null;
}

/** The sessions of all services. */
export interface Sessions {
  create(session: NewSession): CreatedSession;
  /**
   * The session that a cookie names at a service; undefined when there is none, it has ended, belongs to another service,
   * or to a method or service that is no longer configured. Being asked keeps it alive.
   */
  check(service: ServiceRef, cookie: string | undefined): Promise<Session | undefined>;
  /**
   * The same at once, where all is in memory and nothing is to be written: for who is asked before every request of an
   * application. Undefined says nothing: `check` knows.
   */
  checkNow(service: ServiceRef, cookie: string | undefined): Session | undefined;
  /** The changes that tell a session of newer tokens; none when it has ended. */
  withTokens(id: string, tokens: readonly TokenMetadata[]): Promise<readonly Change[]>;
  /** Ends one; false when it had ended before. */
  end(id: string, reason: SessionEnd): Promise<boolean>;
  /** Ends all of a session at Entra, of one tenant where it is named; answers how many. */
  endBySid(sid: string, tid: string | null): Promise<number>;
  /** Ends all of a person; answers how many. */
  endByPerson(tid: string, oid: string): Promise<number>;
  /** How many an extension would end. */
  countWithin(reach: Reach): Promise<number>;
  /** Ends those, and what work in the background had left of others that are over; answers how many sessions. */
  endWithin(reach: Reach, by: EndedBy): Promise<number>;
  /** Does what is to be done about sessions whose time is over, some of them in a call; answers how many. */
  endExpired(): Promise<number>;
  /** Nothing in the background needs the tokens of a session any more: where it is over, they are. */
  release(id: string): Promise<void>;
  ofPerson(tid: string, oid: string): Promise<readonly ListedSession[]>;
  /** By id, ascending, after `after`. Fewer than `limit` does not mean that there are no more: `next` does. */
  list(page: { readonly after?: string; readonly limit: number }): Promise<SessionPage>;
  count(): Promise<number>;
}
