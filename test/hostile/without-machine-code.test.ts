/** What code of an extension tries where its runner makes no machine code: what bounds it elsewhere bounds it there. */
import test from 'ava';

import { ATTACKS } from '../../src/extensions/doctor/attacks.ts';
import { examine } from '../../src/extensions/doctor/examine.ts';
import { Laboratory, leak, misjudged } from '../../src/extensions/doctor/laboratory.ts';
import { loadPlatform } from '../../src/extensions/load-platform.ts';

/** One of each way in which code is bounded: by what is there, by time, by memory, by the border. */
const NAMES = [
  'webassembly',
  'constructor-walk',
  'regexp',
  'heap-fill',
  'giant-result',
  'left-behind',
];

test('an extension in a runner without machine code is bounded as in any other', async (t) => {
  const options = { platform: await loadPlatform(), jitless: true };
  await using laboratory = await Laboratory.open(options);
  for (const attack of ATTACKS.filter(({ name }) => NAMES.includes(name))) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const attempt = await laboratory.attempt(attack);
    t.is(misjudged(attack.ends, attempt), undefined, attack.name);
    t.is(leak(attempt), undefined, attack.name);
    // oxlint-disable-next-line no-await-in-loop
    t.is(await laboratory.damage(), undefined, attack.name);
  }
});

test('a process without machine code may do as little as any other runner', async (t) => {
  const only = ['process-read', 'process-spawn', 'process-code-from-text', 'process-connect'];
  const options = { platform: '', jitless: true, only };
  const checks = await Array.fromAsync(examine(options));
  t.deepEqual(
    checks.map(({ name, why }) => [name, why]),
    only.map((name) => [name, null]),
  );
});
