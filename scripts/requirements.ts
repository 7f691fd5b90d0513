/**
 * Runs the tests that bear the number of a requirement and writes `docs/reference/entra-conformance.md` from how they ended.
 * With `--all` every test of the project is run; with `--tap FILE` none is, and the file is a run; with `--check` nothing is written, and the page that is there has to be the
 * one of this run. Exits with 1 when a test fails, a requirement has no test and no reason, or the page is another one.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { markedFiles, REQUIREMENTS_PAGE } from './requirements/check.ts';
import { readPage, requirementsPage } from './requirements/page.ts';
import { readTap } from './requirements/tap.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Runs tests, and shows their lines as they come. */
async function runTests(files: readonly string[]): Promise<{ tap: string; code: number }> {
  const ava = path.join(ROOT, 'node_modules/ava/entrypoints/cli.js');
  const child = spawn(process.execPath, [ava, '--tap', ...files], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let tap = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    tap += text;
    process.stdout.write(text);
  });
  const code = await new Promise<number>((resolve) => {
    child.on('close', (ended) => resolve(ended ?? 1));
  });
  return { tap, code };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

const has = (option: string): boolean => process.argv.includes(option);
const files = [...markedFiles(ROOT).keys()];
const earlier = process.argv[process.argv.indexOf('--tap') + 1];
const { tap, code } =
  has('--tap') && earlier !== undefined
    ? { tap: readFileSync(earlier, 'utf8'), code: 0 }
    : await runTests(has('--all') ? [] : files);
if (code !== 0) say('tests fail');
const page = requirementsPage(readTap(tap, files));
for (const [id, { result }] of readPage(page)) {
  if (result === 'no test' || result === 'fails') say(`${id}: ${result}`);
}
const place = path.join(ROOT, REQUIREMENTS_PAGE);
if (!has('--check')) writeFileSync(place, page);
else if (readFileSync(place, 'utf8') !== page) {
  say(`${REQUIREMENTS_PAGE}: not what this run says; run npm run requirements`);
}
