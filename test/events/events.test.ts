import { join } from 'node:path';

import test from 'ava';
import type { ExecutionContext } from 'ava';

import { type BackgroundHost, deliver, type DeliverDeps } from '../../src/events/deliver.ts';
import { Events } from '../../src/events/events.ts';
import { toChange, type Work } from '../../src/events/work.ts';
import type { HookRun, Invoked } from '../../src/extensions/invoke.ts';
import type { BuiltExtension } from '../../src/extensions/load.ts';
import type { Manifest } from '../../src/extensions/manifest.ts';
import type { Store } from '../../src/store/store.ts';
import { manifestOf } from '../_support/extensions.ts';
import { openTestStore, storeKey, testClock, type TestClock } from '../_support/open-store.ts';
import { METHOD } from '../_support/people.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const MINUTE = 60_000;

interface Bench {
  readonly clock: TestClock;
  readonly store: Store;
  /** Runs that the host was asked for. */
  readonly runs: HookRun[];
  readonly lines: { readonly level: string; readonly event?: unknown }[];
  /** Runs that people wait for. */
  awaited: number;
  /** A gateway of its own on the same store. */
  readonly start: (extension: BuiltExtension, hooks: readonly string[]) => Promise<Events>;
}

function open(t: ExecutionContext): Bench {
  const clock = testClock();
  const given = { path: join(temporaryFolder(t), 'entrada.db'), keys: [storeKey('k')], clock };
  const bench: Bench = {
    clock,
    store: openTestStore(t, given),
    runs: [],
    lines: [],
    awaited: 0,
    start: async (extension, hooks) => {
      const store = openTestStore(t, given);
      const line = (level: string) => (fields: object) =>
        void bench.lines.push({ level, ...fields });
      const events = await Events.start({
        host: hostOf(bench, extension, hooks),
        store,
        sessions: { release: async () => undefined },
        methods: [{ id: METHOD, type: 'entra-id', name: 'Contoso' }],
        ...besides,
        clock,
        retentionMs: 24 * 60 * MINUTE,
        log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
      });
      t.teardown(() => events[Symbol.asyncDispose]());
      return events;
    },
  };
  return bench;
}

const never = (): Promise<never> => Promise.reject(new Error('nothing is reachable'));

/** What runs are given, and never use here. */
const besides: Pick<DeliverDeps, 'sessionsFor' | 'tokens' | 'clients'> = {
  sessionsFor: () => ({ count: async () => 0, end: async () => 0 }),
  tokens: {
    createLeasedSource: () => ({ token: async () => undefined }),
    createAppTokenSource: () => ({ token: async () => undefined }),
  },
  clients: () => ({ public: never, any: never }),
};

function hostOf(bench: Bench, extension: BuiltExtension, hooks: readonly string[]): BackgroundHost {
  return {
    extensions: [extension],
    has: (_, hook) => hooks.includes(hook),
    get awaited() {
      return bench.awaited;
    },
    runInBackground: async (_, run) => {
      bench.runs.push(run);
      return invoked(extension);
    },
  };
}

const invoked = (extension: BuiltExtension): Invoked => ({
  extension,
  result: 'null',
  failure: null,
  hostCalls: [],
  unavailable: [],
  challenge: null,
  shared: {},
  enqueued: [],
  usage: { wallMs: 1, cpuMs: 1, heapBytes: 1 },
  durationMs: 1,
});

/** What nobody builds has a name, a manifest and an id, and applies to every method. */
function extensionWith(manifest: Partial<Manifest>): BuiltExtension {
  const given = { ...manifestOf(), name: 'sync', ...manifest };
  const config = { appliesTo: [] };
  return { id: 'sync@1', name: 'sync', manifest: given, config } as unknown as BuiltExtension;
}

const nightly = { schedule: { cron: '0 3 * * *', timezone: 'UTC' } };

test('of two gateways on one store one makes each run of a schedule', async (t) => {
  const bench = open(t);
  const extension = extensionWith(nightly);
  const [one, other] = [
    await bench.start(extension, ['schedule']),
    await bench.start(extension, ['schedule']),
  ];
  for (let day = 6; day <= 8; day++) {
    bench.clock.now = Date.UTC(2026, 0, day, 3);
    await Promise.all([one.idle(), other.idle()]);
  }
  t.deepEqual(
    bench.runs.map(({ told }) => told),
    [6, 7, 8].map((day) => ({ at: Date.UTC(2026, 0, day, 3) })),
  );
});

test('a schedule that a manifest changes is followed from then on, and one that it drops is not', async (t) => {
  const bench = open(t);
  const first = await bench.start(extensionWith(nightly), ['schedule']);
  await first[Symbol.asyncDispose]();
  const hourly = { schedule: { cron: '0 * * * *', timezone: 'UTC' } };
  const second = await bench.start(extensionWith(hourly), ['schedule']);
  bench.clock.now += 60 * MINUTE;
  await second.idle();
  t.is(bench.runs.length, 1);
  await second[Symbol.asyncDispose]();
  const third = await bench.start(extensionWith({}), []);
  bench.clock.now += 24 * 60 * MINUTE;
  await third.idle();
  t.is(bench.runs.length, 1);
  t.deepEqual(await bench.store.queue.list({ limit: 10 }), []);
});

