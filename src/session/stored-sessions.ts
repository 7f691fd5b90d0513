import { hash } from 'node:crypto';

import type { TokenMetadata } from '../../sandbox/contract.ts';
import { isLately, type Clock } from '../clock.ts';
import type { AuthenticationConfig, ServiceConfig } from '../config/config.ts';
import { isEntradaError } from '../errors.ts';
import type { EntradaError } from '../errors.ts';
import type { Change, Kind, Store, StoredRecord } from '../store/store.ts';
import { newSessionCookie, sessionIdOf } from './cookie.ts';
import type { Session } from './session.ts';
import type {
  CreatedSession,
  EndedBy,
  ListedSession,
  NewSession,
  Reach,
  ServiceRef,
  SessionEnd,
  SessionPage,
  Sessions,
} from './sessions.ts';
import type { TokenMarks, TokenVault } from './token-vault.ts';

/** What `createSessions` needs. */
export interface SessionOptions {
  readonly store: Store;
  readonly vault: TokenVault;
  readonly clock: Clock;
  /** Unit: milliseconds. */
  readonly idleMs: number;
  /** Unit: milliseconds. */
  readonly absoluteMs: number;
  readonly services: readonly ServiceConfig[];
  readonly methods: readonly AuthenticationConfig[];
  /** What to write in the same commit when a session is ended: the events of it. */
  readonly ended?: (session: Session, reason: SessionEnd, by: EndedBy | null) => readonly Change[];
  /** Whether something in the background still needs the tokens of a session that is over. */
  readonly leased?: (id: string) => Promise<boolean>;
  /** Told of a session that does not open any more, whose person is then not signed in, and of a store that takes no writes. */
  readonly report?: (error: EntradaError) => void;
}

/** Sessions at rest. Those whose time is over are removed by `endExpired`, which tells of them. */
export const SESSION: Kind<Session> = {
  name: 'session',
  sealed: true,
  indexes: ['person', 'sid'],
  cached: true,
};

/** A record that no configured key opens. */
const UNREADABLE = Symbol('unreadable');

/** Sessions whose time is over are looked at so many at a time. */
const EXPIRED_BATCH = 100;

/** A session's end is moved when this much of its idle time is gone, so that most checks only read. */
const TOUCH_AFTER_MS = 60_000;

/** A store that cannot be written is left alone for so long: waiting for its lock would hold up everybody. */
const UNWRITABLE_MS = 30_000;

/** Keeps sessions in the store, in the lifetimes of the configuration. */
export function createSessions(options: SessionOptions): Sessions {
  return new StoredSessions(options);
}

