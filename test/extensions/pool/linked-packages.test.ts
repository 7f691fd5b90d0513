import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { temporaryFolder } from '../../_support/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

const START = `
  import { RunnerProcess } from './src/extensions/pool/runner-process.ts';
  const runner = new RunnerProcess({ message: () => {}, lost: () => {} }, { jitless: false, dataLimit: null });
  await runner.started();
  console.log('started');
  process.exit();
`;

/** A copy of the code that starts a runner, with packages laid out by the test. */
function copyOf(t: ExecutionContext): string {
  const folder = realpathSync(temporaryFolder(t));
  for (const name of ['src', 'sandbox', 'package.json']) {
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  writeFileSync(path.join(folder, 'start.ts'), START);
  return folder;
}

function start(folder: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['start.ts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout.trim() || stderr;
}

test('a runner starts where the folder of packages is a link', (t) => {
  const folder = copyOf(t);
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  t.is(start(folder), 'started');
});

test('a runner starts where each package is a link into a store, as pnpm lays them', (t) => {
  const folder = copyOf(t);
  const store = path.join(folder, 'node_modules/.pnpm');
  const own = path.join(store, 'isolated-vm@7.0.1/node_modules');
  const other = path.join(store, 'node-gyp-build@4.8.4/node_modules');
  for (const [name, into] of [
    ['isolated-vm', own],
    ['node-gyp-build', other],
  ] as const) {
    mkdirSync(into, { recursive: true });
    cpSync(path.join(ROOT, 'node_modules', name), path.join(into, name), { recursive: true });
  }
  symlinkSync(path.join(other, 'node-gyp-build'), path.join(own, 'node-gyp-build'));
  symlinkSync(path.join(own, 'isolated-vm'), path.join(folder, 'node_modules/isolated-vm'));
  symlinkSync(path.join(ROOT, 'node_modules/zod'), path.join(folder, 'node_modules/zod'));
  t.is(start(folder), 'started');
});

test('a runner starts where nothing can be kept of how its program is started', (t) => {
  const folder = copyOf(t);
  const packages = path.join(folder, 'node_modules');
  mkdirSync(packages);
  for (const name of ['isolated-vm', 'node-gyp-build', 'zod', 'rolldown']) {
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(packages, name));
  }
  writeFileSync(path.join(packages, '.cache'), 'no folder');
  t.is(start(folder), 'started');
});

test('a runner that does not start says what keeps it from it', (t) => {
  const folder = copyOf(t);
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(
    path.join(folder, 'src/extensions/runner/main.ts'),
    "throw new TypeError('no such part');",
  );
  t.regex(start(folder), /a runner is lost: it ended with 1: TypeError: no such part/);
});
