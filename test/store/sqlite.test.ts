import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';

import test from 'ava';
import type { ExecutionContext } from 'ava';

import { StoreError } from '../../src/store/store-error.ts';
import type { Change, Kind, Store } from '../../src/store/store.ts';
import { openTestStore, storeKey, testClock } from '../_support/open-store.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

interface Note {
  readonly text: string;
}

const NOTE: Kind<Note> = { name: 'note', sealed: false, indexes: ['author', 'topic'] };
const SECRET_NOTE: Kind<Note> = { name: 'secret-note', sealed: true, indexes: ['author'] };
const CACHED_NOTE: Kind<Note> = { name: 'cached-note', sealed: true, indexes: [], cached: true };

const HOUR = 3_600_000;

const put = (
  kind: Kind<Note>,
  id: string,
  more: { expiresAt: number; text?: string; indexes?: Record<string, string>; ifAbsent?: boolean },
): Change => {
  const { text = `text of ${id}`, ...rest } = more;
  return { op: 'put', kind, id, value: { text }, ...rest };
};

function open(t: ExecutionContext): { store: Store; clock: ReturnType<typeof testClock> } {
  const clock = testClock();
  return { store: openTestStore(t, { clock }), clock };
}

const ids = (records: readonly { id: string }[]): string[] => records.map(({ id }) => id);

for (const kind of [NOTE, SECRET_NOTE, CACHED_NOTE]) {
  test(`a ${kind.name} that was put is read as it was put`, async (t) => {
    const { store, clock } = open(t);
    const expiresAt = clock.now + HOUR;
    await store.commit([put(kind, 'a', { expiresAt, text: 'Zoë ✓' })]);
    t.deepEqual(await store.get(kind, 'a'), { id: 'a', value: { text: 'Zoë ✓' }, expiresAt });
    t.is(await store.get(kind, 'b'), undefined);
  });

  test(`a ${kind.name} is absent for every method from the moment it ends`, async (t) => {
    const { store, clock } = open(t);
    const indexes: Record<string, string> = kind.indexes.includes('author') ? { author: 'x' } : {};
    await store.commit([put(kind, 'a', { expiresAt: clock.now + 10, indexes })]);
    clock.now += 9;
    t.truthy(await store.get(kind, 'a'));
    clock.now += 1;
    t.is(await store.get(kind, 'a'), undefined);
    t.is(await store.take(kind, 'a'), undefined);
    t.deepEqual(await store.list(kind, { limit: 10 }), []);
    t.is(await store.count(kind), 0);
    t.false(await store.touch(kind, 'a', clock.now + HOUR));
    if (!kind.indexes.includes('author')) return;
    t.deepEqual(await store.find(kind, 'author', 'x'), []);
    t.deepEqual(await store.findIds(kind, 'author', 'x'), []);
  });

  test(`a second put of a ${kind.name} replaces the first`, async (t) => {
    const { store, clock } = open(t);
    await store.commit([put(kind, 'a', { expiresAt: clock.now + HOUR, text: 'first' })]);
    await store.get(kind, 'a');
    await store.commit([put(kind, 'a', { expiresAt: clock.now + 2 * HOUR, text: 'second' })]);
    t.is((await store.get(kind, 'a'))?.value.text, 'second');
    t.is(await store.count(kind), 1);
  });

  test(`touch moves the end of a ${kind.name}`, async (t) => {
    const { store, clock } = open(t);
    await store.commit([put(kind, 'a', { expiresAt: clock.now + 10 })]);
    await store.get(kind, 'a');
    t.true(await store.touch(kind, 'a', clock.now + HOUR));
    t.is((await store.get(kind, 'a'))?.expiresAt, clock.now + HOUR);
    t.false(await store.touch(kind, 'b', clock.now + HOUR));
  });

  test(`a ${kind.name} can be taken once`, async (t) => {
    const { store, clock } = open(t);
    await store.commit([put(kind, 'a', { expiresAt: clock.now + HOUR })]);
    const taken = await Promise.all([store.take(kind, 'a'), store.take(kind, 'a')]);
    t.is(taken.filter((record) => record !== undefined).length, 1);
    t.is(await store.get(kind, 'a'), undefined);
  });

  test(`a deleted ${kind.name} is gone`, async (t) => {
    const { store, clock } = open(t);
    await store.commit([put(kind, 'a', { expiresAt: clock.now + HOUR })]);
    await store.get(kind, 'a');
    await store.commit([{ op: 'delete', kind, id: 'a' }]);
    t.is(await store.get(kind, 'a'), undefined);
    await t.notThrowsAsync(store.commit([{ op: 'delete', kind, id: 'a' }]));
  });
}

