import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';

import type { Clock } from '../clock.ts';
import type { StoreKey } from '../config/config.ts';
import { Secret } from '../config/secret.ts';
import { isEntradaError } from '../errors.ts';
import { emptyLog, IN_MEMORY, openDatabase, withoutWaiting } from './database-file.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { RecordCache } from './record-cache.ts';
import { createSealer } from './seal.ts';
import { SqliteQueue } from './sqlite-queue.ts';
import type { Sealer } from './seal.ts';
import { prepareStatements, readNumber, readRow, readText } from './statements.ts';
import type { Row, Statements } from './statements.ts';
import { StoreError, toStoreError } from './store-error.ts';
import type { Change, Kind, Store, StoredRecord } from './store.ts';

/** What `openSqlite` needs. */
export interface SqliteOptions {
  /** The first seals, all open. */
  readonly keys: readonly StoreKey[];
  readonly clock: Clock;
  /** How long a call waits for a lock of another process. Unit: milliseconds. Default 5000; writes take well under 1. */
  readonly busyTimeoutMs?: number;
}

/** A record in memory, with the kind that says what it is. */
interface Kept<Value> {
  readonly kind: Kind<never>;
  readonly record: StoredRecord<Value>;
}

type Put = Extract<Change, { op: 'put' }>;
type Replace = Extract<Change, { op: 'replace' }>;

/** Most ended records that one call of `purge` removes: a few milliseconds of work. */
const PURGE_BATCH = 500;

/** Records of each generation of the cache. A session is about 4 kB in memory: 40 MB for both, when all are used. */
const CACHE_LIMIT = 5000;

/**
 * Opens the store in one SQLite file. Several processes may use one file. Calls are synchronous inside, of 10 to 30 µs;
 * the interface is asynchronous for stores that are not.
 *
 * @param path Absolute path of the file; created with its folder when missing.
 * @throws {StoreError} `STORE_UNAVAILABLE`, `STORE_FOREIGN`, `STORE_DAMAGED`, and `STORE_UNREADABLE` for a key that is not
 *   32 bytes.
 */
export function openSqlite(path: string, options: SqliteOptions): Store {
  const { keys, clock, busyTimeoutMs = 5000 } = options;
  const sealer = createSealer(keys);
  const database = openDatabase(path, clock, busyTimeoutMs);
  return new SqliteStore({ database, path, sealer, clock, busyTimeoutMs });
}

/** A store that is gone when it is closed: for tests of extensions. */
export function openInMemory(clock: Clock): Store {
  const key: StoreKey = { id: 'memory', secret: new Secret(randomBytes(32).toString('base64')) };
  return openSqlite(IN_MEMORY, { keys: [key], clock });
}

/** What a store works with. */
interface SqliteParts {
  readonly database: DatabaseSync;
  readonly path: string;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly busyTimeoutMs: number;
}

class SqliteStore implements Store {
  readonly #cache = new RecordCache<Kept<unknown>>(CACHE_LIMIT);
  /** What the transaction that runs has put, for the cache; mostly somebody asks for it next. */
  readonly #fresh = new Map<string, Kept<unknown>>();
  readonly #clock: Clock;
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #sealer: Sealer;
  readonly #busyTimeoutMs: number;
  readonly #sql: Statements;
  readonly queue: SqliteQueue;
  /** Changes when another connection commits. */
  #version: number;
  #hasLooked = false;
  /** What failed last may have been a write: that the database can be read says nothing of the next one. */
  #hasFailed = false;

  constructor({ database, path, sealer, clock, busyTimeoutMs }: SqliteParts) {
    this.#database = database;
    this.#path = path;
    this.#sealer = sealer;
    this.#clock = clock;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#sql = prepareStatements(database);
    this.#version = readNumber(this.#sql.version.get());
    this.queue = new SqliteQueue({
      database,
      sealer,
      clock,
      read: (work) => this.#try(work),
      transaction: (work, durable) => this.#transaction(work, durable),
      apply: (changes) => this.#apply(changes),
    });
  }

  async get<Value>(kind: Kind<Value>, id: string): Promise<StoredRecord<Value> | undefined> {
    return this.#try(() => (kind.cached ? this.#getCached(kind, id) : this.#read(kind, id)));
  }

  peek<Value>(kind: Kind<Value>, id: string): StoredRecord<Value> | undefined {
    return this.#try(() => this.#kept(kind, cacheKey(kind, id)));
  }

