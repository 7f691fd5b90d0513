import type { Change, Kind, Store } from '../store/store.ts';
import type { SignInRecord } from './record.ts';

const SIGN_IN: Kind<SignInRecord> = { name: 'sign-in', sealed: false, indexes: ['person'] };

/** The records of sign-ins, for as long as `explain.retention` says. */
export interface SignInRecords {
  /** The change that keeps a record, to be committed with what the sign-in made. */
  put(record: SignInRecord): Change;
  get(id: string): Promise<SignInRecord | undefined>;
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
      indexes: record.principal
        ? { person: `${record.principal.tid}/${record.principal.oid}` }
        : {},
    }),
    async get(id) {
      return (await store.get(SIGN_IN, id))?.value;
    },
  };
}
