import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import test from 'ava';
import type { ExecutionContext } from 'ava';

import { systemClock } from '../../src/clock.ts';
import type { Message, NewMessage } from '../../src/store/queue.ts';
import { createSealer } from '../../src/store/seal.ts';
import { StoreError } from '../../src/store/store-error.ts';
import type { Change, Kind, Store } from '../../src/store/store.ts';
import { openTestStore, storeKey, testClock, type TestClock } from '../_support/open-store.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const NOTE: Kind<string> = { name: 'note', sealed: false, indexes: [] };
const MINUTE = 60_000;

interface Bench {
  readonly store: Store;
  readonly clock: TestClock;
  /** What a process takes that calls itself so. */
  readonly claim: (holder: string, limit?: number) => Promise<readonly Message[]>;
}

function open(t: ExecutionContext): Bench {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const claim: Bench['claim'] = (holder, limit = 10) =>
    store.queue.claim('mail', { holder, heldUntil: clock.now + MINUTE, limit });
  return { store, clock, claim };
}

const append = (id: string, given: Partial<NewMessage> = {}): Change => ({
  op: 'append',
  message: { id, queue: 'mail', lane: id, subject: null, value: { text: id }, dueAt: 0, ...given },
});

const ids = (messages: readonly { id: string }[]): readonly string[] =>
  messages.map(({ id }) => id);

test('a message is there exactly when what it was committed with is', async (t) => {
  const { store, claim } = open(t);
  const put = { op: 'put', kind: NOTE, id: 'n', value: 'x', expiresAt: Infinity } as const;
  const expiresAt = Number.MAX_SAFE_INTEGER;
  await store.commit([{ ...put, expiresAt }, append('a')]);
  await t.throwsAsync(store.commit([append('b'), { ...put, expiresAt, ifAbsent: true }]), {
    instanceOf: StoreError,
    code: 'STORE_CONFLICT',
  });
  t.deepEqual(ids(await claim('one')), ['a']);
});

test('a message whose id is there already is not put there again', async (t) => {
  const { store } = open(t);
  await store.commit([append('a', { value: 1 })]);
  await store.commit([append('a', { value: 2 })]);
  const found = await store.queue.list({ limit: 10 });
  t.deepEqual(
    found.map(({ value }) => value),
    [1],
  );
});

test('what follows a deletion is done once, by the one that deleted', async (t) => {
  const { store } = open(t);
  const expiresAt = Number.MAX_SAFE_INTEGER;
  await store.commit([{ op: 'put', kind: NOTE, id: 'n', value: 'x', expiresAt }]);
  const end = (id: string): Change => ({
    op: 'delete',
    kind: NOTE,
    id: 'n',
    followedBy: [append(id)],
  });
  await Promise.all([store.commit([end('first')]), store.commit([end('second')])]);
  t.deepEqual(ids(await store.queue.list({ limit: 10 })), ['first']);
});

test('a message that one process holds is given to no other before its time is over', async (t) => {
  const { store, clock, claim } = open(t);
  await store.commit([append('a')]);
  t.deepEqual(ids(await claim('one')), ['a']);
  t.deepEqual(await claim('other'), []);
  clock.now += MINUTE;
  const [again] = await claim('other');
  t.is(again?.attempts, 2);
  t.false(await store.queue.settle('a', 'one', { state: 'done' }), 'one does not have it any more');
  t.true(await store.queue.settle('a', 'other', { state: 'done' }));
  t.is(await store.queue.get('a'), undefined);
});

test('a message can be held for longer by the one that has it', async (t) => {
  const { store, clock, claim } = open(t);
  await store.commit([append('a'), append('b')]);
  await claim('one', 1);
  const held = await store.queue.extend('one', ['a', 'b'], clock.now + 2 * MINUTE);
  t.deepEqual(held, ['a']);
  clock.now += MINUTE;
  t.deepEqual(ids(await claim('other')), ['b']);
});

