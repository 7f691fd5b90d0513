import { readFileSync } from 'node:fs';

import test from 'ava';

import { runCli } from '../_support/cli.ts';

const COMMANDS = [
  ['init'],
  ['check'],
  ['serve'],
  ['demo'],
  ['emulator'],
  ['sessions'],
  ['sessions', 'list'],
  ['sessions', 'revoke'],
  ['explain'],
  ['extension', 'list'],
  ['extension', 'approve'],
  ['extension', 'rollback'],
  ['extension', 'logs'],
  ['schema'],
  ['keygen'],
] as const;

for (const command of COMMANDS) {
  test(`${command.join(' ')} --help says how it is used, with an example`, async (t) => {
    const { code, stdout } = await runCli([...command, '--help']);
    t.is(code, 0);
    t.regex(stdout, new RegExp(`^Usage: entrada ${command.join(' ')}`));
    if (command[0] !== 'sessions' || command.length > 1) t.regex(stdout, /\n {2}\$ entrada /);
  });
}

test('help of the whole lists every command and says what the exit codes mean', async (t) => {
  const { code, stdout } = await runCli(['--help']);
  t.is(code, 0);
  for (const [command] of COMMANDS) t.regex(stdout, new RegExp(`^ {2}${command}\\b`, 'm'));
  t.regex(stdout, /0 done, 1 failed, 2 wrong usage/);
});

test('help COMMAND prints the help of that command', async (t) => {
  const [helped, asked] = await Promise.all([
    runCli(['help', 'serve']),
    runCli(['serve', '--help']),
  ]);
  t.is(helped.code, 0);
  t.is(helped.stdout, asked.stdout);
});

test('--version prints the version of the package', async (t) => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  t.deepEqual(await runCli(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
});
