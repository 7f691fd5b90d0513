/**
 * Runs every benchmark, each in a process of its own, prints their figures beside those of the stored baseline, and exits
 * with 1 when a bar is missed. `--save` stores the figures as the new baseline; names choose benchmarks.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';

import { type Figure, holds } from './_support/report.ts';

const HERE = import.meta.dirname;
const BASELINE = path.join(HERE, 'baseline.json');

interface Baseline {
  readonly commit: string;
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  /** What the machine did besides: processes that wanted a core when the benchmarks began. */
  readonly load: number;
  readonly figures: { readonly [name: string]: number };
}

function readBaseline(): Baseline | undefined {
  return existsSync(BASELINE) ? JSON.parse(readFileSync(BASELINE, 'utf8')) : undefined;
}

function benchmarks(chosen: readonly string[]): readonly string[] {
  return readdirSync(HERE)
    .filter((file) => file.endsWith('.bench.ts'))
    .filter((file) => chosen.length === 0 || chosen.some((name) => file.startsWith(name)))
    .toSorted();
}

async function run(file: string): Promise<readonly Figure[]> {
  const flags = ['--no-node-snapshot', '--conditions=entrada:source', '--expose-gc'];
  const child = spawn(process.execPath, [...flags, path.join(HERE, file)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Figure => JSON.parse(line));
}

function row(bench: string, figure: Figure, baseline: Baseline | undefined): string {
  const before = baseline?.figures[`${bench}: ${figure.name}`];
  const change =
    before === undefined
      ? ''
      : `${(((figure.value - before) / before) * 100).toFixed(0).padStart(4)} %`;
  const bar = figure.bar
    ? `${figure.bar.kind} ${figure.bar.value}${holds(figure) ? '' : '  MISSED'}`
    : '';
  const value = figure.value >= 100 ? figure.value.toFixed(0) : figure.value.toPrecision(3);
  return `  ${figure.name.padEnd(58)} ${value.padStart(9)} ${figure.unit.padEnd(14)} ${change.padStart(8)}  ${bar}`;
}

const load = Math.round(loadavg()[0] ?? 0);
const save = process.argv.includes('--save');
const chosen = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const baseline = readBaseline();
const figures: { [name: string]: number } =
  save && baseline && chosen.length > 0 ? { ...baseline.figures } : {};
let missed = 0;
for (const file of benchmarks(chosen)) {
  const bench = file.replace('.bench.ts', '');
  console.log(`\n${bench}`);
  // oxlint-disable-next-line no-await-in-loop -- one at a time, or they would measure each other
  for (const figure of await run(file)) {
    console.log(row(bench, figure, baseline));
    figures[`${bench}: ${figure.name}`] = figure.value;
    if (!holds(figure)) missed++;
  }
}
if (baseline)
  console.log(
    `\nChanges are against ${baseline.commit} of ${baseline.date}, on ${baseline.machine}, Node ${baseline.node}, load ${baseline.load}.`,
  );
if (save) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: HERE })
    .toString()
    .trim();
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model ?? 'unknown'}`;
  const saved: Baseline = {
    commit,
    date: new Date().toISOString().slice(0, 10),
    machine,
    node: process.versions.node,
    load,
    figures,
  };
  writeFileSync(BASELINE, `${JSON.stringify(saved, null, 2)}\n`);
}
if (missed > 0) {
  console.log(`\n${missed} bars are missed.`);
  process.exitCode = 1;
}
