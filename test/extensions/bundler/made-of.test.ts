import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { surroundingsOf } from '../../../src/extensions/bundler/made-of.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';

test('a folder with more in it than is looked at has no surroundings', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(path.join(folder, 'lib'));
  writeFileSync(path.join(folder, 'lib', 'word.ts'), '');
  t.regex(surroundingsOf(folder, 2) ?? '', /^[0-9a-f]{64}$/);
  t.is(surroundingsOf(folder, 1), null);
});
