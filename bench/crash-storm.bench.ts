/**
 * What others notice while an extension crashes its runner again and again: invocations of two innocent extensions, one every
 * 8 ms, in calm and in a storm. At the end three more begin at once, which nobody has reason to keep apart yet.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Call, Outcome } from '../sandbox/contract.ts';
import { DEFAULT_LIMITS } from '../src/extensions/limits.ts';
import { loadPlatform } from '../src/extensions/load-platform.ts';
import { RunnerPool } from '../src/extensions/pool.ts';
import { quantile, report } from './_support/report.ts';

/** Time between two calls: as a busy gateway has them. Unit: milliseconds. */
const PACE_MS = 8;

/** Calm and storm take turns, so that what else the machine does falls on both. */
const ROUNDS = 5;
const CALLS = 500;

const INNOCENT = ['innocent-1', 'innocent-2'] as const;
const CRASHER = 'crasher';
const NEW_CRASHERS = ['new-1', 'new-2', 'new-3'] as const;

const ALLOW = `return { decision: 'allow' };`;

/** One operation, which V8 does not interrupt and whose memory it does not count in time: the process has to be ended. */
const CRASH = `return 'x'.repeat(2 ** 28).split('').length;`;

const events = new Map<string, number>();

const pool = new RunnerPool({
  platform: await loadPlatform(),
  report: (event) => void events.set(event, (events.get(event) ?? 0) + 1),
});

async function load(extension: string, body: string): Promise<void> {
  const source = `(function () {"use strict";return { async decide(signIn, ctx) {\n${body}\n} };})`;
  const { memoryMb } = DEFAULT_LIMITS;
  await pool.load({ type: 'load', extension, source, memoryMb });
}

async function run(extension: string): Promise<Outcome> {
  const { wallMs, resultLength, messageLength } = DEFAULT_LIMITS;
  const deadline = Date.now() + wallMs;
  const call: Call = {
    hook: 'decide',
    event: null,
    config: {},
    tokens: {},
    secrets: {},
    deadline,
    resultLength,
    messageLength,
  };
  const { outcome } = await pool.run({
    extension,
    source: null,
    call: JSON.stringify(call),
    limits: DEFAULT_LIMITS,
    measure: false,
    log: () => undefined,
    answer: async () => '{"ok":true,"value":null}',
    repeatable: () => true,
  });
  return outcome;
}

/** Innocent invocations that failed, by code. */
const failed = new Map<string, number>();

/** One that fails counts as long as it could have taken: whoever waits for it is not let in. */
async function timed(extension: string): Promise<number> {
  const before = performance.now();
  const outcome = await run(extension);
  if (outcome.ok) return performance.now() - before;
  const { code } = outcome.failure;
  failed.set(code, (failed.get(code) ?? 0) + 1);
  return DEFAULT_LIMITS.wallMs;
}

/** Calls at a fixed pace, whether or not those before are done. */
async function paced(count: number): Promise<readonly number[]> {
  const calls: Promise<number>[] = [];
  const began = performance.now();
  for (let i = 0; i < count; i++) {
    await sleep(Math.max(0, began + i * PACE_MS - performance.now()));
    calls.push(timed(INNOCENT[i % INNOCENT.length]!));
  }
  return Promise.all(calls);
}

/** Crashes until it is told to stop; answers how often. */
async function crash(extension: string, signal: AbortSignal): Promise<number> {
  let crashes = 0;
  while (!signal.aborted) {
    const outcome = await run(extension);
    if (!outcome.ok && outcome.failure.kind === 'memory') crashes++;
    else await sleep(PACE_MS);
  }
  return crashes;
}

/** What others notice meanwhile. */
async function during(crashers: readonly string[]): Promise<readonly number[]> {
  const end = new AbortController();
  const crashing = crashers.map((one) => crash(one, end.signal));
  const times = await paced(CALLS);
  end.abort();
  for (const count of await Promise.all(crashing)) crashes += count;
  return times;
}

let crashes = 0;
await pool.start();
for (const name of INNOCENT) await load(name, ALLOW);
for (const name of [CRASHER, ...NEW_CRASHERS]) await load(name, CRASH);
await paced(200);
const calm: number[] = [];
const stormy: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  calm.push(...(await paced(CALLS)));
  stormy.push(...(await during([CRASHER])));
}
const failedBefore = [...failed.values()].reduce((sum, one) => sum + one, 0);
const several = await during(NEW_CRASHERS);
const failedAfter = [...failed.values()].reduce((sum, one) => sum + one, 0);

for (const [name, times] of Object.entries({ calm, storm: stormy, 'three new ones': several })) {
  for (const share of [0.5, 0.95, 0.99]) {
    const value = quantile(times, share);
    report({ name: `${name}: others, p${share * 100}`, value, unit: 'ms' });
  }
}
report(
  { name: 'crashes', value: crashes, unit: 'invocations' },
  { name: 'runners lost', value: events.get('runner_lost') ?? 0, unit: 'invocations' },
  { name: 'storm: others that failed', value: failedBefore, unit: 'invocations' },
  {
    name: 'three new ones: others that failed',
    value: failedAfter - failedBefore,
    unit: 'invocations',
  },
  {
    name: 'others in the storm to others in calm, p99',
    value: quantile(stormy, 0.99) / quantile(calm, 0.99),
    unit: 'ratio',
    bar: { kind: 'at most', value: 3 },
  },
);
await pool[Symbol.asyncDispose]();
process.exit(0);