test('kinds do not see the ids of each other', async (t) => {
  const { store, clock } = open(t);
  await store.commit([put(NOTE, 'a', { expiresAt: clock.now + HOUR })]);
  t.is(await store.get(SECRET_NOTE, 'a'), undefined);
  t.is(await store.count(SECRET_NOTE), 0);
});

test('find answers the records of one index value, by id', async (t) => {
  const { store, clock } = open(t);
  const expiresAt = clock.now + HOUR;
  await store.commit([
    put(NOTE, 'c', { expiresAt, indexes: { author: 'ada', topic: 'x' } }),
    put(NOTE, 'a', { expiresAt, indexes: { author: 'ada' } }),
    put(NOTE, 'b', { expiresAt, indexes: { author: 'bob', topic: 'ada' } }),
  ]);
  t.deepEqual(ids(await store.find(NOTE, 'author', 'ada')), ['a', 'c']);
  t.deepEqual(await store.findIds(NOTE, 'author', 'ada'), ['a', 'c']);
  t.deepEqual(ids(await store.find(NOTE, 'topic', 'ada')), ['b']);
});

test('a put replaces the index values of the record before it', async (t) => {
  const { store, clock } = open(t);
  const expiresAt = clock.now + HOUR;
  await store.commit([put(NOTE, 'a', { expiresAt, indexes: { author: 'ada', topic: 'x' } })]);
  await store.commit([put(NOTE, 'a', { expiresAt, indexes: { author: 'bob' } })]);
  t.deepEqual(await store.findIds(NOTE, 'author', 'ada'), []);
  t.deepEqual(await store.findIds(NOTE, 'topic', 'x'), []);
  t.deepEqual(await store.findIds(NOTE, 'author', 'bob'), ['a']);
});

test('an index that the kind does not have is refused', async (t) => {
  const { store, clock } = open(t);
  await t.throwsAsync(store.find(NOTE, 'colour', 'red'), { instanceOf: TypeError });
  await t.throwsAsync(store.findIds(NOTE, 'colour', 'red'), { instanceOf: TypeError });
  const change = put(NOTE, 'a', { expiresAt: clock.now + HOUR, indexes: { colour: 'red' } });
  await t.throwsAsync(store.commit([change]), { instanceOf: TypeError });
  t.is(await store.get(NOTE, 'a'), undefined);
});

test('list pages through all records by id', async (t) => {
  const { store, clock } = open(t);
  const names = ['e', 'a', 'd', 'b', 'c'];
  await store.commit(names.map((id) => put(NOTE, id, { expiresAt: clock.now + HOUR })));
  t.deepEqual(ids(await store.list(NOTE, { limit: 2 })), ['a', 'b']);
  t.deepEqual(ids(await store.list(NOTE, { after: 'b', limit: 2 })), ['c', 'd']);
  t.deepEqual(ids(await store.list(NOTE, { after: 'd', limit: 2 })), ['e']);
});

test('ifAbsent refuses a second record with the id, and the whole commit with it', async (t) => {
  const { store, clock } = open(t);
  const expiresAt = clock.now + HOUR;
  await store.commit([put(NOTE, 'a', { expiresAt, ifAbsent: true, text: 'first' })]);
  const both = [put(NOTE, 'b', { expiresAt }), put(NOTE, 'a', { expiresAt, ifAbsent: true })];
  await t.throwsAsync(store.commit(both), { instanceOf: StoreError, code: 'STORE_CONFLICT' });
  t.is((await store.get(NOTE, 'a'))?.value.text, 'first');
  t.is(await store.get(NOTE, 'b'), undefined);
});

