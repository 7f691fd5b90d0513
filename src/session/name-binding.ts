import type { Principal } from '../../sandbox/contract.ts';
import type { Change, Kind, Store } from '../store/store.ts';

/** Whose a username is: names can be given to somebody else at Entra, object ids cannot. */
interface Binding {
  readonly tid: string;
  readonly oid: string;
}

const BINDING: Kind<Binding> = { name: 'username', sealed: false, indexes: [] };

/** A name that nobody signed in with for so long is free again. Unit: milliseconds. */
const KEPT_MS = 180 * 24 * 60 * 60 * 1000;

/** Its end is moved when this much of the time is gone, so that most sign-ins write nothing of it. Unit: milliseconds. */
const MOVED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Binds a username to the person who first signs in with it, so that an account that is later given the same name does
 * not get the first one's files. Names are compared without regard to case: file systems and reviewers confuse them.
 *
 * @returns The changes that keep the binding, none when it is kept already; undefined when the name is somebody else's. They
 *   fail when somebody else gets the name meanwhile.
 */
export async function bindName(
  principal: Pick<Principal, 'username' | 'tid' | 'oid'>,
  store: Store,
  now: number,
): Promise<readonly Change[] | undefined> {
  const id = principal.username.toLowerCase();
  const { tid, oid } = principal;
  const known = await store.get(BINDING, id);
  if (known && (known.value.tid !== tid || known.value.oid !== oid)) return undefined;
  if (known && known.expiresAt - now >= KEPT_MS) return [];
  const value: Binding = { tid, oid };
  const expiresAt = now + KEPT_MS + MOVED_AFTER_MS;
  return [{ op: 'put', kind: BINDING, id, value, expiresAt, ifAbsent: true, ifValue: value }];
}
