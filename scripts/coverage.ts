/**
 * Runs the tests and reports which lines of `src` and `sandbox` they ran: `npm run coverage`, followed by arguments for
 * AVA. A table by part goes to the terminal, lcov and HTML to `coverage/`.
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
import { FOLDER, ISOLATES, PLATFORM, PLATFORM_MAP, RAW, ROOT } from './coverage/places.ts';
import { sandboxCoverage } from './coverage/sandbox-report.ts';
import { formatTable } from './coverage/table.ts';
import { typeFiles } from './coverage/type-files.ts';

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

/** Runs the tests, in processes that are counted. */
function runTests(): number {
  const preload = new URL('./coverage/preload.ts', import.meta.url).href;
  return run('ava', process.argv.slice(2), {
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

await prepare();
const tests = runTests();
await setTimeout(LAST_WRITES_MS);
writeFileSync(path.join(RAW, 'isolates.json'), JSON.stringify({ result: sandboxCoverage() }));
const reported = report();
const summary = readFileSync(path.join(FOLDER, 'coverage-summary.json'), 'utf8');
process.stdout.write(formatTable(JSON.parse(summary), ROOT));
process.exitCode = tests || reported;
