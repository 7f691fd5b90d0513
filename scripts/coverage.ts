/**
 * Runs the tests and reports which lines of `src` and `sandbox` they ran: `npm run coverage`, followed by arguments for
 * AVA. A table by part goes to the terminal, lcov and a summary to `coverage/`. After a run of all tests it names the places
 * that refuse something and that no test reached, and fails when one has no reason in `scripts/coverage/unreachable.ts`.
 * `npm run coverage -- --add FILES` adds what some tests run to what was counted before; without files it only reports.
 *
 * Node counts what it runs itself, runner processes included; isolates are counted through their inspector, and what they
 * ran of the platform's script is led back to the files that it was bundled of. `scripts/coverage/preload.ts` sets that up
 * in every process; the code under test knows nothing of it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { buildPlatform } from '../src/extensions/platform.ts';
import { judgeRefusals } from './coverage/judge-refusals.ts';
import {
  FOLDER,
  ISOLATES,
  PLATFORM,
  PLATFORM_MAP,
  RAW,
  RAW_ISOLATES,
  ROOT,
} from './coverage/places.ts';
import { reached } from './coverage/reached.ts';
import { sandboxCoverage } from './coverage/sandbox-report.ts';
import { allRefusals, changedSources } from './coverage/sources.ts';
import { formatTable } from './coverage/table.ts';
import { typeFiles } from './coverage/type-files.ts';
import { UNREACHABLE } from './coverage/unreachable.ts';

const BIN = path.join(ROOT, 'node_modules/.bin');

/** Runners write what they counted when they end, which is after the test that started them. Unit: milliseconds. */
const LAST_WRITES_MS = 2_000;

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const { status } = spawnSync(path.join(BIN, program), args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  return status ?? 1;
}

async function prepare(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const folder of [RAW, ISOLATES]) mkdirSync(folder, { recursive: true });
  const { code, map = '' } = await buildPlatform({ readable: true });
  writeFileSync(PLATFORM, code);
  writeFileSync(PLATFORM_MAP, map);
}

/** What was counted before stays, as long as it says anything of the sources. */
function keep(): void {
  const changed = changedSources();
  if (changed.length === 0) return;
  throw new Error(
    `changed since they were counted, so that all has to be counted again: ${changed.join(', ')}`,
  );
}

/** Runs tests, in processes that are counted. */
function runTests(args: readonly string[]): number {
  const preload = new URL('./coverage/preload.ts', import.meta.url).href;
  return run('ava', args, {
    NODE_V8_COVERAGE: RAW,
    NODE_OPTIONS: `--import=${preload}`,
    NODE_DISABLE_COMPILE_CACHE: '1', // functions that come from it are counted less exactly
  });
}

function report(): number {
  const files = [
    ...['src/**', 'sandbox/**'].map((pattern) => `--include=${pattern}`),
    ...['**/*.d.ts', ...typeFiles()].map((pattern) => `--exclude=${pattern}`),
    '--all',
  ];
  const reporters = ['lcov', 'json-summary'].map((reporter) => `--reporter=${reporter}`);
  return run('c8', ['report', `--temp-directory=${RAW}`, ...files, ...reporters]);
}

/** Says which places that refuse no test reached; 1 when one of them has no reason, or a reason is not needed. */
function reportRefusals(): number {
  const places = allRefusals();
  const ran = reached(places);
  const { unreached, needless } = judgeRefusals(
    places.filter((place) => !ran.has(place)),
    UNREACHABLE,
  );
  const lines = [
    `\n${places.length} places refuse something; ${ran.size} were reached, ${UNREACHABLE.length} cannot be`,
    ...unreached.map(({ file, line, text }) => `not reached: ${file}:${line} ${text}`),
    ...needless.map(({ file, text }) => `needs no reason: ${file} ${text}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return unreached.length + needless.length > 0 ? 1 : 0;
}

const [first, ...others] = process.argv.slice(2);
const adds = first === '--add';
const args = adds ? others : process.argv.slice(2);
if (adds) keep();
else await prepare();
const tests = adds && args.length === 0 ? 0 : runTests(args);
await setTimeout(LAST_WRITES_MS);
writeFileSync(path.join(RAW, RAW_ISOLATES), JSON.stringify({ result: sandboxCoverage() }));
const reported = report();
const summary = readFileSync(path.join(FOLDER, 'coverage-summary.json'), 'utf8');
process.stdout.write(formatTable(JSON.parse(summary), ROOT));
const isWhole = adds || args.length === 0; // a few tests reach few places
const refused = isWhole ? reportRefusals() : 0;
process.exitCode = tests || reported || refused;
