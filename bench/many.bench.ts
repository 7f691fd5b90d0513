/** Two hundred distinct extensions: start time and memory, and the memory of one isolate that stands ready. */
import { setTimeout as sleep } from 'node:timers/promises';

import { memoryOf } from './_support/cpu.ts';
import { buildAll, startBenchHost } from './_support/extension-host.ts';
import { report } from './_support/report.ts';

/** More than there are isolates that stand ready: what grows from here on is what an extension itself takes. */
const COUNTS = [80, 140, 200] as const;

/** Isolates are made ready one after the other once there is nothing else to do. Unit: milliseconds. */
const SETTLE_MS = 1_500;

/** Each has about 8 kB of code that no other one has. */
function codes(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_none, at) => [
      `extension-${at}`,
      `const table = ${JSON.stringify(Array.from({ length: 400 }, (_zero, row) => `row ${at}-${row}`))};
      export default { decide: (signIn) => ({ decision: table.includes(signIn.principal.username) ? 'deny' : 'allow' }) };`,
    ]),
  );
}

interface Measured {
  readonly buildMs: number;
  readonly startMs: number;
  readonly memoryMb: number;
}

async function measure(count: number): Promise<Measured> {
  const before = performance.now();
  const extensions = await buildAll(codes(count));
  const built = performance.now();
  await using host = await startBenchHost(extensions);
  const started = performance.now();
  await sleep(SETTLE_MS);
  const memoryMb = memoryOf(host.pids[0]!);
  return { buildMs: built - before, startMs: started - built, memoryMb };
}

/** What each of the last sixty takes, over what each of the sixty before takes: 1 is a straight line. */
function bend(values: readonly [number, number, number]): number {
  const [low, middle, high] = values;
  return (high - middle) / (COUNTS[2] - COUNTS[1]) / ((middle - low) / (COUNTS[1] - COUNTS[0]));
}

await measure(1); // the bundler and the platform are loaded
const one = await measure(1);
const ready = await measure(33);
report({
  name: 'memory of an isolate that stands ready',
  value: (ready.memoryMb - one.memoryMb) / 32,
  unit: 'MB',
});
const all: Measured[] = [];
for (const count of COUNTS) all.push(await measure(count));
const [low, middle, high] = all as [Measured, Measured, Measured];
for (const [at, { buildMs, startMs, memoryMb }] of all.entries()) {
  const name = `${COUNTS[at]} extensions`;
  report(
    { name: `${name}: built`, value: buildMs, unit: 'ms' },
    { name: `${name}: loaded`, value: startMs, unit: 'ms' },
    { name: `${name}: memory of a runner`, value: memoryMb, unit: 'MB' },
  );
}
report(
  {
    name: 'time to load, the last sixty ÷ the sixty before',
    value: bend([low.startMs, middle.startMs, high.startMs]),
    unit: 'ratio',
    bar: { kind: 'at most', value: 1.5 },
  },
  {
    name: 'memory, the last sixty ÷ the sixty before',
    value: bend([low.memoryMb, middle.memoryMb, high.memoryMb]),
    unit: 'ratio',
    bar: { kind: 'at most', value: 1.5 },
  },
);
process.exit(0);
