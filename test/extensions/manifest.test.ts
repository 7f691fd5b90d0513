import path from 'node:path';

import test from 'ava';

import { checkConfig } from '../../src/extensions/config-schema.ts';
import { importPlace } from '../../src/extensions/import-advice.ts';
import { readManifest } from '../../src/extensions/manifest.ts';
import { readFixture } from '../../src/extensions/replay/fixture.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

test('a folder without a manifest is no extension', async (t) => {
  const read = await readManifest(path.join(temporaryFolder(t), 'none'));
  t.like(read, { ok: false, faults: [{ code: 'EXTENSION_UNREADABLE', severity: 'error' }] });
});

test('a fixture that cannot be read is a fault with its reason', async (t) => {
  const folder = temporaryFolder(t);
  for (const [file, reason] of Object.entries({ 'none.yaml': 'ENOENT', '': 'EISDIR' })) {
    const read = await readFixture(path.join(folder, file));
    t.like(read, { ok: false, faults: [{ code: 'EXTENSION_UNREADABLE', severity: 'error' }] });
    t.true(!read.ok && read.faults[0]?.message.includes(`(${reason})`));
  }
});

test('a schema of config that is no JSON Schema is an error of the manifest', (t) => {
  const code = 'EXTENSION_MANIFEST_INVALID';
  t.throws(() => checkConfig({ type: 'odd' }, { any: 1 }), { code });
});

test('a file that is gone has no place where it imports', (t) => {
  t.is(importPlace(path.join(temporaryFolder(t), 'none.ts'), 'node:fs'), undefined);
});
