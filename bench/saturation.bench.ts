/**
 * What one core gives: CPU time of a pristine invocation beside that of a bare isolate, the latency as the load grows beyond
 * what there is, and what `--jitless` costs, all of it through the runner.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import ivm from 'isolated-vm';

import type { ExtensionHost } from '../src/extensions/host.ts';
import { cpuOf } from './_support/cpu.ts';
import {
  buildAll,
  decide,
  startBenchHost,
  subjectWith,
  TRIVIAL,
} from './_support/extension-host.ts';
import { type Figure, quantile, report } from './_support/report.ts';

/** More at once than a runner needs to be busy always, and fewer than it refuses. */
const AT_ONCE = 16;

/** So few that none waits for a core, which its limit of CPU time counts. */
const FEW = 2;

const BLOCKS = 8;
const BLOCK_MS = 1_000;

/** Arrivals in a second, whether or not earlier ones are answered. */
const RATES = [50, 100, 200, 400, 800, 1_600] as const;
const RATE_MS = 2_500;

/** An invocation that has real work: what machine code is made for. */
const BUSY = `export default { decide(signIn) {
  let hash = 0;
  for (let i = 0; i < 200_000; i++) hash = (hash * 31 + signIn.principal.username.charCodeAt(i % 4)) | 0;
  return { decision: hash === 1 ? 'deny' : 'allow' };
} };`;

const subject = subjectWith();

/** Invocations in a time, as many as there can be. */
async function saturate(host: ExtensionHost, ms: number, atOnce = AT_ONCE): Promise<number> {
  const end = performance.now() + ms;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (; performance.now() < end; done++) await decide(host, subject);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return done;
}

interface Cost {
  readonly perSecond: number;
  /** Unit: milliseconds of CPU time of the runner, all its threads together, for an invocation. */
  readonly cpuMs: number;
}

/** Once more, when the runner had served its five thousand meanwhile, and gave way to another one. */
async function costOf(host: ExtensionHost, atOnce = AT_ONCE): Promise<Cost> {
  const [pid] = host.pids;
  const before = { at: performance.now(), cpu: cpuOf(pid!) };
  const done = await saturate(host, BLOCK_MS, atOnce);
  const seconds = (performance.now() - before.at) / 1000;
  if (host.pids.length !== 1 || host.pids[0] !== pid) return costOf(host, atOnce);
  return { perSecond: done / seconds, cpuMs: (cpuOf(pid!) - before.cpu) / done };
}

/** CPU time of an isolate that is made, asked one thing and disposed of, and nothing else. Unit: milliseconds. */
async function bareCost(): Promise<number> {
  const count = 100;
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const isolate = new ivm.Isolate({ memoryLimit: 64 });
    const context = isolate.createContextSync();
    const script = isolate.compileScriptSync(`(() => 'allow')`);
    const ask = script.runSync(context, { reference: true });
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as a core does it
    await ask.apply(undefined, [], { result: { copy: true } });
    isolate.dispose();
  }
  await sleep(50); // the threads of the last ones end
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count;
}

const median = (values: readonly number[]): number => quantile(values, 0.5);

async function measureCore(host: ExtensionHost): Promise<readonly Figure[]> {
  await saturate(host, BLOCK_MS);
  const costs: Cost[] = [];
  const bare: number[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    costs.push(await costOf(host));
    bare.push(await bareCost());
  }
  const cpuMs = median(costs.map((cost) => cost.cpuMs));
  return [
    {
      name: 'one runner, as much as it takes',
      value: median(costs.map(({ perSecond }) => perSecond)),
      unit: 'invocations/s',
    },
    {
      name: 'per core: a second of the runner’s CPU time',
      value: 1000 / cpuMs,
      unit: 'invocations/s',
      bar: { kind: 'at least', value: 500 },
    },
    { name: 'CPU of a pristine invocation', value: cpuMs, unit: 'ms' },
    { name: 'CPU of a bare isolate, made, asked and disposed', value: median(bare), unit: 'ms' },
    {
      name: 'CPU of an invocation ÷ that of a bare isolate',
      value: median(costs.map((cost, at) => cost.cpuMs / bare[at]!)),
      unit: 'ratio',
      bar: { kind: 'at most', value: 2 },
    },
  ];
}

