import { runInNewContext } from 'node:vm';

import test from 'ava';

import { buildPlatform } from '../../src/extensions/platform.ts';

/** The platform is parsed by no isolate that has its code cache, but kept by each. Unit: UTF-16 code units. */
const MAX_LENGTH = 300_000;

test('the platform is one script of ASCII characters, of bounded length', async (t) => {
  const { code } = await buildPlatform();
  // oxlint-disable-next-line no-control-regex -- ASCII is what is looked for
  t.regex(code, /^[\0-\x7f]+$/);
  t.true(code.length < MAX_LENGTH, `${code.length}`);
});

test('the platform evaluates to the function that boots it, and defines nothing by itself', async (t) => {
  const { code } = await buildPlatform();
  const global: { [name: string]: unknown } = {};
  const boot: unknown = runInNewContext(code, global);
  t.is(typeof boot, 'function');
  t.deepEqual(Reflect.ownKeys(global), []);
});

test('the platform names no module, path or library loader', async (t) => {
  const { code } = await buildPlatform();
  t.notRegex(code, /\brequire\(|\bimport\(|node_modules|file:\/\/\/[a-z]+\//);
});
