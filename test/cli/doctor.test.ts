import test from 'ava';

import { runCli } from '../_support/cli.ts';

const ONLY = ['--only', 'process-read', '--only', 'foreign-globals'];

test('doctor says of each attack whether it holds, and ends with 0', async (t) => {
  const { code, stdout, stderr } = await runCli(['extension', 'doctor', ...ONLY]);
  t.is(code, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  t.is(lines.length, 2);
  t.regex(lines[0] ?? '', /^✔ process-read +\d+ ms {2}to read a file$/);
  t.regex(lines[1] ?? '', /^✔ foreign-globals +\d+ ms {2}to find a name of Node/);
  t.regex(stderr, /✔ All 2 hold, after [\d.]+ s\./);
});

test('doctor prints one object for programs', async (t) => {
  const { code, stdout } = await runCli(['extension', 'doctor', ...ONLY, '--json']);
  t.is(code, 0);
  const { holds, checks } = JSON.parse(stdout);
  t.true(holds);
  t.like(checks, [
    { name: 'process-read', holds: true, why: null },
    { name: 'foreign-globals', holds: true, why: null },
  ]);
});

test('doctor refuses a check that there is not, and names those that there are', async (t) => {
  const { code, stderr } = await runCli(['extension', 'doctor', '--only', 'no-such-check']);
  t.is(code, 2);
  t.regex(stderr, /There is no check no-such-check\. The checks are process-environment, /);
});
