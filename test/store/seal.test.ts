import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import test from 'ava';
import type { ExecutionContext } from 'ava';

import { Secret } from '../../src/config/secret.ts';
import type { StoreKey } from '../../src/config/config.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { StoreError } from '../../src/store/store-error.ts';
import type { Kind } from '../../src/store/store.ts';
import { openTestStore, storeKey, testClock } from '../_support/open-store.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const TOKEN: Kind<string> = { name: 'token', sealed: true, indexes: [] };
const PLANTED = 'eyJ-planted-token-value-that-must-not-be-found';

const unreadable = { instanceOf: StoreError, code: 'STORE_UNREADABLE' };

/** A database with one sealed record `a`, closed, and what is needed to open it again. */
async function sealedDatabase(
  t: ExecutionContext,
  keys: readonly StoreKey[],
): Promise<{ path: string; clock: ReturnType<typeof testClock> }> {
  const given = { path: join(temporaryFolder(t), 'entrada.db'), clock: testClock() };
  const store = openTestStore(t, { ...given, keys });
  await store.commit([
    { op: 'put', kind: TOKEN, id: 'a', value: PLANTED, expiresAt: given.clock.now + 1000 },
  ]);
  await store[Symbol.asyncDispose]();
  return given;
}

/** Changes the file behind the store's back. */
function tamper(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

test('a sealed value is not in the files of the database', async (t) => {
  const { path } = await sealedDatabase(t, [storeKey('k1')]);
  const bytes = readFileSync(path);
  t.true(bytes.includes('token'), 'the kind is in clear: the search finds what is there');
  for (const form of ['utf8', 'utf16le'] as const)
    t.false(bytes.includes(Buffer.from(PLANTED, form)));
  t.false(bytes.includes(Buffer.from(PLANTED).toString('base64').slice(4, 40)));
});

test('two records of one value are sealed differently', async (t) => {
  const given = { path: join(temporaryFolder(t), 'entrada.db'), clock: testClock() };
  const store = openTestStore(t, given);
  const more = { op: 'put', kind: TOKEN, value: PLANTED, expiresAt: given.clock.now + 9 } as const;
  await store.commit([{ ...more, id: 'a' }]);
  const read = (): unknown => {
    const database = new DatabaseSync(given.path);
    const row = database.prepare(`SELECT hex(value) AS value FROM record WHERE id = 'a'`).get();
    database.close();
    return row?.['value'];
  };
  const first = read();
  await store.commit([{ ...more, id: 'a' }]);
  t.not(read(), first);
});

test('a key that is no longer first still opens what it sealed', async (t) => {
  const [old, fresh] = [storeKey('old'), storeKey('new')];
  const given = await sealedDatabase(t, [old]);
  const store = openTestStore(t, { ...given, keys: [fresh, old] });
  t.is((await store.get(TOKEN, 'a'))?.value, PLANTED);
});

test('the first key seals', async (t) => {
  const [old, fresh] = [storeKey('old'), storeKey('new')];
  const given = await sealedDatabase(t, [fresh, old]);
  const store = openTestStore(t, { ...given, keys: [fresh] });
  t.is((await store.get(TOKEN, 'a'))?.value, PLANTED);
});

test('a record whose key is gone is unreadable, and the error names the key', async (t) => {
  const given = await sealedDatabase(t, [storeKey('k-2025')]);
  const store = openTestStore(t, { ...given, keys: [storeKey('k-2026')] });
  const error = await t.throwsAsync(store.get(TOKEN, 'a'), unreadable);
  t.true(error?.message.includes('k-2025'));
  await t.throwsAsync(store.list(TOKEN, { limit: 1 }), unreadable);
});

test('take leaves a record that it cannot open', async (t) => {
  const keys = [storeKey('k1')];
  const given = await sealedDatabase(t, keys);
  const without = openTestStore(t, { ...given, keys: [storeKey('k2')] });
  await t.throwsAsync(without.take(TOKEN, 'a'), unreadable);
  t.is((await openTestStore(t, { ...given, keys }).take(TOKEN, 'a'))?.value, PLANTED);
});

test('another key under the same id does not open a record', async (t) => {
  const given = await sealedDatabase(t, [storeKey('k1')]);
  const store = openTestStore(t, { ...given, keys: [storeKey('k1')] });
  await t.throwsAsync(store.get(TOKEN, 'a'), unreadable);
});

const attacks: { readonly [what: string]: string } = {
  'moved to another id': `UPDATE record SET id = 'b'`,
  'moved to another kind': `UPDATE record SET kind = 'other-token', id = 'b'`,
  'changed in one bit': `UPDATE record SET id = 'b', value = unhex(hex(substr(value, 1, length(value) - 1)) || '00')`,
  'cut short': `UPDATE record SET id = 'b', value = substr(value, 1, 20)`,
  emptied: `UPDATE record SET id = 'b', value = x''`,
  'replaced by text in clear': `UPDATE record SET id = 'b', key = NULL, value = '"planted"'`,
};

for (const [what, sql] of Object.entries(attacks)) {
  test(`a sealed record that was ${what} does not open`, async (t) => {
    const keys = [storeKey('k1')];
    const given = await sealedDatabase(t, keys);
    tamper(given.path, sql);
    const store = openTestStore(t, { ...given, keys });
    const kind = sql.includes('other-token') ? { ...TOKEN, name: 'other-token' } : TOKEN;
    await t.throwsAsync(store.get(kind, 'b'), unreadable);
  });
}

test('a row that is neither text nor sealed is damage', async (t) => {
  const keys = [storeKey('k1')];
  const given = await sealedDatabase(t, keys);
  tamper(given.path, `UPDATE record SET key = NULL, value = 7`);
  const store = openTestStore(t, { ...given, keys });
  await t.throwsAsync(store.get(TOKEN, 'a'), { instanceOf: StoreError, code: 'STORE_DAMAGED' });
});

test('a key that is not 32 bytes is refused at once', (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const short = { id: 'k1', secret: new Secret('c2hvcnQ') };
  t.throws(() => openSqlite(path, { keys: [short], clock: testClock() }), unreadable);
});

test('without a key nothing is sealed', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { keys: [], clock });
  const put = {
    op: 'put',
    kind: TOKEN,
    id: 'a',
    value: PLANTED,
    expiresAt: clock.now + 9,
  } as const;
  await t.throwsAsync(store.commit([put]), unreadable);
});

test('an ended record that no key opens has no value; one that is damaged is an error', async (t) => {
  const given = await sealedDatabase(t, [storeKey('k1')]);
  given.clock.now += 2000;
  const store = openTestStore(t, { ...given, keys: [storeKey('k2')] });
  t.deepEqual(await store.ended(TOKEN, 10), [{ id: 'a', value: undefined }]);
  tamper(given.path, `UPDATE record SET value = 7`);
  await t.throwsAsync(store.ended(TOKEN, 10), { instanceOf: StoreError, code: 'STORE_DAMAGED' });
});
