import path from 'node:path';

import type { ExecutionContext } from 'ava';

import type { Job, JobResult } from '../../src/extensions/job.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/extensions/limits.ts';
import { RunnerPool } from '../../src/extensions/pool.ts';
import type { Step } from './lying-runner.ts';

/** A pool whose runners say what the test tells them to. */
export interface LyingPool {
  readonly pool: RunnerPool;
  /** What became of runners. */
  readonly events: string[];
  /** Calls that were let through to the host. */
  readonly asked: string[];
  readonly logged: string[];
  /** Lets a runner say something in the place of running a job. */
  readonly run: (
    steps: readonly Step[],
    over?: Partial<Job>,
    limits?: Partial<Limits>,
  ) => Promise<JobResult>;
}

export const USAGE = { wallMs: 1, cpuMs: 1, heapBytes: 0 };

/** Source of an extension that a lying runner says it cannot load. */
export const UNLOADABLE = 'unloadable';

/** Source of an extension that a lying runner does not survive. */
export const FATAL = 'fatal';

/** An end that the gateway believes. */
export const DONE: Step = {
  say: { type: 'done', id: 'ID', outcome: { ok: true, result: '"honest"' }, usage: USAGE },
};

/** Starts such a pool; it ends with the test. */
export async function startLyingPool(t: ExecutionContext, runners = 1): Promise<LyingPool> {
  const events: string[] = [];
  const asked: string[] = [];
  const logged: string[] = [];
  const pool = new RunnerPool({
    platform: '',
    runners,
    caches: null,
    entry: path.join(import.meta.dirname, 'lying-runner.ts'),
    report: (event, detail) => void events.push(`${event} ${detail}`),
  });
  t.teardown(() => pool[Symbol.asyncDispose]());
  await pool.start();
  for (const extension of ['liar', 'other']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await pool.load({ type: 'load', extension, source: '', memoryMb: 128 });
  }
  const run: LyingPool['run'] = (steps, over = {}, limits = {}) =>
    pool.run({
      extension: 'liar',
      source: null,
      call: JSON.stringify({ hook: 'decide', event: null, config: { steps }, deadline: 0 }),
      limits: { ...DEFAULT_LIMITS, wallMs: 2_000, ...limits },
      measure: false,
      log: (_, text) => void logged.push(text),
      answer: async (op, argument) => {
        asked.push(`${op} ${argument}`);
        return '{"ok":true,"value":null}';
      },
      repeatable: () => false,
      ...over,
    });
  return { pool, events, asked, logged, run };
}
