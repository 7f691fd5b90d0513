import { readdirSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import path from 'node:path';

import test from 'ava';

import { DEFAULT_LIMITS } from '../../../src/extensions/limits.ts';
import { DataLimit } from '../../../src/extensions/pool/data-limit.ts';
import { SolitaryRunners } from '../../../src/extensions/pool/solitary-runners.ts';
import { RunnerPool } from '../../../src/extensions/pool.ts';
import { DONE, startLyingPool } from '../../_support/lying-pool.ts';
import type { Step } from '../../_support/lying-runner.ts';

const CRASH: Step = { kill: 'SIGKILL' };

const HOST_CALL: Step = {
  say: { type: 'call', id: 'ID', call: 1, op: 'share', argument: '{}' },
};

test('a process for one invocation that is lost before it has started fails that invocation alone', async (t) => {
  const events: string[] = [];
  await using runners = new SolitaryRunners({
    platform: '',
    jitless: false,
    limit: new DataLimit(false, () => undefined),
    catalog: new Map(),
    entry: path.resolve(import.meta.dirname, '../../_support/dead-runner.ts'),
    report: (event) => void events.push(event),
    runners: 1,
    keptApart: false,
  });
  const result = await runners.run({
    extension: null,
    call: '{}',
    source: '1',
    limits: DEFAULT_LIMITS,
    measure: false,
    answer: () => Promise.resolve(''),
    log: () => undefined,
    repeatable: () => true,
  });
  t.like(result, { outcome: { ok: false, failure: { kind: 'unavailable', code: 'RUNNER_LOST' } } });
  t.deepEqual([events, runners.pids], [[], []]);
});

const PATIENT = { wallMs: 20_000 };

test('a runner that is lost before it has started is an error of who starts it, and of nobody else', async (t) => {
  const events: string[] = [];
  await using pool = new RunnerPool({
    platform: '',
    runners: 1,
    caches: null,
    entry: path.resolve(import.meta.dirname, '../../_support/dead-runner.ts'),
    report: (event, detail) => void events.push(`${event} ${detail}`),
  });
  const error = await t.throwsAsync(pool.start(), { code: 'EXTENSION_RUNNER_LOST' });
  t.regex(String(error?.cause), /no such add-on/, 'its last words are kept');
  t.false(pool.ready);
  t.deepEqual(pool.pids, []);
  t.deepEqual(
    events.filter((event) => event.startsWith('runner_lost')),
    [],
  );
});

test('who was alone in a runner that is lost is guilty: it is not run again, and is kept apart', async (t) => {
  const { run, events, pool } = await startLyingPool(t);
  const { outcome } = await run([CRASH], { repeatable: () => true }, PATIENT);
  t.like(outcome, { ok: false, failure: { kind: 'memory', code: 'RUNNER_CRASHED' } });
  t.true(events.includes('extension_kept_apart liar runs in a process of its own now'));
  const next = await run([DONE], { extension: 'other' }, PATIENT);
  t.true(next.outcome.ok);
  const before = pool.pids.length;
  const apart = await run([DONE], {}, PATIENT);
  t.true(apart.outcome.ok, 'it runs on, elsewhere');
  t.true(pool.pids.length > before);
});

test('all threads of a process that is kept apart give way to those that people wait for', async (t) => {
  const { run, pool } = await startLyingPool(t);
  await run([CRASH], {}, PATIENT);
  await run([DONE], { extension: 'other' }, PATIENT); // a runner is there again
  const others = new Set(pool.pids);
  await run([DONE], {}, PATIENT);
  const [apart, ...more] = pool.pids.filter((pid) => !others.has(pid));
  t.deepEqual(more, []);
  const priorities = readdirSync(`/proc/${apart}/task`).map((id) => getPriority(Number(id)));
  t.true(priorities.length > 1);
  t.deepEqual(new Set(priorities), new Set([constants.priority.PRIORITY_BELOW_NORMAL]));
});

/** Runs a bystander, and somebody who takes the runner down once the bystander is in it. */
async function crashBeside(
  t: Parameters<typeof startLyingPool>[0],
  bystander: { readonly steps: readonly Step[]; readonly repeatable: boolean },
) {
  const world = await startLyingPool(t);
  const { promise: isIn, resolve: arrived } = Promise.withResolvers<void>();
  const attempts: number[] = [];
  const waiting = world.run(
    bystander.steps,
    {
      extension: 'other',
      repeatable: () => bystander.repeatable,
      answer: async () => {
        attempts.push(1);
        arrived();
        return attempts.length === 1 ? new Promise(() => undefined) : '{"ok":true,"value":null}';
      },
    },
    PATIENT,
  );
  await isIn;
  const guilty = await world.run([CRASH], {}, PATIENT);
  return { ...world, guilty, waiting, attempts };
}

test('a bystander that changed nothing is run once more, alone', async (t) => {
  const steps = [HOST_CALL, { onAnswer: DONE }];
  const { waiting, attempts, guilty } = await crashBeside(t, { steps, repeatable: true });
  t.false(guilty.outcome.ok);
  t.deepEqual((await waiting).outcome, { ok: true, result: '"honest"' });
  t.is(attempts.length, 2);
});

test('a bystander that may have changed something fails as unavailable', async (t) => {
  const { waiting, attempts } = await crashBeside(t, { steps: [HOST_CALL], repeatable: false });
  t.like((await waiting).outcome, {
    ok: false,
    failure: { kind: 'unavailable', code: 'RUNNER_LOST' },
  });
  t.is(attempts.length, 1);
});

test('the time that a bystander lost is not taken from its second attempt', async (t) => {
  const seen: number[] = [];
  const { run } = await startLyingPool(t);
  const { promise: isIn, resolve: arrived } = Promise.withResolvers<void>();
  const steps = [HOST_CALL, { say: { type: 'log', id: 'ID', level: 'info', text: 'x' } } as Step];
  const waiting = run(
    steps,
    {
      extension: 'other',
      repeatable: () => true,
      log: () => void seen.push(performance.now()),
      answer: async () => {
        arrived();
        return new Promise(() => undefined);
      },
    },
    { wallMs: 1_500 },
  );
  await isIn;
  await run([CRASH], {}, PATIENT);
  t.like((await waiting).outcome, { ok: false, failure: { kind: 'timeout', code: 'WALL' } });
  t.is(seen.length, 2);
});

test('a pool that is closed takes no jobs, and leaves no process behind', async (t) => {
  const { pool, run } = await startLyingPool(t);
  const { pids } = pool;
  await pool[Symbol.asyncDispose]();
  const { outcome } = await run([DONE]);
  t.like(outcome, { ok: false, failure: { kind: 'unavailable' } });
  for (const pid of pids) {
    const gone = (): boolean => {
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    };
    for (let tries = 0; tries < 200 && !gone(); tries++) {
      // oxlint-disable-next-line no-await-in-loop -- until the system has cleaned up
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    t.true(gone(), 'the process is gone');
  }
});

test('where there are several runners, a spare takes the place of one that is lost', async (t) => {
  const { pool, events, run } = await startLyingPool(t, 2);
  const before = new Set(pool.pids);
  t.is(before.size, 2);
  for (let tries = 0; tries < 400 && pool.pids.length < 3; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- until the spare is there
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const [spare] = pool.pids.filter((pid) => !before.has(pid));
  t.truthy(spare, 'a third process is there');
  await run([CRASH], {}, PATIENT);
  for (let tries = 0; tries < 400 && pool.pids.length > 2; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- until the lost one is gone
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.true(pool.pids.includes(spare ?? 0), 'it is one of the runners now');
  t.true(events.some((event) => event.startsWith('runner_lost')));
  await pool.load({ type: 'load', extension: 'late', source: '', memoryMb: 128 });
  t.true((await run([DONE], { extension: 'late' }, PATIENT)).outcome.ok);
});
