import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { fixturesOf } from '../../../src/extensions/replay/fixtures-of.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';

test('a link to nothing, or out of the folder, is no fixture', async (t) => {
  const above = temporaryFolder(t);
  const folder = path.join(above, 'extension');
  const fixtures = path.join(folder, 'fixtures');
  mkdirSync(fixtures, { recursive: true });
  for (const file of [path.join(fixtures, 'one.yaml'), path.join(above, 'away.yaml')]) {
    writeFileSync(file, 'hook: decide\n');
  }
  symlinkSync('one.yaml', path.join(fixtures, 'linked.yaml'));
  symlinkSync('nothing.yaml', path.join(fixtures, 'broken.yaml'));
  symlinkSync('../../away.yaml', path.join(fixtures, 'outside.yaml'));
  const found = await fixturesOf(folder);
  t.deepEqual(found.faults, []);
  t.deepEqual(
    found.fixtures.map(({ file }) => file),
    ['fixtures/linked.yaml', 'fixtures/one.yaml'],
  );
});