test('messages of one lane are handed over one after the other, in the order of their commits', async (t) => {
  const { store, clock, claim } = open(t);
  await store.commit([append('a1', { lane: 'a' }), append('b1', { lane: 'b' })]);
  await store.commit([append('a2', { lane: 'a' })]);
  t.deepEqual(ids(await claim('one')), ['a1', 'b1']);
  t.deepEqual(await claim('one'), []);
  await store.queue.settle('a1', 'one', {
    state: 'waiting',
    dueAt: clock.now + MINUTE,
    failure: 1,
  });
  t.deepEqual(await claim('one'), [], 'a2 waits for a1');
  clock.now += MINUTE;
  t.deepEqual(ids(await claim('one')).toSorted(), ['a1', 'b1']);
  await store.queue.settle('a1', 'one', { state: 'done' });
  t.deepEqual(ids(await claim('one')), ['a2']);
});

test('a dead message holds nobody up, is told of, and waits again when it is replayed', async (t) => {
  const { store, clock, claim } = open(t);
  await store.commit([append('a1', { lane: 'a' }), append('a2', { lane: 'a' })]);
  await claim('one');
  await store.queue.settle('a1', 'one', { state: 'dead', failure: { code: 'THROWN' } });
  t.deepEqual(ids(await claim('one')), ['a2']);
  const [dead] = await store.queue.list({ state: 'dead', limit: 10 });
  t.like(dead, { id: 'a1', failures: 1, failure: { code: 'THROWN' }, dueAt: clock.now });
  t.deepEqual(await store.queue.count(), [
    { queue: 'mail', state: 'dead', count: 1 },
    { queue: 'mail', state: 'waiting', count: 1 },
  ]);
  t.true(await store.queue.replay('a1'));
  t.like((await claim('one'))[0], { id: 'a1', failures: 0, failure: { code: 'THROWN' } });
});

test('a failure is counted, and what only was not the time for is not', async (t) => {
  const { store, clock, claim } = open(t);
  await store.commit([append('a')]);
  await claim('one');
  await store.queue.settle('a', 'one', { state: 'waiting', dueAt: clock.now });
  await claim('one');
  await store.queue.settle('a', 'one', { state: 'waiting', dueAt: clock.now, failure: 'no' });
  t.like(await store.queue.get('a'), { attempts: 2, failures: 1, failure: 'no', heldUntil: 0 });
});

test('what a message leads to is committed with its end, and only by the one that holds it', async (t) => {
  const { store, claim } = open(t);
  await store.commit([append('a')]);
  await claim('one');
  t.false(await store.queue.settle('a', 'other', { state: 'done' }, [append('b')]));
  t.is(await store.queue.get('b'), undefined);
  t.true(await store.queue.settle('a', 'one', { state: 'done' }, [append('b')]));
  t.deepEqual(ids(await store.queue.list({ limit: 10 })), ['b']);
});

test('messages are counted by what they are about', async (t) => {
  const { store, claim } = open(t);
  await store.commit([append('a', { subject: 's' }), append('b', { subject: 's' }), append('c')]);
  t.is(await store.queue.waitingFor('s'), 2);
  await claim('one');
  await store.queue.settle('a', 'one', { state: 'dead', failure: null });
  t.is(await store.queue.waitingFor('s'), 1);
  t.true(await store.queue.discard('b'));
  t.false(await store.queue.discard('b'));
  t.is(await store.queue.waitingFor('s'), 0);
});

test('dead messages are buried when they have been dead for long enough', async (t) => {
  const { store, clock, claim } = open(t);
  await store.commit([append('a'), append('b')]);
  await claim('one');
  await store.queue.settle('a', 'one', { state: 'dead', failure: null });
  clock.now += MINUTE;
  t.is(await store.queue.bury(clock.now - MINUTE), 0);
  t.is(await store.queue.bury(clock.now), 1);
  t.deepEqual(ids(await store.queue.list({ limit: 10 })), ['b']);
});

test('pages of messages follow each other', async (t) => {
  const { store } = open(t);
  await store.commit(['c', 'a', 'b'].map((id) => append(id)));
  const first = await store.queue.list({ limit: 2 });
  t.deepEqual(ids(first), ['c', 'a']);
  t.deepEqual(ids(await store.queue.list({ limit: 2, after: 'a' })), ['b']);
  t.deepEqual(await store.queue.list({ limit: 2, queue: 'other' }), []);
});