class StoredSessions implements Sessions {
  readonly #options: SessionOptions;
  readonly #generations: ReadonlyMap<string, string>;
  /** When the store took no write last. Unit: milliseconds since 1970-01-01 UTC. */
  #unwritableAt = Number.NEGATIVE_INFINITY;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#generations = new Map(options.methods.map((one) => [one.id, generationOf(one)]));
  }

  create(given: NewSession): CreatedSession {
    const { clock, vault } = this.#options;
    const { id, cookie } = newSessionCookie();
    const { tokenSet, idleMs, absoluteMs, service, ...known } = given;
    const session: Session = {
      ...known,
      id,
      service: { type: service.type, path: service.path },
      generation: this.#generations.get(given.method) ?? '',
      createdAt: clock(),
      endsAt: clock() + shorter(absoluteMs, this.#options.absoluteMs),
      idleMs: shorter(idleMs, this.#options.idleMs),
    };
    const expiresAt = idleEnd(session, clock());
    const changes = [putOf(session, expiresAt)];
    if (tokenSet !== null) {
      const { method, principal } = given;
      const marks = outlivesSession(session) ? { marks: marksOf(session) } : {};
      const held = { method, person: principal, tokens: tokenSet, ...marks };
      changes.push(vault.put(id, held, leaseEnd(session, expiresAt)));
    }
    return { session, cookie, changes };
  }

  async check(service: ServiceRef, cookie: string | undefined): Promise<Session | undefined> {
    const id = sessionIdOf(cookie);
    const record = id === undefined ? undefined : await this.#read(id);
    if (record === undefined || record === UNREADABLE || !isAt(record.value, service)) {
      return undefined;
    }
    if (!this.#isConfigured(record.value)) {
      await this.end(record.id, 'configuration');
      return undefined;
    }
    if (this.#isDue(record)) await this.#keepAlive(record);
    return record.value;
  }

  checkNow(service: ServiceRef, cookie: string | undefined): Session | undefined {
    const id = sessionIdOf(cookie);
    const record = id === undefined ? undefined : this.#options.store.peek(SESSION, id);
    if (record === undefined || !isAt(record.value, service)) return undefined;
    return this.#isConfigured(record.value) && !this.#isDue(record) ? record.value : undefined;
  }

  async withTokens(id: string, tokens: readonly TokenMetadata[]): Promise<readonly Change[]> {
    const record = await this.#read(id);
    if (record === undefined || record === UNREADABLE) return [];
    const known = tokens.map(({ resource, scopes, expiresAt }) => ({
      resource,
      scopes,
      expiresAt,
    }));
    return [{ op: 'replace', ...contentOf({ ...record.value, tokens: known }) }];
  }

  async end(id: string, reason: SessionEnd): Promise<boolean> {
    return (await this.#endAll([id], reason)) === 1;
  }

  async endBySid(sid: string, tid: string | null): Promise<number> {
    const ids = await this.#idsOf('sid', indexOf(sid));
    const ofTenant = ({ principal }: Session): boolean => tid === null || principal.tid === tid;
    return this.#endAll(ids, 'front_channel', { only: ofTenant });
  }

  async endByPerson(tid: string, oid: string): Promise<number> {
    const ids = await this.#idsOf('person', indexOf(tid, oid));
    return this.#endAll(ids, 'revoked');
  }

  async countWithin(reach: Reach): Promise<number> {
    return (await this.#within(reach)).length;
  }

  async endWithin(reach: Reach, by: EndedBy): Promise<number> {
    const [ids, over] = await Promise.all([this.#within(reach), this.#leasesWithin(reach)]);
    return this.#endAll([...ids, ...over], 'extension', { by });
  }

  async endExpired(): Promise<number> {
    const { store } = this.#options;
    const expired = await store.ended(SESSION, EXPIRED_BATCH);
    const changes = await Promise.all(expired.map((one) => this.#expiry(one)));
    await store.commit(changes.flat());
    return expired.length;
  }

  async release(id: string): Promise<void> {
    const { store, vault, leased } = this.#options;
    if ((await this.#read(id)) === undefined && !(await leased?.(id))) {
      await store.commit([vault.delete(id)]);
    }
  }

  async ofPerson(tid: string, oid: string): Promise<readonly ListedSession[]> {
    const ids = await this.#options.store.findIds(SESSION, 'person', indexOf(tid, oid));
    return this.#listed(ids);
  }

  async list(page: { readonly after?: string; readonly limit: number }): Promise<SessionPage> {
    const ids = await this.#options.store.listIds(SESSION, page);
    const next = ids.length < page.limit ? null : (ids.at(-1) ?? null);
    return { sessions: await this.#listed(ids), next };
  }

  async count(): Promise<number> {
    return this.#options.store.count(SESSION);
  }

  /** What does not open cannot sign anybody in. */
  async #read(id: string): Promise<StoredRecord<Session> | typeof UNREADABLE | undefined> {
    return this.#opened(() => this.#options.store.get(SESSION, id));
  }

  async #opened<Value>(read: () => Promise<Value>): Promise<Value | typeof UNREADABLE> {
    try {
      return await read();
    } catch (error) {
      if (!isEntradaError(error, 'STORE_UNREADABLE')) throw error;
      this.#options.report?.(error);
      return UNREADABLE;
    }
  }

  /** All in one commit; answers how many. What does not open is deleted, with no event: nobody can say whose it was. */
  async #endAll(
    ids: readonly string[],
    reason: SessionEnd,
    { only = () => true, by = null }: EndOptions = {},
  ): Promise<number> {
    const records = await Promise.all(ids.map((id) => this.#read(id)));
    const changes = records.flatMap((record, index) => {
      const id = ids[index];
      if (id === undefined || record === undefined) return [];
      if (record === UNREADABLE) return [this.#removal(id)];
      return only(record.value) ? [this.#removal(id, record.value, reason, by)] : [];
    });
    // What is left of sessions that are over already ends with those of the same sign-in.
    const leases = ids.filter((_, index) => records[index] === undefined);
    const over = leases.map((id) => this.#options.vault.delete(id));
    await this.#options.store.commit([...changes.flat(), ...over], { durable: true });
    return changes.length;
  }

  /** Sessions, and those that are over and whose tokens are still needed. */
  async #idsOf(mark: 'person' | 'sid', value: string): Promise<readonly string[]> {
    const { store, vault } = this.#options;
    const [ids, leases] = await Promise.all([
      store.findIds(SESSION, mark, value),
      vault.marked(mark, value),
    ]);
    return [...new Set([...ids, ...leases])];
  }

  /** Ids of sessions that are not over. */
  async #within(reach: Reach): Promise<readonly string[]> {
    const { tid, oid } = reach;
    const ids = await this.#options.store.findIds(SESSION, 'person', indexOf(tid, oid));
    const records = await Promise.all(ids.map((id) => this.#read(id)));
    return records.flatMap((record) =>
      record && record !== UNREADABLE && isWithin(record.value, reach) ? [record.id] : [],
    );
  }

  /** Ids of sessions that are over and whose tokens are still needed; none of them when one sign-in is meant. */
  async #leasesWithin({ tid, oid, methods, signIn }: Reach): Promise<readonly string[]> {
    if (signIn !== null) return [];
    const { store, vault } = this.#options;
    const marked = await vault.marked('person', indexOf(tid, oid));
    const living = new Set(await store.findIds(SESSION, 'person', indexOf(tid, oid)));
    const over = marked.filter((id) => !living.has(id));
    const of = await Promise.all(over.map((id) => this.#methodOfLease(id)));
    return over.filter((_, index) => {
      const method = of[index];
      return method === UNREADABLE || methods.includes(method ?? '');
    });
  }

  /** Of tokens that do not open nobody can say it; when their key comes back, they must not come back with it. */
  async #methodOfLease(id: string): Promise<string | typeof UNREADABLE | undefined> {
    const held = await this.#opened(() => this.#options.vault.get(id));
    return held === UNREADABLE ? held : held?.method;
  }

  #removal(
    id: string,
    session?: Session,
    reason: SessionEnd = 'expired',
    by: EndedBy | null = null,
  ): readonly Change[] {
    return [this.#deletion(id, session, reason, by), this.#options.vault.delete(id)];
  }

  /** Of several that end a session at the same time, one tells of it. */
  #deletion(
    id: string,
    session: Session | undefined,
    reason: SessionEnd,
    by: EndedBy | null = null,
  ): Change {
    const followedBy = (session && this.#options.ended?.(session, reason, by)) ?? [];
    return { op: 'delete', kind: SESSION, id, followedBy };
  }

  async #expiry({
    id,
    value,
  }: {
    readonly id: string;
    readonly value: Session | undefined;
  }): Promise<readonly Change[]> {
    if (!(await this.#options.leased?.(id))) return this.#removal(id, value);
    return [this.#deletion(id, value, 'expired')];
  }

  /** Most checks come within a minute of the one before, and write nothing. */
  #isDue({ value, expiresAt }: StoredRecord<Session>): boolean {
    const now = this.#options.clock();
    if (isLately(this.#unwritableAt, UNWRITABLE_MS, now)) return false;
    const gained = idleEnd(value, now) - expiresAt;
    return gained >= Math.min(TOUCH_AFTER_MS, value.idleMs / 10) && gained > 0;
  }

  /** A full disk or a lock signs nobody out: the session then ends when it would have without this use. */
  async #keepAlive(record: StoredRecord<Session>): Promise<void> {
    try {
      await this.#moveEnd(record);
    } catch (error) {
      if (!isEntradaError(error, 'STORE_UNAVAILABLE')) throw error;
      this.#unwritableAt = this.#options.clock();
      this.#options.report?.(error);
    }
  }

  /** The tokens first: they must not end before their session. */
  async #moveEnd({ id, value }: StoredRecord<Session>): Promise<void> {
    const { store, vault, clock } = this.#options;
    const moved = idleEnd(value, clock());
    await vault.touch(id, leaseEnd(value, moved));
    await store.touch(SESSION, id, moved);
  }

  #isConfigured({ service, method, generation }: Session): boolean {
    if (this.#generations.get(method) !== generation) return false;
    return this.#options.services.some(
      (one) =>
        one.type === service.type &&
        one.path === service.path &&
        (one.authentications.length === 0 || one.authentications.includes(method)),
    );
  }

  /** Each is opened by itself: one that does not open must hide none of the others. */
  async #listed(ids: readonly string[]): Promise<readonly ListedSession[]> {
    const records = await Promise.all(ids.map((id) => this.#read(id)));
    return records
      .filter((record) => record !== undefined && record !== UNREADABLE)
      .filter(({ value }) => this.#isConfigured(value))
      .map(({ value, expiresAt }) => ({ session: value, expiresAt }));
  }
}

interface EndOptions {
  /** Default: all. */
  readonly only?: (session: Session) => boolean;
  readonly by?: EndedBy | null;
}

/** The console has to stay open whatever an extension does. */
const isWithin = (session: Session, { methods, signIn }: Reach): boolean =>
  session.service.type !== 'management-console' &&
  methods.includes(session.method) &&
  (signIn === null || session.signIn === signIn);

const isAt = (session: Session, service: ServiceRef): boolean =>
  session.service.type === service.type && session.service.path === service.path;

const idleEnd = (session: Session, now: number): number =>
  Math.min(session.endsAt, now + session.idleMs);

/** Only tokens that may be there without their session need to be found without it. */
const outlivesSession = ({ leasedUntil }: Session): boolean => leasedUntil !== undefined;

/** Tokens live as long as their session, and as long as something in the background may need them. */
const leaseEnd = ({ leasedUntil = 0 }: Session, expiresAt: number): number =>
  Math.max(expiresAt, leasedUntil);

const shorter = (asked: number | undefined, most: number): number =>
  Math.max(0, Math.min(asked ?? most, most));

/** Index values stand in clear in the database: a stolen one does not say who is signed in. */
const indexOf = (...parts: readonly string[]): string =>
  hash('sha256', JSON.stringify(parts), 'base64url');

/** Another tenant or application behind the same id is another method, and so is another extension. */
const generationOf = (method: AuthenticationConfig): string =>
  hash('sha256', JSON.stringify(authorityOf(method)), 'base64url');

const authorityOf = (method: AuthenticationConfig): readonly string[] =>
  method.type === 'entra-id'
    ? [method.directoryId, method.applicationId]
    : [method.type, method.extension];

const putOf = (session: Session, expiresAt: number): Change => ({
  op: 'put',
  expiresAt,
  ...contentOf(session),
});

function marksOf({ principal: { tid, oid }, sid }: Session): TokenMarks {
  return { person: indexOf(tid, oid), ...(sid !== null && { sid: indexOf(sid) }) };
}

function contentOf(session: Session): Omit<Change & { op: 'put' }, 'op' | 'expiresAt'> {
  return { kind: SESSION, id: session.id, value: session, indexes: { ...marksOf(session) } };
}
