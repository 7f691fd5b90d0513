import test from 'ava';

import { EntradaError } from '../../src/errors.ts';
import { buildFolder } from '../../src/extensions/load.ts';
import { writeExtension } from '../_support/world.ts';

test('what keeps a folder from being built is a fault of the folder', async (t) => {
  const folder = writeExtension(t, 'unbuilt', 'export default {};');
  const refusing = () => Promise.reject(new EntradaError('EXTENSION_BUILD_FAILED', 'as asked'));
  const built = await buildFolder(folder, refusing);
  t.like(built, {
    ok: false,
    faults: [{ code: 'EXTENSION_BUILD_FAILED', message: 'unbuilt: as asked' }],
  });
});

test('what breaks while a folder is built is no fault of the folder', async (t) => {
  const folder = writeExtension(t, 'unbuilt', 'export default {};');
  const broken = new TypeError('a fault of ours');
  t.is(await t.throwsAsync(buildFolder(folder, () => Promise.reject(broken))), broken);
});
