import test from 'ava';

import { startCli } from '../_support/cli.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

test('a command whose output nobody reads to its end says nothing of it', async (t) => {
  const schema = startCli(t, ['schema']);
  schema.readNoMore();
  const { code, stderr } = await schema.ended;
  t.is(code, 0);
  t.is(stderr, '');
});

test('a command that found something wrong says so to the shell, too, when nobody reads what', async (t) => {
  const check = startCli(t, ['check', '--json'], { cwd: temporaryFolder(t) });
  check.readNoMore();
  const { code, stderr } = await check.ended;
  t.is(code, 2);
  t.is(stderr, '');
});