interface Arrivals {
  readonly times: readonly number[];
  readonly refused: number;
  /** The most at once of those that were not refused. */
  readonly mostAtOnce: number;
}

/** How many of the spans overlap at the most. */
function mostOverlapping(spans: readonly (readonly [from: number, to: number])[]): number {
  const turns = spans.flatMap(([from, to]) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { by } of turns.toSorted((a, b) => a.at - b.at || a.by - b.by))
    most = Math.max(most, (now += by));
  return most;
}

/** Lets invocations arrive at a rate, whatever becomes of them. */
async function arrive(host: ExtensionHost, perSecond: number): Promise<Arrivals> {
  const spans: (readonly [number, number])[] = [];
  const all: Promise<void>[] = [];
  const one = async (): Promise<void> => {
    const from = performance.now();
    const { combined } = await host.decide(subject);
    if (combined.decision === 'allow') spans.push([from, performance.now()]);
  };
  const start = performance.now();
  for (let due = 0; due < (perSecond * RATE_MS) / 1000;) {
    const owed = Math.floor(((performance.now() - start) * perSecond) / 1000);
    for (; due < owed; due++) all.push(one());
    await sleep(1);
  }
  await Promise.all(all);
  const times = spans.map(([from, to]) => to - from);
  return { times, refused: all.length - spans.length, mostAtOnce: mostOverlapping(spans) };
}

async function measureCurve(host: ExtensionHost): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const rate of RATES) {
    const { times, refused, mostAtOnce } = await arrive(host, rate);
    const name = `${rate} arrive in a second`;
    figures.push(
      { name: `${name}, p50`, value: quantile(times, 0.5), unit: 'ms' },
      { name: `${name}, p95`, value: quantile(times, 0.95), unit: 'ms' },
      { name: `${name}, p99`, value: quantile(times, 0.99), unit: 'ms' },
      { name: `${name}, refused`, value: refused / (refused + times.length), unit: 'ratio' },
      {
        name: `${name}, most at once`,
        value: mostAtOnce,
        unit: 'invocations',
        bar: { kind: 'at most', value: 96 }, // 32 that run and 64 that wait
      },
    );
    await sleep(500);
  }
  return figures;
}

/** CPU time of an invocation in runners that make machine code and in runners that make none, in turn. */
async function measureJitless(name: string, code: string): Promise<readonly Figure[]> {
  const extensions = await buildAll({ bench: code });
  await using ordinary = await startBenchHost(extensions);
  await using jitless = await startBenchHost(extensions, { jitless: true });
  const pairs: (readonly [ordinary: number, jitless: number])[] = [];
  await Promise.all([ordinary, jitless].map((host) => saturate(host, BLOCK_MS, FEW)));
  for (let block = 0; block < BLOCKS; block++) {
    const [one, other] = [await costOf(ordinary, FEW), await costOf(jitless, FEW)];
    pairs.push([one.cpuMs, other.cpuMs]);
  }
  const cost = (which: 0 | 1): number => median(pairs.map((pair) => pair[which]));
  return [
    { name: `${name}: CPU of an invocation`, value: cost(0), unit: 'ms' },
    { name: `${name}, --jitless: CPU of an invocation`, value: cost(1), unit: 'ms' },
    {
      name: `${name}: --jitless ÷ ordinary`,
      value: median(pairs.map(([one, other]) => other / one)),
      unit: 'ratio',
    },
  ];
}

/** On runners of its own: one that has served its five thousand has another one beside it for a while. */
async function measureAlone(
  measure: (host: ExtensionHost) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  await using host = await startBenchHost(await buildAll({ bench: TRIVIAL }));
  return await measure(host);
}

report(...(await measureAlone(measureCore)));
report(...(await measureAlone(measureCurve)));
report(...(await measureJitless('small decision', TRIVIAL)));
report(...(await measureJitless('loop of 200,000 steps', BUSY)));
process.exit(0);
