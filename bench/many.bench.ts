/** Two hundred distinct extensions: start time and memory, and the memory of one isolate that stands ready. */
import { setTimeout as sleep } from 'node:timers/promises';

import { memoryOf } from './_support/cpu.ts';
import { buildAll, startBenchHost } from './_support/extension-host.ts';
import { report } from './_support/report.ts';

/** More than there are isolates that stand ready: what grows from here on is what an extension itself takes. */
const COUNTS = [80, 140, 200] as const;

const ROUNDS = 3;

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

/** The least of several: what the machine does besides only adds. */
function leastOf(all: readonly Measured[]): Measured {
  const least = (key: keyof Measured): number => Math.min(...all.map((one) => one[key]));
  return {
    buildMs: least('buildMs'),
    startMs: least('startMs'),
    memoryMb: least('memoryMb'),
  };
}

/** Measures each number of extensions in turn, several times. */
async function measureAll(): Promise<readonly Measured[]> {
  const rounds: Measured[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const measured: Measured[] = [];
    for (const count of COUNTS) measured.push(await measure(count));
    rounds.push(measured);
  }
  return COUNTS.map((_count, at) => leastOf(rounds.map((measured) => measured[at]!)));
}

/** What one of many takes, over what one of few takes: 1 or less is a straight line. */
const growth = (few: number, many: number): number => many / COUNTS[2] / (few / COUNTS[0]);

await measure(1); // the bundler and the platform are loaded
const one = await measure(1);
const ready = await measure(33);
report({
  name: 'memory of an isolate that stands ready',
  value: (ready.memoryMb - one.memoryMb) / 32,
  unit: 'MB',
});
const all = await measureAll();
for (const [at, { buildMs, startMs, memoryMb }] of all.entries()) {
  const name = `${COUNTS[at]} extensions`;
  report(
    { name: `${name}: built`, value: buildMs, unit: 'ms' },
    { name: `${name}: loaded`, value: startMs, unit: 'ms' },
    { name: `${name}: memory of a runner`, value: memoryMb, unit: 'MB' },
  );
}
const [few, , many] = all;
if (!few || !many) throw new Error('nothing was measured');
report(
  {
    name: 'time to load one of 200 ÷ one of 80',
    value: growth(few.startMs, many.startMs),
    unit: 'ratio',
    bar: { kind: 'at most', value: 1.25 },
  },
  {
    name: 'memory of one of 200 ÷ one of 80',
    value: growth(few.memoryMb, many.memoryMb),
    unit: 'ratio',
    bar: { kind: 'at most', value: 1.25 },
  },
);
process.exit(0);
