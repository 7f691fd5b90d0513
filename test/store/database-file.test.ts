import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import test from 'ava';

import { openSqlite } from '../../src/store/sqlite.ts';
import { StoreError } from '../../src/store/store-error.ts';
import type { Kind, Store } from '../../src/store/store.ts';
import { openTestStore, storeKey, testClock } from '../_support/open-store.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const NOTE: Kind<string> = { name: 'note', sealed: false, indexes: [] };

const open = (path: string): Store =>
  openSqlite(path, { keys: [storeKey('k')], clock: testClock() });
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const foreign = { instanceOf: StoreError, code: 'STORE_FOREIGN' };

test('the store creates its folder for the owner alone, and its files too', async (t) => {
  const folder = join(temporaryFolder(t), 'deep', 'var');
  const clock = testClock();
  const store = openTestStore(t, { path: join(folder, 'entrada.db'), clock });
  await store.commit([{ op: 'put', kind: NOTE, id: 'a', value: 'x', expiresAt: clock.now + 9 }]);
  t.is(mode(folder), '700');
  for (const file of ['entrada.db', 'entrada.db-wal', 'entrada.db-shm']) {
    t.is(mode(join(folder, file)), '600', file);
  }
});

test('a database file that others may read is closed to them', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  await open(path)[Symbol.asyncDispose]();
  chmodSync(path, 0o644);
  openTestStore(t, { path });
  t.is(mode(path), '600');
});

test('a file that is no database is refused and left as it is', (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  writeFileSync(path, 'version: 1\n'.repeat(200));
  const error = t.throws(() => open(path), foreign);
  t.true(error?.message.includes(path));
  t.is(readFileSync(path, 'utf8'), 'version: 1\n'.repeat(200));
});

test('a database of another program is refused and left as it is', (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE people (name TEXT)');
  database.close();
  const before = readFileSync(path);
  t.throws(() => open(path), foreign);
  t.deepEqual(readFileSync(path), before);
});

test('a database of a newer release is refused', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  await open(path)[Symbol.asyncDispose]();
  const database = new DatabaseSync(path);
  database.exec('INSERT INTO migration VALUES (99, 0)');
  database.close();
  t.throws(() => open(path), foreign);
});

test('a database without its history of versions is refused', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  await open(path)[Symbol.asyncDispose]();
  const database = new DatabaseSync(path);
  database.exec('DELETE FROM migration');
  database.close();
  t.throws(() => open(path), foreign);
});

test('a database that lost its pages is damaged', async (t) => {
  const given = { path: join(temporaryFolder(t), 'entrada.db'), clock: testClock() };
  const store = openTestStore(t, given);
  const value = 'x'.repeat(4000);
  const expiresAt = given.clock.now + 1000;
  const puts = Array.from({ length: 50 }, (_, index) => ({ id: String(index), value, expiresAt }));
  await store.commit(puts.map((put) => ({ op: 'put', kind: NOTE, ...put })));
  await store[Symbol.asyncDispose]();
  truncateSync(given.path, 4096 * 12);
  const damaged = { instanceOf: StoreError, code: 'STORE_DAMAGED' };
  await t.throwsAsync(async () => openTestStore(t, given).list(NOTE, { limit: 100 }), damaged);
});

/** A database as the version before indexes stood in their records left it. */
const VERSION_3 = `
  CREATE TABLE migration (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT;
  INSERT INTO migration VALUES (1, 0), (2, 0), (3, 0);
  CREATE TABLE record (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, expires_at INTEGER NOT NULL,
    key TEXT, value ANY NOT NULL, UNIQUE (kind, id)) STRICT;
  CREATE INDEX record_end ON record (kind, expires_at);
  CREATE TABLE record_index (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    record INTEGER NOT NULL REFERENCES record (number) ON DELETE CASCADE,
    PRIMARY KEY (kind, name, value, record)) STRICT, WITHOUT ROWID;
  CREATE INDEX record_index_of ON record_index (record);
  CREATE TABLE message (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL, lane TEXT NOT NULL, subject TEXT,
    state TEXT NOT NULL, created_at INTEGER NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0, holder TEXT, held_until INTEGER NOT NULL DEFAULT 0, failure TEXT,
    key TEXT NOT NULL, value BLOB NOT NULL) STRICT;
  PRAGMA application_id = 0x456e7472;
  PRAGMA foreign_keys = ON;`;

