import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { orUnwritable } from '../../src/cli/unwritable.ts';
import { EntradaError } from '../../src/errors.ts';
import { runCli } from '../_support/cli.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

/** A folder of `init`, whose example nobody approved yet. */
async function initialized(t: ExecutionContext): Promise<string> {
  const cwd = temporaryFolder(t);
  await runCli(['init'], { cwd });
  return cwd;
}

/** Runs a command that has to say that it cannot write, and what to do; never in the words of Node. */
async function refused(
  t: ExecutionContext,
  cwd: string,
  args: readonly string[],
  said: RegExp,
): Promise<void> {
  const { code, stdout, stderr } = await runCli(args, { cwd });
  t.is(code, 1);
  t.regex(stderr, said);
  t.notRegex(stderr, /E[A-Z]+: [a-z]/);
  t.notRegex(stdout, /is approved|Next:|Tenant/);
}

test('what is no matter of writing is thrown as it is', (t) => {
  const others = [
    new TypeError('a fault of the program'),
    new EntradaError('EXTENSION_UNREADABLE', 'a fault with a code'),
  ];
  for (const error of others) {
    const write = (): never => {
      throw error;
    };
    t.is(
      t.throws(() => orUnwritable('it', 'Do this.', write)),
      error,
    );
  }
});

const APPROVE = ['extension', 'approve', 'example', '--yes'];

test('approve says it when the version cannot be kept, and approves nothing', async (t) => {
  const cwd = await initialized(t);
  symlinkSync('nowhere', path.join(cwd, 'var'));
  await refused(t, cwd, APPROVE, /var\/approved cannot be written to \(ENOENT\)\n {2}Approve as/);
  t.notRegex(readFileSync(path.join(cwd, 'entrada.yaml'), 'utf8'), /integrity: sha256/);
});

test('approve and rollback say it when what is kept cannot be read', async (t) => {
  const cwd = await initialized(t);
  writeFileSync(path.join(cwd, 'var'), '');
  for (const args of [APPROVE, ['extension', 'rollback', 'example']]) {
    // oxlint-disable-next-line no-await-in-loop -- in one folder
    await refused(t, cwd, args, /EXTENSION_UNREADABLE: .*\(ENOTDIR\)\n {2}Run this as/);
  }
});

test('approve and rollback say it when the configuration cannot be written, with the line that it lacks', async (t) => {
  const cwd = await initialized(t);
  const lacks = /entrada\.yaml cannot be written to \(EISDIR\)\n.* write there: integrity: sha256-/;
  mkdirSync(path.join(cwd, 'entrada.yaml.new'));
  await refused(t, cwd, APPROVE, lacks);
  rmSync(path.join(cwd, 'entrada.yaml.new'), { recursive: true });
  await runCli(APPROVE, { cwd });
  writeFileSync(
    path.join(cwd, 'extensions/example/index.ts'),
    "import { allow } from 'entrada/extension';\nexport default { decide: () => allow() };\n",
  );
  await runCli(APPROVE, { cwd });
  mkdirSync(path.join(cwd, 'entrada.yaml.new'));
  await refused(t, cwd, ['extension', 'rollback', 'example'], lacks);
});

test('extension new says it when the folder cannot be written to', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(path.join(cwd, 'gate'), 'mine');
  const args = ['extension', 'new', 'gate', '--template', 'deny-by-attribute'];
  await refused(
    t,
    cwd,
    args,
    /the folder gate cannot be written to \(ENOTDIR\)\n {2}Name another folder/,
  );
  t.is(readFileSync(path.join(cwd, 'gate'), 'utf8'), 'mine');
});

test('the emulator ends when its certificate cannot be written', async (t) => {
  const cwd = temporaryFolder(t);
  for (const file of ['/proc/entrada', '/proc/entrada/ca.crt', '.']) {
    // oxlint-disable-next-line no-await-in-loop -- each takes a port
    await refused(
      t,
      cwd,
      ['emulator', '--port', '0', '--ca', file],
      /cannot be written to \(E(?:NOENT|ISDIR)\)\n {2}Name another file/,
    );
  }
  t.deepEqual(readdirSync(cwd), []);
});