test('messages are found by how their id begins, in the order of their commits', async (t) => {
  const { store } = open(t);
  const all = ['b.2', 'b.1.ü\u{1F600}', 'b', 'bb.1', 'a.1', 'B.1', 'b.%'];
  await store.commit(all.map((id) => append(id)));
  t.deepEqual(ids(await store.queue.startingWith('b.', 10)), ['b.2', 'b.1.ü\u{1F600}', 'b.%']);
  t.deepEqual(ids(await store.queue.startingWith('b.', 1)), ['b.2']);
  t.deepEqual(ids(await store.queue.startingWith('c.', 10)), []);
});

test('the content of a message is in no file of the store', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const store = openTestStore(t, { path });
  await store.commit([append('a', { value: 'a sentence that nobody may read' })]);
  for (const file of [path, `${path}-wal`]) t.false(readFileSync(file).includes('nobody may read'));
});

test('a message that no key opens any more is dead, and the others go on', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const [old, young] = [storeKey('old'), storeKey('young')];
  const before = openTestStore(t, { path, keys: [old], clock: systemClock });
  await before.commit([append('a')]);
  await before[Symbol.asyncDispose]();
  const store = openTestStore(t, { path, keys: [young], clock: systemClock });
  await store.commit([append('b')]);
  const claim = { holder: 'one', heldUntil: systemClock() + MINUTE, limit: 10 };
  t.deepEqual(ids(await store.queue.claim('mail', claim)), ['b']);
  t.like(await store.queue.get('a'), { state: 'dead', failure: { code: 'STORE_UNREADABLE' } });
});

test('ended records can be looked at before somebody else removes them', async (t) => {
  const { store, clock } = open(t);
  await store.commit([{ op: 'put', kind: NOTE, id: 'n', value: 'x', expiresAt: clock.now + 1 }]);
  t.deepEqual(await store.ended(NOTE, 10), []);
  clock.now += 1;
  t.is(await store.purge(NOTE), 0);
  t.deepEqual(await store.ended(NOTE, 10), [{ id: 'n', value: 'x' }]);
  t.is(await store.purge(), 1);
  t.deepEqual(await store.ended(NOTE, 10), []);
});

test('a message waits again only for the one that holds it', async (t) => {
  const { store, clock, claim } = open(t);
  await store.commit([append('a')]);
  await claim('one');
  const again = { state: 'waiting', dueAt: clock.now + MINUTE } as const;
  t.false(await store.queue.settle('a', 'other', again));
  t.like(await store.queue.get('a'), { dueAt: 0, heldUntil: clock.now + MINUTE });
  t.true(await store.queue.settle('a', 'one', again));
  t.like(await store.queue.get('a'), { dueAt: clock.now + MINUTE, heldUntil: 0 });
});

/** Turns the table of messages into one that takes anything, and changes it behind the store's back. */
function tamper(path: string, change: string): void {
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE loose AS SELECT * FROM message; DROP TABLE message;
    ALTER TABLE loose RENAME TO message; UPDATE message SET ${change}`);
  database.close();
}

for (const change of [`id = x'07'`, `due_at = 'soon'`, `state = 'odd'`, `value = 'in clear'`]) {
  test(`a message with ${change} is damage`, async (t) => {
    const path = join(temporaryFolder(t), 'entrada.db');
    const store = openTestStore(t, { path });
    await store.commit([append('a')]);
    tamper(path, change);
    await t.throwsAsync(store.queue.list({ limit: 10 }), {
      instanceOf: StoreError,
      code: 'STORE_DAMAGED',
    });
  });
}

test('a message that opens and is not JSON is an error, and no message without a value', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const key = storeKey('k1');
  const store = openTestStore(t, { path, keys: [key] });
  await store.commit([append('a')]);
  const { bytes } = createSealer([key]).seal({ kind: 'message', id: 'a' }, 'no JSON');
  const database = new DatabaseSync(path);
  database.prepare('UPDATE message SET value = ?').run(bytes);
  database.close();
  await t.throwsAsync(store.queue.get('a'), { instanceOf: SyntaxError });
});
