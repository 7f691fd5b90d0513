import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { EXIT, Exit } from '../exit.ts';
import { mark, print, printJson, say } from '../say.ts';
import { nodeOptions, toolOf } from './author-tools.ts';
import { replayFixtures } from './replay-fixtures.ts';
import { readTap, type TapTest } from './tap.ts';
import { excerptLines, styled } from './tell.ts';

/** What the command line says of tests. */
export interface TestOptions {
  readonly match?: string;
  readonly json?: boolean;
}

/** Where the tests of an extension are. */
const TESTS = 'test/**/*.test.ts';

/** Runs the tests of an extension, replays its fixtures, and prints how they went. */
export async function testExtension(
  dir: string,
  { match, json = false }: TestOptions,
): Promise<void> {
  const folder = path.resolve(dir);
  const before = performance.now();
  const { output, code } = hasTests(folder) ? await runAva(folder, match) : NOTHING_RUN;
  const replayed = match === undefined ? await replayFixtures(folder) : [];
  const tests = [...readTap(output), ...replayed];
  if (output === '' && tests.length === 0) {
    say(`${mark('error')} ${folder} has no tests: ${TESTS}`);
    throw new Exit(EXIT.usage);
  }
  const ok = code === 0 && tests.every(({ state }) => state !== 'failed');
  if (json) printJson({ ok, tests });
  else if (tests.length > 0) tell(folder, tests, performance.now() - before);
  if (output !== '' && tests.length === replayed.length) {
    say(`${mark('error')} no test ran; AVA says:\n${output.trim()}`);
  }
  if (!ok) throw new Exit(EXIT.failed);
}

const NOTHING_RUN = { output: '', code: 0 };

function hasTests(folder: string): boolean {
  return existsSync(folder) && globSync(TESTS, { cwd: folder }).length > 0;
}

/** Without a result for so long, AVA gives up: a runner is started first, and a machine can have other things to do. */
const PATIENCE = '1m';

/** Longest report of AVA. Unit: bytes. */
const MAX_OUTPUT = 16 * 1024 * 1024;

function runAva(
  folder: string,
  match: string | undefined,
): Promise<{ readonly output: string; readonly code: number }> {
  const { program } = toolOf(folder, 'ava', 'ava');
  const chosen = match === undefined ? [] : ['--match', match];
  const args = [program, '--tap', '--timeout', PATIENCE, TESTS, ...chosen];
  const env = { ...process.env, NODE_OPTIONS: nodeOptions() };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { cwd: folder, env, maxBuffer: MAX_OUTPUT },
      (_error, stdout, stderr) => resolve({ output: stdout + stderr, code: child.exitCode ?? 1 }),
    );
  });
}

const SIGNS: { readonly [state in TapTest['state']]: string } = {
  passed: styled('green', '✔'),
  failed: styled('red', '✖'),
  skipped: styled('yellow', '-'),
  todo: styled('yellow', '-'),
};

function tell(folder: string, tests: readonly TapTest[], ms: number): void {
  for (const test of tests) {
    print(
      `  ${SIGNS[test.state]} ${test.title}${test.state === 'todo' ? styled('dim', ' (to do)') : ''}`,
    );
    for (const line of test.lines) print(styled('dim', `      ${line}`));
    if (test.state === 'failed') tellFailed(folder, test);
  }
  const counts = Object.keys(SIGNS).flatMap((state) => {
    const count = tests.filter((test) => test.state === state).length;
    return count === 0 ? [] : [`${count} ${state === 'todo' ? 'to do' : state}`];
  });
  print(`\n${counts.join(', ')} (${(ms / 1000).toFixed(1)} s)`);
}

function tellFailed(folder: string, { message, details, at }: TapTest): void {
  if (message !== '') print(`      ${message}`);
  for (const [label, text] of Object.entries(details)) {
    print(`      ${label}`);
    for (const line of text.trimEnd().split('\n')) print(`        ${coloured(line)}`);
  }
  const place = at === null ? undefined : placeIn(folder, at);
  if (!place) return;
  print(`      ${styled('dim', 'at')} ${place.file}:${place.line}:${place.column}`);
  for (const line of excerptLines(folder, place)) print(`    ${line}`);
}

function coloured(line: string): string {
  if (line.startsWith('-')) return styled('red', line);
  return line.startsWith('+') ? styled('green', line) : line;
}

const PLACE = /(file:\/\/\/.+?):(\d+):(\d+)/;

/** A place in the author's own files. */
function placeIn(
  folder: string,
  at: string,
): { readonly file: string; readonly line: number; readonly column: number } | undefined {
  const match = PLACE.exec(at);
  if (!match) return undefined;
  const file = path.relative(folder, fileURLToPath(match[1] ?? ''));
  if (file.startsWith('..') || file.includes('node_modules')) return undefined;
  return { file, line: Number(match[2]), column: Number(match[3]) };
}
