import { readdirSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import path from 'node:path';

import test from 'ava';

import type { Job } from '../../../src/extensions/job.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../src/extensions/limits.ts';
import { DataLimit } from '../../../src/extensions/pool/data-limit.ts';
import type { Loss } from '../../../src/extensions/pool/lost.ts';
import { RunnerHost } from '../../../src/extensions/pool/runner-host.ts';
import { RunnerSet } from '../../../src/extensions/pool/runner-set.ts';
import { SolitaryRunners } from '../../../src/extensions/pool/solitary-runners.ts';
import { type RunnerParts, startRunner } from '../../../src/extensions/pool/start-runner.ts';
import { RunnerPool } from '../../../src/extensions/pool.ts';
import { DONE, FATAL, startLyingPool, UNLOADABLE } from '../../_support/lying-pool.ts';
import type { Step } from '../../_support/lying-runner.ts';

const CRASH: Step = { kill: 'SIGKILL' };

const HOST_CALL: Step = {
  say: { type: 'call', id: 'ID', call: 1, op: 'share', argument: '{}' },
};

const support = (name: string): string =>
  path.resolve(import.meta.dirname, `../../_support/${name}.ts`);

const DEAD = support('dead-runner');
const ENDED = support('ended-runner');
const LYING = support('lying-runner');

/** What all runners of a pool have in common, here of one without any pool around it. */
const partsOf = (entry: string, report: RunnerParts['report']): RunnerParts => ({
  platform: '',
  jitless: false,
  limit: new DataLimit(false, () => undefined),
  catalog: new Map(),
  entry,
  report,
});

/** A job that has a lying runner do something. */
const jobOf = (steps: readonly Step[], limits: Partial<Limits> = {}): Job => ({
  extension: null,
  call: JSON.stringify({ config: { steps } }),
  source: '1',
  limits: { ...DEFAULT_LIMITS, ...limits },
  measure: false,
  answer: () => Promise.resolve(''),
  log: () => undefined,
  repeatable: () => true,
});

test('a process for one invocation that is lost before it has started fails that invocation alone', async (t) => {
  const events: string[] = [];
  const parts = partsOf(DEAD, (event) => void events.push(event));
  await using runners = new SolitaryRunners({ ...parts, runners: 1, keptApart: false });
  const result = await runners.run(jobOf([]));
  t.like(result, { outcome: { ok: false, failure: { kind: 'unavailable', code: 'RUNNER_LOST' } } });
  t.deepEqual([events, runners.pids], [[], []]);
});

test('a runner that is lost takes nothing any more', async (t) => {
  const lost = Promise.withResolvers<Loss>();
  const events = { lost: lost.resolve, sick: () => undefined };
  const runner = new RunnerHost('', events, { jitless: false, dataLimit: null, entry: DEAD });
  await t.throwsAsync(runner.started(), { code: 'EXTENSION_RUNNER_LOST' });
  const { error } = await lost.promise;
  const load = { type: 'load', extension: 'late', source: '', memoryMb: 128 } as const;
  t.is(await t.throwsAsync(runner.loadExtension(load)), error);
  t.false(runner.has('late'));
  t.deepEqual(await runner.run(jobOf([])), { lost: error, guilty: false });
});

test('an extension that two ask for at once is loaded once, and both are told', async (t) => {
  const events = { lost: () => undefined, sick: () => undefined };
  const sent: string[] = [];
  const tap = (frame: Buffer): void => void sent.push(frame.toString());
  const options = { jitless: false, dataLimit: null, entry: LYING };
  const runner = new RunnerHost('', { ...events, tap }, options);
  t.teardown(() => runner.dismiss());
  await runner.started();
  const load = { type: 'load', extension: 'wanted', source: '', memoryMb: 128 } as const;
  await Promise.all([runner.loadExtension(load), runner.loadExtension(load)]);
  t.true(runner.has('wanted'));
  t.is(sent.filter((text) => text.includes('"load"')).length, 1);
  const odd = { ...load, extension: 'odd', source: UNLOADABLE };
  const both = [runner.loadExtension(odd), runner.loadExtension(odd)];
  for (const one of both) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await t.throwsAsync(one, { any: true, code: 'UNLOADABLE' });
  }
});

const PATIENT = { wallMs: 20_000 };

test('who is kept apart and lost its process does not wait for the next one beyond half of its time', async (t) => {
  const parts = partsOf(LYING, () => undefined);
  await using runners = new SolitaryRunners({ ...parts, runners: 1, keptApart: true });
  t.like(await runners.run(jobOf([CRASH], PATIENT)), { guilty: true });
  t.like(await runners.run(jobOf([DONE], { wallMs: 20 })), {
    outcome: { ok: false, failure: { kind: 'unavailable', code: 'QUEUE_TIMEOUT' } },
  });
  t.like(await runners.run(jobOf([DONE], PATIENT)), { outcome: { ok: true } });
});

test('who is kept apart and has all its processes at work is told that no place became free', async (t) => {
  const parts = partsOf(LYING, () => undefined);
  await using runners = new SolitaryRunners({ ...parts, runners: 1, keptApart: true });
  const first = runners.run(jobOf([], { wallMs: 2_000 })); // never done
  t.like(await runners.run(jobOf([DONE], { wallMs: 200 })), {
    outcome: { ok: false, failure: { kind: 'unavailable', code: 'QUEUE_TIMEOUT' } },
  });
  t.like(await first, { outcome: { ok: false, failure: { kind: 'timeout' } } });
});