test('ifAbsent takes the place of a record that has ended', async (t) => {
  const { store, clock } = open(t);
  await store.commit([put(NOTE, 'a', { expiresAt: clock.now + 1 })]);
  clock.now += 1;
  await store.commit([
    put(NOTE, 'a', { expiresAt: clock.now + HOUR, ifAbsent: true, text: 'new' }),
  ]);
  t.is((await store.get(NOTE, 'a'))?.value.text, 'new');
});

test('purge removes ended records, five hundred a call, with their indexes', async (t) => {
  const { store, clock } = open(t);
  const ended = Array.from({ length: 501 }, (_, index) =>
    put(NOTE, `ended-${index}`, { expiresAt: clock.now + 1, indexes: { author: 'ada' } }),
  );
  await store.commit([...ended, put(NOTE, 'alive', { expiresAt: clock.now + HOUR })]);
  clock.now += 1;
  t.deepEqual([await store.purge(), await store.purge(), await store.purge()], [500, 1, 0]);
  clock.now -= 1;
  t.deepEqual(ids(await store.list(NOTE, { limit: 1000 })), ['alive']);
  t.deepEqual(await store.findIds(NOTE, 'author', 'ada'), []);
});

test('records survive a restart, durable or not', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const given = { path, keys: [storeKey('k1')], clock: testClock() };
  const first = openTestStore(t, given);
  await first.commit([put(NOTE, 'a', { expiresAt: given.clock.now + HOUR })]);
  await first.commit([put(SECRET_NOTE, 'b', { expiresAt: given.clock.now + HOUR })], {
    durable: true,
  });
  await first.take(NOTE, 'a');
  await first[Symbol.asyncDispose]();
  const second = openTestStore(t, given);
  t.is(await second.get(NOTE, 'a'), undefined);
  t.is((await second.get(SECRET_NOTE, 'b'))?.value.text, 'text of b');
});

test('a cached record is one frozen object until it changes', async (t) => {
  const { store, clock } = open(t);
  await store.commit([put(CACHED_NOTE, 'a', { expiresAt: clock.now + HOUR })]);
  const first = await store.get(CACHED_NOTE, 'a');
  t.is(await store.get(CACHED_NOTE, 'a'), first);
  t.true(Object.isFrozen(first?.value));
});

test('a cached record that another connection changed is read again in the next turn', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const given = { path, keys: [storeKey('k1')], clock: testClock() };
  const [one, other] = [openTestStore(t, given), openTestStore(t, given)];
  await one.commit([put(CACHED_NOTE, 'a', { expiresAt: given.clock.now + HOUR, text: 'old' })]);
  t.is((await other.get(CACHED_NOTE, 'a'))?.value.text, 'old');
  await one.commit([put(CACHED_NOTE, 'a', { expiresAt: given.clock.now + HOUR, text: 'new' })]);
  await nextTurn();
  t.is((await other.get(CACHED_NOTE, 'a'))?.value.text, 'new');
  await one.commit([{ op: 'delete', kind: CACHED_NOTE, id: 'a' }]);
  await nextTurn();
  t.is(await other.get(CACHED_NOTE, 'a'), undefined);
});

test('what is in memory is told at once, as long as it stands and has not ended', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const given = { path, keys: [storeKey('k1')], clock: testClock() };
  const [one, other] = [openTestStore(t, given), openTestStore(t, given)];
  await other.commit([put(CACHED_NOTE, 'a', { expiresAt: given.clock.now + HOUR })]);
  t.is(one.peek(CACHED_NOTE, 'a'), undefined, 'nobody has read it yet');
  const read = await one.get(CACHED_NOTE, 'a');
  t.is(one.peek(CACHED_NOTE, 'a'), read);
  given.clock.now += HOUR;
  t.is(one.peek(CACHED_NOTE, 'a'), undefined, 'it has ended');
  given.clock.now -= HOUR;
  await other.commit([{ op: 'delete', kind: CACHED_NOTE, id: 'a' }]);
  await nextTurn();
  t.is(one.peek(CACHED_NOTE, 'a'), undefined, 'another connection deleted it');
});