test('a schedule without a hook and a hook without a schedule are told of, once', async (t) => {
  const bench = open(t);
  for (const [manifest, hooks] of [
    [nightly, []],
    [{}, ['schedule']],
  ] as const) {
    const events = await bench.start(extensionWith(manifest), hooks);
    await events.tidy();
  }
  const told = bench.lines.filter(({ event }) => event === 'schedule_idle');
  t.is(told.length, 2);
});

test('a schedule that is never due again leaves nothing to do', async (t) => {
  const bench = open(t);
  const february30 = { schedule: { cron: '0 0 30 2 *', timezone: 'UTC' } };
  const events = await bench.start(extensionWith(february30), ['schedule']);
  await events.idle();
  t.deepEqual(await bench.store.queue.list({ limit: 10 }), []);
});

test('nothing begins in the background while many people wait, and all of it when they are served', async (t) => {
  const bench = open(t);
  const events = await bench.start(extensionWith({}), ['event signIn.succeeded']);
  await bench.store.commit(['a', 'b', 'c'].map((id) => eventChange(id)));
  bench.awaited = 9;
  await events.idle();
  t.is(bench.runs.length, 0);
  bench.awaited = 1;
  await events.idle();
  t.is(bench.runs.length, 3);
});

test('an event by a method that is gone is not told, and its requests leave by no other proxy', async (t) => {
  const bench = open(t);
  const events = await bench.start(extensionWith({}), ['event signIn.succeeded']);
  await bench.store.commit([eventChange('a', { method: 'gone' })]);
  await events.idle();
  t.is(bench.runs.length, 0);
  t.like(await bench.store.queue.get('a'), { failures: 1, failure: { code: 'METHOD_MISSING' } });
});

test('what another release left is not told, and nobody is asked for it', async (t) => {
  const bench = open(t);
  const events = await bench.start(extensionWith({}), ['event signIn.succeeded']);
  const message = { id: 'a', queue: 'sync', lane: 'a', subject: null, dueAt: 0 };
  await bench.store.commit([{ op: 'append', message: { ...message, value: { told: 'else' } } }]);
  await events.idle();
  t.is(bench.runs.length, 0);
  t.like(await bench.store.queue.get('a'), { failures: 1, failure: { code: 'CALL_INVALID' } });
});

test('an event whose extension goes while it is handed over is not told', async (t) => {
  const bench = open(t);
  await bench.store.commit([eventChange('a')]);
  const claim = { holder: 'test', heldUntil: bench.clock.now + MINUTE, limit: 1 };
  const [message] = await bench.store.queue.claim('sync', claim);
  const host = { ...hostOf(bench, extensionWith({}), []), extensions: [] };
  const handled = await deliver(message!, {
    ...besides,
    host,
    methods: [METHOD],
    clock: bench.clock,
  });
  t.deepEqual([handled.failure?.kind, handled.failure?.code], ['dependency', 'EXTENSION_MISSING']);
  t.deepEqual([handled.changes, bench.runs], [[], []]);
});

test('after the end of a session there are no tokens of it any more', async (t) => {
  const bench = open(t);
  const events = await bench.start(extensionWith({}), ['event session.ended']);
  await bench.store.commit([eventChange('a', { name: 'session.ended', tokens: { of: 'ended' } })]);
  await events.idle();
  await t.throwsAsync(bench.runs[0]!.tokens.token('https://graph.microsoft.com'), {
    code: 'EXTENSION_TOKEN_ENDED',
  });
});

test('an event for an extension that is not there waits for it', async (t) => {
  const bench = open(t);
  const events = await bench.start(extensionWith({}), []);
  await bench.store.commit([eventChange('a', {}, 'another')]);
  await events.idle();
  t.like(await bench.store.queue.get('a'), { state: 'waiting', attempts: 0 });
});

test('what has been dead for as long as records are kept is removed, and the log says so', async (t) => {
  const bench = open(t);
  const events = await bench.start(extensionWith({}), []);
  await bench.store.commit([eventChange('a')]);
  const claim = { holder: 'test', heldUntil: bench.clock.now + MINUTE, limit: 1 };
  await bench.store.queue.claim('sync', claim);
  await bench.store.queue.settle('a', 'test', { state: 'dead', failure: null });
  bench.clock.now += 24 * 60 * MINUTE;
  await events.tidy();
  t.truthy(await bench.store.queue.get('a'));
  bench.clock.now += 1;
  await events.tidy();
  t.is(await bench.store.queue.get('a'), undefined);
  t.like(bench.lines.at(-1), { level: 'warn', event: 'events_buried' });
});

function eventChange(
  id: string,
  more: Partial<Work> = {},
  extension = 'sync',
): ReturnType<typeof toChange> {
  const work: Work = {
    hook: 'event',
    name: 'signIn.succeeded',
    told: { id },
    signIn: id,
    method: METHOD,
    tokens: { of: 'nobody' },
    ...more,
  };
  return toChange({ id, extension, lane: null, dueAt: 0 }, work);
}