  async take<Value>(kind: Kind<Value>, id: string): Promise<StoredRecord<Value> | undefined> {
    return this.#transaction(() => {
      this.#forget(kind, id);
      const row = this.#sql.take.get(kind.name, id, this.#clock());
      return row === undefined ? undefined : this.#decode(kind, readRow(row));
    });
  }

  async find<Value>(
    kind: Kind<Value>,
    index: string,
    value: string,
  ): Promise<readonly StoredRecord<Value>[]> {
    const statement = this.#sql.find[placeOf(kind, index)];
    return this.#try(() =>
      (statement?.all(kind.name, value, this.#clock()) ?? []).map((row) =>
        this.#decode(kind, readRow(row)),
      ),
    );
  }

  async findIds(kind: Kind<never>, index: string, value: string): Promise<readonly string[]> {
    const statement = this.#sql.findIds[placeOf(kind, index)];
    return this.#try(() =>
      (statement?.all(kind.name, value, this.#clock()) ?? []).map((row) => readText(row)),
    );
  }

  async list<Value>(
    kind: Kind<Value>,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly StoredRecord<Value>[]> {
    return this.#try(() =>
      this.#sql.list
        .all(kind.name, page.after ?? '', this.#clock(), page.limit)
        .map((row) => this.#decode(kind, readRow(row))),
    );
  }

  async listIds(
    kind: Kind<never>,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly string[]> {
    return this.#try(() =>
      this.#sql.listIds
        .all(kind.name, page.after ?? '', this.#clock(), page.limit)
        .map((row) => readText(row)),
    );
  }

  async count(kind: Kind<never>): Promise<number> {
    return this.#try(() => readNumber(this.#sql.count.get(kind.name, this.#clock())));
  }

  async commit(
    changes: readonly Change[],
    options: { readonly durable?: boolean } = {},
  ): Promise<void> {
    if (changes.length === 0) return;
    this.#transaction(
      () => this.#apply(changes),
      options.durable === true || changes.some(hasMessage),
    );
  }

  async touch(kind: Kind<never>, id: string, expiresAt: number): Promise<boolean> {
    return this.#try(() => {
      this.#forget(kind, id);
      return this.#sql.touch.run(expiresAt, kind.name, id, this.#clock()).changes === 1;
    });
  }

  async purge(except?: Kind<never>): Promise<number> {
    return this.#try(() => {
      const kept = except?.name ?? '';
      const purged = Number(this.#sql.purge.run(kept, this.#clock(), PURGE_BATCH).changes);
      if (purged === 0) emptyLog(this.#database, this.#busyTimeoutMs);
      return purged;
    });
  }

  async ended<Value>(
    kind: Kind<Value>,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly value: Value | undefined }[]> {
    return this.#try(() =>
      this.#sql.ended.all(kind.name, this.#clock(), limit).map((row) => {
        const { id, expiresAt, content } = readRow(row);
        return { id, value: this.#decodeIfReadable(kind, { id, expiresAt, content })?.value };
      }),
    );
  }

  async ping(): Promise<void> {
    this.#try(() => this.#sql.ping.get());
    if (this.#hasFailed) this.#tryToWrite();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cache.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #tryToWrite(): void {
    this.#try(() => {
      withoutWaiting(this.#database, this.#busyTimeoutMs, () => this.#sql.probe.run());
      this.#hasFailed = false;
    });
  }

  #getCached<Value>(kind: Kind<Value>, id: string): StoredRecord<Value> | undefined {
    const key = cacheKey(kind, id);
    const kept = this.#kept(kind, key);
    if (kept !== undefined) return kept;
    const record = this.#read(kind, id);
    if (record !== undefined) this.#cache.set(key, { kind, record: deepFreeze(record) });
    return record;
  }

  /** A record in memory that is as the database has it, and has not ended. */
  #kept<Value>(kind: Kind<Value>, key: string): StoredRecord<Value> | undefined {
    this.#forgetWhenOthersWrote();
    const kept = this.#cache.get(key);
    return isOf(kind, kept) && kept.record.expiresAt > this.#clock() ? kept.record : undefined;
  }

  /**
   * Asking costs two system calls, and under load many reads come in one turn of the event loop: the first one asks for
   * all. A change of another process is seen in the next turn at the latest.
   */
  #forgetWhenOthersWrote(): void {
    if (this.#hasLooked) return;
    this.#hasLooked = true;
    setImmediate(() => (this.#hasLooked = false));
    const version = readNumber(this.#sql.version.get());
    if (version !== this.#version) this.#cache.clear();
    this.#version = version;
  }

  #read<Value>(kind: Kind<Value>, id: string): StoredRecord<Value> | undefined {
    const row = this.#sql.get.get(kind.name, id, this.#clock());
    return row === undefined ? undefined : this.#decode(kind, readRow(row));
  }

  #decode<Value>(kind: Kind<Value>, { id, expiresAt, content }: Row): StoredRecord<Value> {
    const text = this.#open(kind, id, content);
    return { id, value: JSON.parse(text), expiresAt };
  }

  #decodeIfReadable<Value>(kind: Kind<Value>, row: Row): StoredRecord<Value> | undefined {
    try {
      return this.#decode(kind, row);
    } catch (error) {
      if (isEntradaError(error, 'STORE_UNREADABLE')) return undefined;
      throw error;
    }
  }

  /** What should be sealed and is not was written by somebody who has no key. */
  #open(kind: Kind<never>, id: string, content: Row['content']): string {
    const sealed = 'key' in content;
    if (sealed !== kind.sealed) throw mismatch(kind);
    return sealed ? this.#sealer.open({ kind: kind.name, id }, content) : content.text;
  }

  #apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.op === 'put') this.#put(change);
      else if (change.op === 'replace') this.#replace(change);
      else if (change.op === 'append') this.queue.append(change.message);
      else if (this.#delete(change.kind, change.id)) this.#apply(change.followedBy ?? []);
    }
  }

  #put({ kind, id, value, expiresAt, indexes = {}, ifAbsent = false, ifValue }: Put): void {
    const mustBeNew = ifAbsent && ifValue === undefined;
    if (ifValue !== undefined) this.#require(kind, id, ifValue, ifAbsent);
    const text = JSON.stringify(value);
    const content = this.#contentOf(kind, id, text);
    const row = [kind.name, id, expiresAt, ...content, ...placed(kind, indexes)] as const;
    const { changes } = mustBeNew
      ? this.#sql.putIfAbsent.run(...row, this.#clock())
      : this.#sql.put.run(...row);
    if (changes === 0) throw conflict(kind, 'exists');
    this.#forget(kind, id);
    if (kind.cached) this.#remember(kind, { id, value: JSON.parse(text), expiresAt });
  }

  #remember(kind: Kind<never>, record: StoredRecord<unknown>): void {
    this.#fresh.set(cacheKey(kind, record.id), { kind, record: deepFreeze(record) });
  }

  #forget(kind: Kind<never>, id: string): void {
    if (!kind.cached) return;
    this.#cache.delete(cacheKey(kind, id));
    this.#fresh.delete(cacheKey(kind, id));
  }

  #require(kind: Kind<never>, id: string, value: unknown, orAbsent: boolean): void {
    const record = this.#read(kind, id);
    if (record === undefined && orAbsent) return;
    if (!isDeepStrictEqual(record?.value, value)) throw conflict(kind, 'has changed');
  }

  #replace({ kind, id, value, indexes = {} }: Replace): void {
    const content = this.#contentOf(kind, id, JSON.stringify(value));
    const placedIndexes = placed(kind, indexes);
    this.#sql.replace.run(...content, ...placedIndexes, kind.name, id, this.#clock());
    this.#forget(kind, id);
  }

  /** Key and value of a row. */
  #contentOf(
    kind: Kind<never>,
    id: string,
    text: string,
  ): readonly [string | null, string | Uint8Array] {
    if (!kind.sealed) return [null, text];
    const { key, bytes } = this.#sealer.seal({ kind: kind.name, id }, text);
    return [key, bytes];
  }

  /** False where there was none. */
  #delete(kind: Kind<never>, id: string): boolean {
    this.#forget(kind, id);
    return this.#sql.delete.run(kind.name, id).changes === 1;
  }

  /** Durable: the disk has it, and all that was committed before it, when this returns. */
  #transaction<Result>(work: () => Result, durable = false): Result {
    return this.#try(() => {
      if (durable) this.#database.exec('PRAGMA synchronous = FULL');
      try {
        this.#sql.begin.run();
        const result = work();
        this.#sql.commit.run();
        this.#hasFailed = false;
        for (const [key, kept] of this.#fresh) this.#cache.set(key, kept);
        return result;
      } finally {
        this.#fresh.clear();
        if (this.#database.isTransaction) this.#sql.rollback.run();
        if (durable) this.#database.exec('PRAGMA synchronous = NORMAL');
      }
    });
  }

  #try<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const known = toStoreError(error, this.#path);
      this.#hasFailed ||= isEntradaError(known, 'STORE_UNAVAILABLE');
      throw known;
    }
  }
}