/** Kinds of that version, as far as they are found by something. */
const OLD_KINDS: readonly Kind<string>[] = [
  { name: 'session', sealed: false, indexes: ['person', 'sid'] },
  { name: 'session-tokens', sealed: false, indexes: ['person', 'sid', 'due'] },
  { name: 'extension-kv', sealed: false, indexes: ['extension'] },
  { name: 'background-run', sealed: false, indexes: ['sign-in'] },
];

test('records of an earlier release are found by what they were found by', async (t) => {
  const given = { path: join(temporaryFolder(t), 'entrada.db'), clock: testClock() };
  const database = new DatabaseSync(given.path);
  database.exec(VERSION_3);
  const put = database.prepare(`INSERT INTO record VALUES (?, ?, 'a', ?, NULL, '"x"')`);
  const index = database.prepare('INSERT INTO record_index VALUES (?, ?, ?, ?)');
  for (const [number, { name, indexes }] of OLD_KINDS.entries()) {
    put.run(number, name, given.clock.now + 1000);
    for (const one of indexes) index.run(name, one ?? '', `${one} of ${name}`, number);
  }
  database.close();
  const store = openTestStore(t, given);
  const wanted = OLD_KINDS.flatMap((kind) => kind.indexes.map((one) => ({ kind, one: one ?? '' })));
  for (const { kind, one } of wanted) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a failure says which
    t.deepEqual(await store.findIds(kind, one, `${one} of ${kind.name}`), ['a'], one);
  }
});

test('a migration that fails leaves nothing of itself', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const clock = (): number => {
    throw new RangeError('no time');
  };
  t.throws(() => openSqlite(path, { keys: [], clock }), { instanceOf: RangeError });
  const database = new DatabaseSync(path);
  t.deepEqual(database.prepare('SELECT name FROM sqlite_schema').all(), []);
  database.close();
  await t.notThrowsAsync(openTestStore(t, { path }).ping());
});

test('a folder that cannot be made is STORE_UNAVAILABLE', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'var'), '');
  t.throws(() => open(join(folder, 'var', 'entrada.db')), {
    instanceOf: StoreError,
    code: 'STORE_UNAVAILABLE',
  });
});

test('a path that is a folder is STORE_UNAVAILABLE', (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  mkdirSync(path);
  const error = t.throws(() => open(path), { instanceOf: StoreError, code: 'STORE_UNAVAILABLE' });
  t.regex(error?.next ?? '', /name a file/);
});

test('the error of a locked database says what to check', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const clock = testClock();
  const store = openTestStore(t, { path, clock, busyTimeoutMs: 20 });
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const put = { op: 'put', kind: NOTE, id: 'a', value: 'x', expiresAt: clock.now + 9 } as const;
  const error = await t.throwsAsync(store.commit([put]), { code: 'STORE_UNAVAILABLE' });
  t.truthy(error instanceof StoreError && error.next);
  other.exec('ROLLBACK');
  other.close();
  await t.notThrowsAsync(store.commit([put]), 'the store goes on when the lock is gone');
});

test('a new file that another process reads all the time is STORE_UNAVAILABLE', (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const other = new DatabaseSync(path);
  other.exec('BEGIN; SELECT * FROM sqlite_master');
  t.throws(() => openTestStore(t, { path, busyTimeoutMs: 20 }), {
    instanceOf: StoreError,
    code: 'STORE_UNAVAILABLE',
  });
  other.exec('COMMIT');
  other.close();
  t.notThrows(() => openTestStore(t, { path, busyTimeoutMs: 20 }));
});