test('what was put is in memory as soon as it is committed, as it is read, and not when the commit fails', async (t) => {
  const { store, clock } = open(t);
  const expiresAt = clock.now + HOUR;
  const change = put(CACHED_NOTE, 'a', { expiresAt });
  await store.commit([change]);
  const kept = store.peek(CACHED_NOTE, 'a');
  t.deepEqual(kept, { id: 'a', value: { text: 'text of a' }, expiresAt });
  t.true(Object.isFrozen(kept?.value));
  t.false(
    Object.isFrozen(change.op === 'put' && change.value),
    'what was handed in is the caller’s',
  );
  const refused = [put(CACHED_NOTE, 'b', { expiresAt }), { ...change, ifAbsent: true }];
  await t.throwsAsync(store.commit(refused), { code: 'STORE_CONFLICT' });
  await store.commit([
    put(CACHED_NOTE, 'c', { expiresAt }),
    { op: 'delete', kind: CACHED_NOTE, id: 'c' },
  ]);
  for (const id of ['b', 'c']) t.is(store.peek(CACHED_NOTE, id), undefined);
});

test('purge finds what has ended among all kinds, and leaves the one that is named', async (t) => {
  const { store, clock } = open(t);
  const kinds = [NOTE, SECRET_NOTE, CACHED_NOTE];
  const ended = kinds.map((kind) => put(kind, 'ended', { expiresAt: clock.now + 1 }));
  const alive = kinds.map((kind) => put(kind, 'alive', { expiresAt: clock.now + HOUR }));
  await store.commit([...ended, ...alive]);
  clock.now += 1;
  t.is(await store.purge(SECRET_NOTE), 2);
  t.is(await store.purge(SECRET_NOTE), 0);
  t.deepEqual(ids(await store.ended(SECRET_NOTE, 10)), ['ended']);
  t.is(await store.purge(), 1);
  for (const kind of kinds) t.is(await store.count(kind), 1);
});

test('a closed store answers STORE_UNAVAILABLE, and closes twice', async (t) => {
  const { store, clock } = open(t);
  await store.ping();
  await store[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  const refused = { instanceOf: StoreError, code: 'STORE_UNAVAILABLE' };
  await t.throwsAsync(store.ping(), refused);
  await t.throwsAsync(store.get(NOTE, 'a'), refused);
  await t.throwsAsync(store.commit([put(NOTE, 'a', { expiresAt: clock.now + HOUR })]), refused);
});

test('an empty commit does nothing', async (t) => {
  const { store } = open(t);
  await t.notThrowsAsync(store.commit([]));
});

test('ifValue refuses a record that is another one by now, and the whole commit with it', async (t) => {
  const { store, clock } = open(t);
  const expiresAt = clock.now + HOUR;
  const change = (from: string, to: string): Change => ({
    op: 'put',
    kind: NOTE,
    id: 'a',
    value: { text: to },
    ifValue: { text: from },
    expiresAt,
  });
  await store.commit([put(NOTE, 'a', { expiresAt, text: 'first' })]);
  await store.commit([change('first', 'second')]);
  const late = [put(NOTE, 'b', { expiresAt }), change('first', 'third')];
  await t.throwsAsync(store.commit(late), { instanceOf: StoreError, code: 'STORE_CONFLICT' });
  t.is((await store.get(NOTE, 'a'))?.value.text, 'second');
  t.is(await store.get(NOTE, 'b'), undefined);
});

test('an ended record that is not JSON is an error, and no record without a value', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const clock = testClock();
  const store = openTestStore(t, { path, clock });
  await store.commit([put(NOTE, 'a', { expiresAt: clock.now + 1 })]);
  clock.now += 1;
  const database = new DatabaseSync(path);
  database.exec(`UPDATE record SET value = 'no JSON'`);
  database.close();
  await t.throwsAsync(store.ended(NOTE, 10), { instanceOf: SyntaxError });
});

test('a store that could not be written to is not reached before it can', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const clock = testClock();
  const store = openTestStore(t, { path, clock, busyTimeoutMs: 20 });
  using other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const refused = { code: 'STORE_UNAVAILABLE' };
  const commit = (): Promise<void> =>
    store.commit([put(NOTE, 'a', { expiresAt: clock.now + HOUR })]);
  await t.throwsAsync(commit, refused);
  await t.throwsAsync(store.ping(), refused);
  other.exec('ROLLBACK');
  await store.ping();
  await commit();
});