/** True for what must be on the disk before anybody goes on. */
function hasMessage(change: Change): boolean {
  return (
    change.op === 'append' ||
    (change.op === 'delete' && (change.followedBy?.some(hasMessage) ?? false))
  );
}

const cacheKey = (kind: Kind<never>, id: string): string => `${kind.name}\n${id}`;

/** The same kind has the same type. */
function isOf<Value>(kind: Kind<Value>, kept: Kept<unknown> | undefined): kept is Kept<Value> {
  return kept?.kind === kind;
}

type Placed = [first: string | null, second: string | null, third: string | null];

/** The values of a kind's indexes, each in its column. */
function placed(kind: Kind<never>, indexes: { readonly [name: string]: string }): Placed {
  const values: Placed = [null, null, null];
  for (const [name, value] of Object.entries(indexes)) values[placeOf(kind, name)] = value;
  return values;
}

/** Asking for an index that the kind does not have is a fault of the program. */
function placeOf(kind: Kind<never>, name: string): number {
  const place = kind.indexes.indexOf(name);
  if (place !== -1) return place;
  throw new TypeError(`records of kind ${kind.name} have no index ${name}`);
}

function conflict(kind: Kind<never>, why: 'exists' | 'has changed'): StoreError {
  return new StoreError('STORE_CONFLICT', `a record of kind ${kind.name} with this id ${why}`);
}

function mismatch({ name, sealed }: Kind<never>): StoreError {
  const expected = sealed ? 'sealed, and is not' : 'in clear, and is sealed';
  return new StoreError('STORE_UNREADABLE', `a record of kind ${name} should be ${expected}`);
}