test('an extension over which a runner is lost is an error of who loads it, and is in none of the next ones', async (t) => {
  const { pool, run, events } = await startLyingPool(t);
  const load = { type: 'load', extension: 'odd', source: FATAL, memoryMb: 128 } as const;
  await t.throwsAsync(pool.load(load), {
    code: 'EXTENSION_RUNNER_LOST',
    message: 'a runner is lost: it ended with SIGKILL',
  });
  t.true((await run([DONE], {}, PATIENT)).outcome.ok);
  t.deepEqual(events, ['runner_lost a runner is lost: it ended with SIGKILL']);
});

test('an extension that does not load is an error of who loads it, and the runner serves on', async (t) => {
  const { pool, run, events } = await startLyingPool(t);
  const load = { type: 'load', extension: 'odd', source: UNLOADABLE, memoryMb: 128 } as const;
  await t.throwsAsync(pool.load(load), {
    code: 'EXTENSION_UNLOADABLE',
    message: 'odd does not load: it does not parse',
  });
  t.true((await run([DONE], {}, PATIENT)).outcome.ok);
  t.deepEqual(events, []);
});

test('a runner that cannot load what there is, is not begun with', async (t) => {
  const message = { type: 'load', extension: 'odd', source: UNLOADABLE, memoryMb: 128 } as const;
  await using runners = new RunnerSet({
    ...partsOf(LYING, () => undefined),
    catalog: new Map([['odd', message]]),
    runners: 1,
    places: 1,
    lost: () => undefined,
    swollen: () => undefined,
    sick: () => undefined,
  });
  await t.throwsAsync(runners.start(), { any: true, code: 'UNLOADABLE' });
  t.deepEqual([runners.ready, runners.pids], [false, []]);
});

test('a runner that is sick for nobody’s sake is replaced, and nobody is kept apart', async (t) => {
  const { pool, run, events } = await startLyingPool(t);
  const [pid = 0] = pool.pids;
  const sick: Step = { say: { type: 'sick', id: null, reason: 'an odd promise' } };
  t.true((await run([sick, DONE], {}, PATIENT)).outcome.ok, 'it ends what it has');
  t.true((await run([DONE], {}, PATIENT)).outcome.ok);
  t.false(pool.pids.includes(pid));
  t.deepEqual(events, ['runner_sick an odd promise']);
});

test('a job that came in the moment in which the pool is closed finds no runner', async (t) => {
  const { pool, run } = await startLyingPool(t);
  const running = run([DONE], {}, PATIENT);
  await pool[Symbol.asyncDispose]();
  t.like((await running).outcome, {
    ok: false,
    failure: { kind: 'unavailable', code: 'RUNNER_LOST', message: 'there is no runner' },
  });
});

test('who is alone in a runner while the pool is closed did not take it down', async (t) => {
  for (const repeatable of [true, false]) {
    // oxlint-disable-next-line no-await-in-loop -- one pool after the other
    const { pool, run, events } = await startLyingPool(t);
    const asked = Promise.withResolvers<void>();
    const answer = (): Promise<string> => (asked.resolve(), new Promise<string>(() => undefined));
    const running = run([HOST_CALL], { answer, repeatable: () => repeatable }, PATIENT);
    // oxlint-disable-next-line no-await-in-loop -- as above
    await asked.promise;
    // oxlint-disable-next-line no-await-in-loop -- as above
    await pool[Symbol.asyncDispose]();
    // oxlint-disable-next-line no-await-in-loop -- as above
    const { outcome } = await running;
    t.like(outcome, { ok: false, failure: { kind: 'unavailable', code: 'RUNNER_LOST' } });
    t.deepEqual(events, []);
  }
});

test('a runner that is lost before it has started is an error of who starts it, and of nobody else', async (t) => {
  const events: string[] = [];
  await using pool = new RunnerPool({
    platform: '',
    runners: 1,
    caches: null,
    entry: DEAD,
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

for (const [what, entry, isLimited] of [
  ['that does not start is tried without a limit on its data', DEAD, false],
  ['that is ended as it starts does not cost the others their limit', ENDED, true],
] as const) {
  test(`a runner ${what}`, async (t) => {
    const limit = new DataLimit(false, () => undefined);
    const parts = { ...partsOf(entry, () => undefined), limit };
    const events = { lost: () => undefined, sick: () => undefined };
    await t.throwsAsync(startRunner(parts, 1, 1, events), { code: 'EXTENSION_RUNNER_LOST' });
    t.is(limit.bytes(1, 1) !== null, isLimited);
  });
}

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

/** The spare of a pool of two runners, when it is there; undefined when it does not come. */
async function spareOf(pool: RunnerPool, runners: readonly number[]): Promise<number | undefined> {
  for (let tries = 0; tries < 400 && pool.pids.length < 3; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- until the spare is there
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return pool.pids.find((pid) => !runners.includes(pid));
}

test('a spare that is lost is made again', async (t) => {
  const { pool } = await startLyingPool(t, 2);
  const runners = pool.pids;
  const spare = (await spareOf(pool, runners)) ?? Number.NaN;
  process.kill(spare, 'SIGKILL');
  while (pool.pids.includes(spare)) {
    // oxlint-disable-next-line no-await-in-loop -- until it has ended
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const next = await spareOf(pool, runners);
  t.truthy(next);
  t.not(next, spare);
});

test('where there are several runners, a spare takes the place of one that is lost', async (t) => {
  const { pool, events, run } = await startLyingPool(t, 2);
  const before = new Set(pool.pids);
  t.is(before.size, 2);
  const spare = await spareOf(pool, [...before]);

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
