import { setTimeout as pause } from 'node:timers/promises';

import test from 'ava';
import type { ExecutionContext } from 'ava';

import type { Failure } from '../../sandbox/contract.ts';
import { Dispatcher, type DispatcherDeps, type Settled } from '../../src/events/dispatcher.ts';
import type { NewMessage } from '../../src/store/queue.ts';
import type { Change, Store } from '../../src/store/store.ts';
import { openTestStore, testClock, type TestClock } from '../_support/open-store.ts';

const LEASE_MS = 30_000;

const failure: Failure = { kind: 'throw', code: 'THROWN', message: 'down', frames: [] };

interface Bench {
  readonly store: Store;
  readonly clock: TestClock;
  readonly told: string[];
  readonly settled: Settled[];
  readonly start: (given?: Partial<DispatcherDeps>) => Dispatcher;
  readonly append: (
    ...messages: readonly (Partial<NewMessage> & { id: string })[]
  ) => Promise<void>;
}

function open(t: ExecutionContext): Bench {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const told: string[] = [];
  const settled: Settled[] = [];
  const start: Bench['start'] = (given = {}) => {
    const dispatcher = new Dispatcher({
      queue: store.queue,
      clock,
      queues: () => ['a', 'b'],
      room: () => 10,
      handle: async ({ id }) => (told.push(id), { failure: null, changes: [] }),
      settled: (one) => void settled.push(one),
      broken: (error) => t.fail(String(error)),
      pollMs: 3_600_000, // what a test does not ask for does not happen
      leaseMs: LEASE_MS,
      ...given,
    });
    t.teardown(() => dispatcher[Symbol.asyncDispose]());
    return dispatcher;
  };
  const append: Bench['append'] = (...messages) =>
    store.commit(
      messages.map((given): Change => {
        const message = { queue: 'a', lane: given.id, subject: null, value: 1, dueAt: 0, ...given };
        return { op: 'append', message };
      }),
    );
  return { store, clock, told, settled, start, append };
}

test('what is due is handed over and settled, and what is not yet due is not', async (t) => {
  const { append, start, told, clock, store } = open(t);
  await append({ id: 'now' }, { id: 'later', dueAt: clock.now + 1 }, { id: 'other', queue: 'c' });
  const dispatcher = start();
  await dispatcher.idle();
  t.deepEqual(told, ['now']);
  clock.now += 1;
  await dispatcher.idle();
  t.deepEqual(told, ['now', 'later'], 'and what is for nobody here goes on waiting');
  t.deepEqual(await store.queue.count(), [{ queue: 'c', state: 'waiting', count: 1 }]);
});

test('two of one queue run at the same time, and never more than there is room for', async (t) => {
  const { append, start } = open(t);
  const ids = [1, 2, 3, 4].flatMap((number) => [
    { id: `a${number}`, queue: 'a' },
    { id: `b${number}`, queue: 'b' },
  ]);
  await append(...ids);
  const running = new Set<string>();
  const most = { inAll: 0, ofOne: 0 };
  const handle: DispatcherDeps['handle'] = async ({ id }) => {
    running.add(id);
    most.inAll = Math.max(most.inAll, running.size);
    const ofOne = [...running].filter((one) => one.startsWith('a')).length;
    most.ofOne = Math.max(most.ofOne, ofOne);
    await pause(5);
    running.delete(id);
    return { failure: null, changes: [] };
  };
  await start({ handle, room: () => 3 }).idle();
  t.deepEqual(most, { inAll: 3, ofOne: 2 });
});

test('while there is no room nothing begins, and nothing is lost', async (t) => {
  const { append, start, told } = open(t);
  await append({ id: 'x' });
  let room = 0;
  const dispatcher = start({ room: () => room });
  await dispatcher.idle();
  t.deepEqual(told, []);
  room = 1;
  await dispatcher.idle();
  t.deepEqual(told, ['x']);
});

test('what came while somebody was looking is done before all is said to be', async (t) => {
  const { append, start, store, told } = open(t);
  const gate = Promise.withResolvers<void>();
  const claimed = Promise.withResolvers<void>();
  const claim: typeof store.queue.claim = async (name, how) => {
    const found = await store.queue.claim(name, how);
    claimed.resolve();
    await gate.promise;
    return found;
  };
  const dispatcher = start({
    queue: {
      claim,
      extend: (...given) => store.queue.extend(...given),
      settle: (...given) => store.queue.settle(...given),
    },
  });
  const first = dispatcher.idle();
  await claimed.promise;
  await append({ id: 'x' });
  const second = dispatcher.idle();
  gate.resolve();
  await second;
  t.deepEqual(told, ['x']);
  await first;
});

