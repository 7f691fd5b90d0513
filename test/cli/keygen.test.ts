import test from 'ava';

import { parseKeys } from '../../src/config/keys.ts';
import { runCli } from '../_support/cli.ts';

test('keygen prints a line that keys takes, another one each time', async (t) => {
  const [one, other] = await Promise.all([runCli(['keygen']), runCli(['keygen'])]);
  const parsed = parseKeys(one.stdout + other.stdout);
  t.true(parsed.ok && parsed.value.length === 2);
  t.not(one.stdout, other.stdout);
});

test('keygen --id names the key', async (t) => {
  const { code, stdout } = await runCli(['keygen', '--id', '2027-spring']);
  t.is(code, 0);
  t.regex(stdout, /^2027-spring:[\w-]{43}\n$/);
});
