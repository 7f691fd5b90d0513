import type { Change, Kind, Store } from '../store/store.ts';
import type { SignInRecord } from './record.ts';
import type { EndedBy, SessionEnd } from './sessions.ts';

const SIGN_IN: Kind<SignInRecord> = { name: 'sign-in', sealed: false, indexes: [] };

/** How a session of a sign-in ended. */
export interface SessionEndRecord {
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly reason: SessionEnd;
  /** The extension that ended it; null when none did. */
  readonly by: EndedBy | null;
}

const SESSION_END: Kind<SessionEndRecord> = { name: 'session-end', sealed: false, indexes: [] };

/** The records of sign-ins, for as long as `explain.retention` says. */
export interface SignInRecords {
  /** The change that keeps a record, to be committed with what the sign-in made. */
  put(record: SignInRecord): Change;
  get(id: string): Promise<SignInRecord | undefined>;
  /** The change that keeps how the session of a sign-in ended. */
  putEnd(signIn: string, end: SessionEndRecord): Change;
  /** Undefined while the session lives, and where there was none. */
  getEnd(signIn: string): Promise<SessionEndRecord | undefined>;
}

/** @param retentionMs Unit: milliseconds. */
export function createSignInRecords(store: Store, retentionMs: number): SignInRecords {
  return {
    put: (record) => ({
      op: 'put',
      kind: SIGN_IN,
      id: record.id,
      value: record,
      expiresAt: record.endedAt + retentionMs,
    }),
    async get(id) {
      return (await store.get(SIGN_IN, id))?.value;
    },
    putEnd: (id, value) => ({
      op: 'put',
      kind: SESSION_END,
      id,
      value,
      expiresAt: value.at + retentionMs,
    }),
    async getEnd(id) {
      return (await store.get(SESSION_END, id))?.value;
    },
  };
}
