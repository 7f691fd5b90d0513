/** Runners that are replaced before they do harm: by what they take, and by what they have served. */
import test, { type ExecutionContext } from 'ava';

import { memoryBounds } from '../../../src/extensions/pool/memory-watch.ts';
import { DEFAULT_LIMITS } from '../../../src/extensions/limits.ts';
import { DONE, type LyingPool, startLyingPool } from '../../_support/lying-pool.ts';

const MIB = 1024 * 1024;

/** Those of a pool whose extensions have the ordinary limit of memory. */
const BOUNDS = memoryBounds(DEFAULT_LIMITS.memoryMb);

/** What is so far from a bound that other memory of the process makes no difference. Unit: MiB. */
const CLEARLY = 100;

const mib = (bytes: number): number => Math.round(bytes / MIB);

const PATIENT = { wallMs: 20_000 };

/** Waits until something became of a runner. */
async function untilEvent({ events }: LyingPool, begins: string): Promise<string> {
  for (;;) {
    const found = events.find((event) => event.startsWith(begins));
    if (found !== undefined) return found;
    // oxlint-disable-next-line no-await-in-loop -- until it happens
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A pool whose runner has taken so much. Unit: MiB. */
async function taking(t: ExecutionContext, much: number): Promise<LyingPool & { pid: number }> {
  const world = await startLyingPool(t);
  const [pid = 0] = world.pool.pids;
  const { outcome } = await world.run([{ take: much }, DONE], {}, PATIENT);
  t.true(outcome.ok);
  return { ...world, pid };
}

test.serial(
  'a runner that kept much more than it began with is replaced when it is idle',
  async (t) => {
    const world = await taking(t, mib(BOUNDS.growth) + CLEARLY);
    t.regex(await untilEvent(world, 'runner_'), /^runner_recycled it takes \d+ MiB at rest$/);
    t.false(world.pool.pids.includes(world.pid));
    t.true((await world.run([DONE], {}, PATIENT)).outcome.ok);
  },
);

test.serial('a runner that kept less stays', async (t) => {
  const world = await taking(t, mib(BOUNDS.growth) - CLEARLY);
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // longer than it is looked at
  t.deepEqual(world.events, []);
  t.deepEqual(world.pool.pids, [world.pid]);
});

test.serial('a runner that takes too much gets no more work, and ends what it has', async (t) => {
  const world = await startLyingPool(t);
  const [pid = 0] = world.pool.pids;
  const call = { type: 'call', id: 'ID', call: 1, op: 'share', argument: '{}' };
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const steps = [{ take: mib(BOUNDS.soft) }, { onAnswer: DONE }, { say: call }];
  const running = world.run(steps, { answer: async () => (await answered, '{}') }, PATIENT);
  t.regex(await untilEvent(world, 'runner_sick'), /^runner_sick it takes \d+ MiB$/);
  while (!world.pool.ready) {
    // oxlint-disable-next-line no-await-in-loop -- another one is started
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  t.true((await world.run([DONE], { extension: 'other' }, PATIENT)).outcome.ok, 'elsewhere');
  t.true(world.pool.pids.includes(pid), 'it is still there');
  answer();
  t.true((await running).outcome.ok);
});

test.serial('a runner that takes much too much is ended at once', async (t) => {
  const world = await startLyingPool(t);
  const { outcome } = await world.run([{ take: mib(BOUNDS.hard) }], {}, PATIENT);
  t.like(outcome, { ok: false, failure: { kind: 'memory', code: 'RUNNER_CRASHED' } });
  t.regex(await untilEvent(world, 'runner_lost'), /it takes \d+ MiB of memory/);
});

test.serial(
  'a runner is replaced after five thousand invocations, and nobody notices',
  async (t) => {
    const world = await startLyingPool(t);
    const [pid] = world.pool.pids;
    const left = Array.from({ length: 5_000 }).values();
    const failed: unknown[] = [];
    const worker = async (): Promise<void> => {
      for (const _ of left) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const { outcome } = await world.run([DONE], {}, PATIENT);
        if (!outcome.ok) failed.push(outcome.failure);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    t.is(await untilEvent(world, 'runner_'), 'runner_recycled after 5000 invocations');
    t.deepEqual(failed, []);
    t.not(world.pool.pids[0], pid);
    t.true((await world.run([DONE], {}, PATIENT)).outcome.ok);
  },
);
