import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { runCli, startCli } from '../_support/cli.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

test('a reader that has read enough is no fault', async (t) => {
  const command = startCli(t, ['schema']);
  command.leave();
  const { code, stderr } = await command.ended;
  t.is(stderr, '');
  t.is(code, 0);
});

test('a command does what it was told when nobody reads what it says of it', async (t) => {
  const cwd = temporaryFolder(t);
  await runCli(['init'], { cwd });
  const command = startCli(t, ['extension', 'approve', 'example', '--yes'], { cwd });
  command.leave();
  const { code, stderr } = await command.ended;
  t.is(code, 0);
  t.regex(stderr, /example 1\.0\.0 is approved/);
  t.regex(readFileSync(path.join(cwd, 'entrada.yaml'), 'utf8'), /integrity: sha256-/);
});

test('output that a full disk does not take is told, and a failure', (t) => {
  const main = path.resolve(import.meta.dirname, '../../src/cli/main.ts');
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--conditions=entrada:source', main, 'schema'],
    { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' },
  );
  closeSync(full);
  t.is(status, 1);
  t.is(stderr, '✖ standard output cannot be written (ENOSPC)\n');
});
