import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { isEntradaError } from '../../src/errors.ts';
import { bundle } from '../../src/extensions/bundle.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

/** A folder with files of an extension. */
function folderOf(t: ExecutionContext, files: { readonly [file: string]: string }): string {
  const folder = temporaryFolder(t);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

function packageOf(name: string, more: object = {}): string {
  return JSON.stringify({ name, version: '1.2.3', type: 'module', exports: './index.js', ...more });
}

test('packages that are bundled are listed with version, licence and size', async (t) => {
  const folder = folderOf(t, {
    'index.ts':
      "import { used } from 'words'; import { hi } from '@some/scope'; export default { decide: () => used() + hi() };",
    'node_modules/words/package.json': packageOf('words', { license: 'MIT', sideEffects: false }),
    'node_modules/words/index.js': "export * from 'inner'; export const unused = 'x';",
    'node_modules/words/node_modules/inner/package.json': packageOf('inner', {
      license: { type: 'ISC' },
    }),
    'node_modules/words/node_modules/inner/index.js': 'export const used = () => Date.now();',
    'node_modules/@some/scope/package.json': packageOf('@some/scope'),
    'node_modules/@some/scope/index.js': 'export const hi = () => Date.now();',
    'node_modules/never/package.json': packageOf('never'),
    'node_modules/never/index.js': 'export const never = 1;',
  });
  const { packages } = await bundle(folder, 'index.ts');
  t.deepEqual(
    packages.map(({ name, version, license }) => ({ name, version, license })),
    [
      { name: '@some/scope', version: '1.2.3', license: null },
      { name: 'inner', version: '1.2.3', license: 'ISC' },
    ],
  );
  for (const { size } of packages) t.true(size > 0 && size < 200);
});

test('an extension of its own files alone lists no packages', async (t) => {
  const folder = folderOf(t, { 'index.ts': 'export default {};' });
  t.deepEqual((await bundle(folder, 'index.ts')).packages, []);
});

const REFUSED: readonly (readonly [
  what: string,
  files: { readonly [file: string]: string },
  place: { readonly file: string; readonly line: number; readonly column: number },
  next: RegExp,
])[] = [
  [
    'a part of Node.js, with what to use instead',
    {
      'index.ts': "import { x } from './lib.ts';\nexport default { x };",
      'lib.ts': "\nimport fs from 'node:fs';\nexport const x = fs;",
    },
    { file: 'lib.ts', line: 2, column: 16 },
    /no files: pass what it needs in its config/,
  ],
  [
    'a package that is not installed and has something in its place',
    { 'index.ts': "import axios from 'axios';\nexport default { axios };" },
    { file: 'index.ts', line: 1, column: 19 },
    /Use fetch\./,
  ],
  [
    'native code behind a package, at the author’s own import',
    {
      'index.ts': "\n\nexport { default } from 'fast';",
      'node_modules/fast/package.json': packageOf('fast'),
      'node_modules/fast/index.js': "import addon from './build/fast.node'; export default addon;",
      'node_modules/fast/build/fast.node': '',
    },
    { file: 'index.ts', line: 3, column: 25 },
    /Remove the import/,
  ],
  [
    'WebAssembly',
    { 'index.ts': "import code from './code.wasm';\nexport default { code };", 'code.wasm': '' },
    { file: 'index.ts', line: 1, column: 18 },
    /Remove the import/,
  ],
];

for (const [what, files, { file, line, column }, next] of REFUSED) {
  test(`what cannot run in an isolate is refused at its place: ${what}`, async (t) => {
    const folder = folderOf(t, files);
    const error = await t.throwsAsync(bundle(folder, 'index.ts'));
    if (!isEntradaError(error, 'EXTENSION_IMPORT_REFUSED')) return t.fail(String(error));
    t.deepEqual(error.position, { file: path.join(folder, file), line, column });
    t.regex(error.next ?? '', next);
  });
}
