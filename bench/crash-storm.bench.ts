/**
 * What others notice while extensions crash their runners again and again: invocations of two innocent extensions, one every
 * 8 ms, in calm and in a storm. In the storm five extensions end their runner's process as often as they are let.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Call, Outcome } from '../sandbox/contract.ts';
import { DEFAULT_LIMITS } from '../src/extensions/limits.ts';
import { loadPlatform } from '../src/extensions/load-platform.ts';
import { RunnerPool } from '../src/extensions/pool.ts';
import { quantile, report } from './_support/report.ts';

/** Time between two calls: as a busy gateway has them. Unit: milliseconds. */
const PACE_MS = 8;

/** Of each, for the p99 to rest on dozens of calls. */
const CALLS = 2_500;

const INNOCENT = ['innocent-1', 'innocent-2'] as const;
const CRASHERS = ['crasher-1', 'crasher-2', 'crasher-3', 'crasher-4', 'crasher-5'] as const;

const ALLOW = `return { decision: 'allow' };`;

/** V8 ends the process over a table of properties that does not fit. */
const CRASH = `const all = {}; for (let i = 0; ; i++) all['key' + i] = i;`;

const CRASHING = { memoryMb: 16, cpuMs: 5_000, wallMs: 5_000 } as const;

const events = new Map<string, number>();

const pool = new RunnerPool({
  platform: await loadPlatform(),
  report: (event) => void events.set(event, (events.get(event) ?? 0) + 1),
});

async function load(extension: string, body: string, memoryMb: number): Promise<void> {
  const source = `(function () {"use strict";return { async decide(signIn, ctx) {\n${body}\n} };})`;
  await pool.load({ type: 'load', extension, source, memoryMb });
}

async function run(extension: string, own: Partial<typeof DEFAULT_LIMITS> = {}): Promise<Outcome> {
  const limits = { ...DEFAULT_LIMITS, ...own };
  const deadline = Date.now() + limits.wallMs;
  const { resultLength, messageLength } = limits;
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
    limits,
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
async function storm(signal: AbortSignal): Promise<number> {
  const counts = await Promise.all(
    CRASHERS.map(async (crasher) => {
      let crashes = 0;
      while (!signal.aborted) {
        const outcome = await run(crasher, CRASHING);
        if (!outcome.ok && outcome.failure.kind === 'memory') crashes++;
        else await sleep(50);
      }
      return crashes;
    }),
  );
  return counts.reduce((sum, one) => sum + one, 0);
}

await pool.start();
for (const name of INNOCENT) await load(name, ALLOW, DEFAULT_LIMITS.memoryMb);
for (const name of CRASHERS) await load(name, CRASH, CRASHING.memoryMb);
await paced(200);
const calm = await paced(CALLS);
process.stderr.write(`${JSON.stringify(Object.fromEntries([...events, ...failed]))}\n`);
const end = new AbortController();
const crashing = storm(end.signal);
const stormy = await paced(CALLS);
end.abort();
const crashes = await crashing;
for (const [name, times] of Object.entries({ calm, storm: stormy })) {
  for (const share of [0.5, 0.95, 0.99]) {
    const value = quantile(times, share);
    report({ name: `${name}: others, p${share * 100}`, value, unit: 'ms' });
  }
}
report(
  { name: 'storm: crashes', value: crashes, unit: 'invocations' },
  { name: 'storm: runners lost', value: events.get('runner_lost') ?? 0, unit: 'invocations' },
  {
    name: 'others in the storm to others in calm, p99',
    value: quantile(stormy, 0.99) / quantile(calm, 0.99),
    unit: 'ratio',
    bar: { kind: 'at most', value: 3 },
  },
);
process.stderr.write(`${JSON.stringify(Object.fromEntries([...events, ...failed]))}\n`);
await pool[Symbol.asyncDispose]();
process.exit(0);
