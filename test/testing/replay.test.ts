import { writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { replay } from '../../src/testing/index.ts';
import { writeExtension } from '../_support/world.ts';

/** More calls of the host than a hook makes that a person waits for. */
const ASKS = `async function ask(_told, ctx) {
  for (let left = 60; left > 0; left--) await ctx.kv.get('a');
  return { decision: 'allow' };
}
export default { decide: ask, schedule: ask };`;

async function failureOf(t: ExecutionContext, hook: string): Promise<string | null> {
  const folder = writeExtension(t, 'asks', ASKS);
  const fixture = path.join(folder, 'asks.yaml');
  writeFileSync(fixture, `hook: ${hook}\n`);
  const { failure } = await replay(folder, fixture);
  return failure?.code ?? null;
}

test('a fixture of the background has the limits of the background, and that of a decision those of a decision', async (t) => {
  t.is(await failureOf(t, 'schedule'), null);
  t.is(await failureOf(t, 'decide'), 'HOST_CALLS');
});

test('a fixture that is none is refused with its place, and so is an extension', async (t) => {
  const folder = writeExtension(t, 'asks', ASKS);
  const fixture = path.join(folder, 'asks.yaml');
  writeFileSync(fixture, 'hook: dcide\n');
  await t.throwsAsync(replay(folder, fixture), {
    code: 'EXTENSION_MANIFEST_INVALID',
    message: /^the fixture cannot be run:\n[\s\S]*asks\.yaml:1/,
  });
  writeFileSync(fixture, 'hook: decide\n');
  writeFileSync(path.join(folder, 'extension.yaml'), 'api: 1\nname: asks\n');
  await t.throwsAsync(replay(folder, fixture), {
    code: 'EXTENSION_MANIFEST_INVALID',
    message: /^the extension cannot be run:\n[\s\S]*extension\.yaml[\s\S]*version/,
  });
});