test('a failure is tried again later, and given up after eight', async (t) => {
  const { append, start, clock, settled, store } = open(t);
  await append({ id: 'x' });
  const dispatcher = start({ handle: async () => ({ failure, changes: [] }) });
  const waits: number[] = [];
  while ((await store.queue.get('x'))?.state === 'waiting') {
    await dispatcher.idle();
    const { dueAt } = (await store.queue.get('x'))!;
    waits.push((dueAt - clock.now) / 1000);
    clock.now = dueAt;
  }
  t.deepEqual(waits, [5, 15, 45, 135, 405, 1215, 3600, 0]);
  t.is(settled.length, 8);
  t.like(await store.queue.get('x'), { state: 'dead', failure });
});

test('a run that never came about is no failure of the extension, and has an end as well', async (t) => {
  const { append, start, clock, store } = open(t);
  await append({ id: 'x' });
  const unavailable = { ...failure, kind: 'unavailable' } as const;
  const dispatcher = start({ handle: async () => ({ failure: unavailable, changes: [] }) });
  for (let attempt = 1; attempt <= 99; attempt++) {
    await dispatcher.idle();
    clock.now += 5_000;
  }
  t.like(await store.queue.get('x'), { state: 'waiting', failures: 0, attempts: 99 });
  await dispatcher.idle();
  t.like(await store.queue.get('x'), { state: 'dead' });
});

test('what another attempt cannot mend is given up at once', async (t) => {
  const { append, start, store } = open(t);
  await append({ id: 'x' });
  const missing = { ...failure, code: 'HOOK_MISSING' };
  await start({ handle: async () => ({ failure: missing, changes: [] }) }).idle();
  t.like(await store.queue.get('x'), { state: 'dead', failures: 1 });
});

test('an attempt that runs for long keeps what it holds, and nobody else begins with it', async (t) => {
  const { append, start, clock, told, store } = open(t);
  await append({ id: 'x' });
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = start({
    leaseMs: 30, // extended every 10 ms
    handle: async () => (await promise, { failure: null, changes: [] }),
  });
  const ended = slow.idle();
  while ((await store.queue.get('x'))?.attempts === 0) await pause(1);
  for (let step = 1; step <= 5; step++) {
    clock.now += 20;
    const until = clock.now + 30;
    while ((await store.queue.get('x'))!.heldUntil < until) await pause(1);
  }
  await start().idle();
  t.deepEqual(told, []);
  resolve();
  await ended;
  t.is(await store.queue.get('x'), undefined);
});

test('who ends lets others have at once what it could not do', async (t) => {
  const { append, start, store, told } = open(t);
  await append({ id: 'x' });
  const never = start({ handle: () => new Promise(() => undefined), graceMs: 1 });
  void never.idle();
  while ((await store.queue.get('x'))?.attempts === 0) await pause(1);
  await never[Symbol.asyncDispose]();
  await start().idle();
  t.deepEqual(told, ['x']);
});

test('what breaks in the gateway is told, and counts as a failure', async (t) => {
  const { append, start, store } = open(t);
  await append({ id: 'x' });
  const broken: unknown[] = [];
  const handle = (): Promise<never> => Promise.reject(new Error('a bug'));
  await start({ handle, broken: (error) => void broken.push(error) }).idle();
  t.is(broken.length, 1);
  t.like(await store.queue.get('x'), { failures: 1, failure: { code: 'SERVER_INTERNAL' } });
});

test('what an attempt leads to is written down when it goes well, and only then', async (t) => {
  const { append, start, store } = open(t);
  await append({ id: 'good' }, { id: 'bad' });
  const next = (id: string): Change => ({
    op: 'append',
    message: { id: `after ${id}`, queue: 'c', lane: 'c', subject: null, value: 1, dueAt: 0 },
  });
  const handle: DispatcherDeps['handle'] = async ({ id }) => ({
    failure: id === 'bad' ? failure : null,
    changes: [next(id)],
  });
  await start({ handle }).idle();
  t.truthy(await store.queue.get('after good'));
  t.is(await store.queue.get('after bad'), undefined);
});
