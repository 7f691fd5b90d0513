import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

import test, { type ExecutionContext } from 'ava';

import { bundle } from '../../src/extensions/bundle.ts';
import { Sources } from '../../src/extensions/source-map.ts';
import { integrityOf } from '../../src/extensions/version.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

/** A folder with files of an extension. */
function folderOf(t: ExecutionContext, files: { readonly [file: string]: string }): string {
  const folder = path.join(temporaryFolder(t), 'extension');
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

/** Evaluates a bundle; here, where everything is our own. */
function evaluate(code: string): { readonly [hook: string]: (value: unknown) => unknown } {
  return vm.runInNewContext(code, { Blob, File, atob, btoa, TextDecoder, TextEncoder })();
}

test('TypeScript over several files becomes one script with the default export', async (t) => {
  const folder = folderOf(t, {
    'index.ts': `import { allow } from 'entrada/extension';
import { isOpen } from './lib/hours.ts';
enum Day { Monday = 1 }
export default { decide: (day: number) => (isOpen(day, Day.Monday) ? allow() : null) };`,
    'lib/hours.ts': 'export const isOpen = (day: number, first: number): boolean => day >= first;',
  });
  const { code } = await bundle(folder, 'index.ts');
  t.is(JSON.stringify(evaluate(code)['decide']!(1)), '{"decision":"allow"}');
  t.is(evaluate(code)['decide']!(0), null);
});

test('the code is strict', async (t) => {
  const folder = folderOf(t, {
    'index.ts': 'export default { decide: function () { return this === undefined; } };',
  });
  const { code } = await bundle(folder, 'index.ts');
  const { decide } = evaluate(code);
  t.true(decide!(0));
});

test('a package in the folder is bundled, what it does not use is not', async (t) => {
  const folder = folderOf(t, {
    'index.ts': "import { used } from 'words'; export default { decide: () => used };",
    'node_modules/words/package.json':
      '{"name":"words","version":"1.0.0","type":"module","exports":"./index.js","sideEffects":false}',
    'node_modules/words/index.js': "export const used = 'kept'; export const unused = 'dropped';",
  });
  const { code } = await bundle(folder, 'index.ts');
  t.true(code.includes('kept'));
  t.false(code.includes('dropped'));
});

test('a dynamic import becomes a part of the script', async (t) => {
  const folder = folderOf(t, {
    'index.ts': "export default { decide: async () => (await import('./later.ts')).value };",
    'later.ts': 'export const value = 42;',
  });
  const { code } = await bundle(folder, 'index.ts');
  t.is(await evaluate(code)['decide']!(0), 42);
  t.false(/\bimport\s*\(/.test(code));
});

test('what is in the folder under the name of the SDK is not what is imported', async (t) => {
  const folder = folderOf(t, {
    'index.ts':
      "import { allow } from 'entrada/extension'; export default { decide: () => allow() };",
    'node_modules/entrada/package.json': '{"name":"entrada","exports":{"./extension":"./evil.js"}}',
    'node_modules/entrada/evil.js': "export const allow = () => 'evil';",
  });
  const { code } = await bundle(folder, 'index.ts');
  t.false(code.includes('evil'));
});

test('build configuration of the folder is not looked at', async (t) => {
  const folder = folderOf(t, {
    'index.ts': "import { value } from './real.ts'; export default { decide: () => value };",
    'real.ts': "export const value = 'real';",
    'fake.ts': "export const value = 'fake';",
    'tsconfig.json': '{"compilerOptions":{"paths":{"./real.ts":["./fake.ts"]},"target":"es5"}}',
    'rolldown.config.js': "throw new Error('was run')",
  });
  const { code } = await bundle(folder, 'index.ts');
  t.is(evaluate(code)['decide']!(0), 'real');
});

/** An extension with one package. */
function withPackage(main: string, files: { readonly [file: string]: string } = {}) {
  return {
    'index.ts': "import { answer } from 'words'; export default { decide: () => answer };",
    'node_modules/words/package.json': '{"name":"words","version":"1.0.0","main":"./index.js"}',
    'node_modules/words/index.js': main,
    ...files,
  };
}

test('a package that imports a part of Node.js gets what stands in for it', async (t) => {
  const folder = folderOf(
    t,
    withPackage(`const EventEmitter = require('events'); const { Buffer } = require('node:buffer');
const { Readable } = require('stream');
class Own extends Readable {}
function Old() { EventEmitter.call(this); }
Object.setPrototypeOf(Old.prototype, EventEmitter.prototype);
const old = new Old(); const heard = [];
old.on('a', (value) => heard.push(value)).once('a', () => heard.push('once'));
old.emit('a', Buffer.from('4869', 'hex').toString()); old.emit('a', 2);
let thrown; try { new Own(); } catch (error) { thrown = error.message; }
exports.answer = JSON.stringify([heard, thrown, EventEmitter.EventEmitter === EventEmitter]);`),
  );
  const { code } = await bundle(folder, 'index.ts');
  const [heard, thrown, same] = JSON.parse(String(evaluate(code)['decide']!(0)));
  t.deepEqual(heard, ['Hi', 'once', 2]);
  t.regex(thrown, /ReadableStream/);
  t.true(same);
});

test('a package of the folder goes before what stands in for a part of Node.js', async (t) => {
  const events = {
    'node_modules/events/package.json': '{"name":"events","version":"3.0.0"}',
    'node_modules/events/index.js': "module.exports = 'of the folder';",
  };
  const folder = folderOf(t, withPackage("exports.answer = require('node:events');", events));
  const { code } = await bundle(folder, 'index.ts');
  t.is(evaluate(code)['decide']!(0), 'of the folder');
});

test('a package that needs more of Node.js is refused with the chain that leads to it', async (t) => {
  const folder = folderOf(t, withPackage("exports.answer = require('node:fs');"));
  const error = await t.throwsAsync(bundle(folder, 'index.ts'), {
    code: 'EXTENSION_IMPORT_REFUSED',
  });
  t.regex(error?.message ?? '', /index\.ts → node_modules\/words\/index\.js → node:fs$/);
});

const FORMS = ['worker', 'browser', 'import', 'default'];

for (const [at, form] of FORMS.entries()) {
  test(`of the forms of a package, ${form} is taken when it is named first`, async (t) => {
    const named = [...FORMS.slice(at), 'node', 'react-native'];
    const exports = Object.fromEntries(
      ['node', 'react-native', ...named].map((name) => [name, `./${name}.js`]),
    );
    const files = Object.fromEntries(
      named.map((name) => [`node_modules/forms/${name}.js`, `export const form = '${name}';`]),
    );
    const folder = folderOf(t, {
      'index.ts': "import { form } from 'forms'; export default { decide: () => form };",
      'node_modules/forms/package.json': JSON.stringify({ name: 'forms', type: 'module', exports }),
      ...files,
    });
    const { code } = await bundle(folder, 'index.ts');
    t.is(evaluate(code)['decide']!(0), form);
  });
}

test('a package with a form that fits better is read in that form', async (t) => {
  const form = (name: string) => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
  const exports = { '.': { browser: form('page'), 'react-native': form('plain') } };
  const folder = folderOf(t, {
    'index.ts': "import { form } from '@azure/core-xml'; export default { decide: () => form };",
    'node_modules/@azure/core-xml/package.json': JSON.stringify({ type: 'module', exports }),
    'node_modules/@azure/core-xml/page.js': "export const form = 'page';",
    'node_modules/@azure/core-xml/plain.js': "export const form = 'plain';",
  });
  const { code } = await bundle(folder, 'index.ts');
  t.is(evaluate(code)['decide']!(0), 'plain');
});

const REFUSED: readonly (readonly [
  what: string,
  files: { readonly [file: string]: string },
  chain: string,
])[] = [
  [
    'a part of Node.js',
    { 'index.ts': "import fs from 'node:fs'; export default { fs };" },
    'index.ts → node:fs',
  ],
  [
    'a part of Node.js without its prefix',
    { 'index.ts': "import fs from 'fs'; export default { fs };" },
    'index.ts → fs',
  ],
  [
    'a part of Node.js behind another file',
    {
      'index.ts': "import './lib/a.ts'; export default {};",
      'lib/a.ts': "import './b.ts';",
      'lib/b.ts': "import 'node:net';",
    },
    'index.ts → lib/a.ts → lib/b.ts → node:net',
  ],
  [
    'a file outside of the folder',
    { 'index.ts': "import '../secret.ts'; export default {};", '../secret.ts': 'export {};' },
    'index.ts → ../secret.ts',
  ],
  [
    'an absolute path',
    { 'index.ts': "import '/etc/passwd'; export default {};" },
    'index.ts → /etc/passwd',
  ],
  [
    'a package that is not in the folder',
    { 'index.ts': "import 'left-pad'; export default {};" },
    'index.ts → left-pad',
  ],
  [
    'an address',
    { 'index.ts': "import 'https://esm.example/x.js'; export default {};" },
    'index.ts → https://esm.example/x.js',
  ],
];

for (const [what, files, chain] of REFUSED) {
  test(`an import of ${what} is refused with the chain that leads to it`, async (t) => {
    const error = await t.throwsAsync(bundle(folderOf(t, files), 'index.ts'), {
      code: 'EXTENSION_IMPORT_REFUSED',
    });
    t.true(error?.message.endsWith(chain), error?.message);
  });
}

test('a link that leads out of the folder is refused', async (t) => {
  const folder = folderOf(t, {
    'index.ts': "import './link.ts'; export default {};",
    '../outside.ts': 'export {};',
  });
  symlinkSync(path.join(folder, '../outside.ts'), path.join(folder, 'link.ts'));
  await t.throwsAsync(bundle(folder, 'index.ts'), { code: 'EXTENSION_IMPORT_REFUSED' });
});

test('an entry that is a link out of the folder is refused, and stands in no file of the folder', async (t) => {
  const folder = folderOf(t, { 'readme.txt': '', '../outside.ts': 'export default {};' });
  symlinkSync(path.join(folder, '../outside.ts'), path.join(folder, 'index.ts'));
  const error = await t.throwsAsync<Error & { position?: unknown }>(bundle(folder, 'index.ts'), {
    code: 'EXTENSION_IMPORT_REFUSED',
    message: /index\.ts leaves the extension’s folder/,
  });
  t.is(error?.position, undefined);
});

test('a refusal says what to use instead', async (t) => {
  const folder = folderOf(t, {
    'index.ts': "import { Buffer } from 'node:buffer'; export default { Buffer };",
  });
  const error = await t.throwsAsync<Error & { next: string }>(bundle(folder, 'index.ts'));
  t.regex(error?.next ?? '', /Uint8Array/);
});

const BROKEN: readonly (readonly [what: string, text: string, line: number])[] = [
  ['a syntax error', '\nexport default {;', 2],
  ['no default export', 'export const decide = 1;', 1],
  ['an await outside of a function', 'export default {};\nawait Promise.resolve();', 2],
];

for (const [what, text, line] of BROKEN) {
  test(`${what} is an error with its place`, async (t) => {
    const folder = folderOf(t, { 'index.ts': text });
    const error = await t.throwsAsync<Error & { position: { file: string; line: number } }>(
      bundle(folder, 'index.ts'),
      {
        code: 'EXTENSION_BUILD_FAILED',
      },
    );
    t.like(error?.position, { file: path.join(folder, 'index.ts'), line });
  });
}

test('an entry that is not there is an error that names it, and where another one is named', async (t) => {
  const error = await t.throwsAsync<Error & { next: string }>(
    bundle(folderOf(t, { 'other.ts': '' }), 'index.ts'),
    { code: 'EXTENSION_BUILD_FAILED', message: /^index\.ts is not in / },
  );
  t.regex(error?.next ?? '', /entry in extension\.yaml/);
});

test('a file that cannot be read is an error that says why, at the author’s own import of it', async (t) => {
  const folder = folderOf(t, { 'index.ts': "import a from './a.ts'; export default { a };" });
  writeFileSync(path.join(folder, 'a.ts'), Buffer.from('\ufeffexport default 1;', 'utf16le'));
  const ofImport = await t.throwsAsync(bundle(folder, 'index.ts'), {
    code: 'EXTENSION_BUILD_FAILED',
    message: 'Could not load a.ts: stream did not contain valid UTF-8',
  });
  t.like(ofImport, { position: { file: path.join(folder, 'index.ts'), line: 1 } });
  const ofEntry = await t.throwsAsync<Error & { position?: unknown }>(bundle(folder, 'a.ts'), {
    message: 'Could not load a.ts: stream did not contain valid UTF-8',
  });
  t.is(ofEntry?.position, undefined, 'nobody wrote an import of the entry');
});

test('a package that says nothing of itself is told by the name of its folder', async (t) => {
  const folder = folderOf(t, {
    'index.ts': "import { a } from 'bare'; export default { a };",
    'node_modules/bare/index.js': 'export const a = Date.now();',
  });
  const { packages } = await bundle(folder, 'index.ts');
  t.like(packages, [{ name: 'bare', version: 'unknown', license: null }]);
});

test('a script that is too large is refused', async (t) => {
  const folder = folderOf(t, {
    'index.ts': `export default { text: '${'x'.repeat(2_100_000)}' };`,
  });
  await t.throwsAsync(bundle(folder, 'index.ts'), { code: 'EXTENSION_BUILD_FAILED' });
});

test('the same sources make the same script in every folder', async (t) => {
  const folder = folderOf(t, {
    'index.ts':
      "import { allow } from 'entrada/extension'; import { a } from './a.ts'; export default { decide: () => allow(), a };",
    'a.ts': '// a comment\nexport const a = 1;',
  });
  const copy = path.join(temporaryFolder(t), 'deeper', 'elsewhere');
  cpSync(folder, copy, { recursive: true });
  t.is((await bundle(folder, 'index.ts')).code, (await bundle(copy, 'index.ts')).code);
});

test('a place in the script is a place in the author’s file', async (t) => {
  const folder = folderOf(t, {
    'index.ts': "import { fail } from './lib/fail.ts';\nexport default { decide: () => fail() };",
    'lib/fail.ts': "export function fail(): never {\n  throw new Error('here');\n}",
  });
  const { code, map } = await bundle(folder, 'index.ts');
  const lines = code.split('\n');
  const line = lines.findIndex((text) => text.includes('throw new Error'));
  const frame = { file: 'x', line: line + 1, column: lines[line]!.indexOf('throw') + 1 };
  const placed = new Sources(map).place({ kind: 'throw', code: '', message: '', frames: [frame] });
  t.deepEqual(placed.frames, [{ file: 'lib/fail.ts', line: 2, column: 3 }]);
});

test('the hash tells manifests, scripts and their borders apart', (t) => {
  const hashes = [
    integrityOf('a', 'b'),
    integrityOf('a', 'c'),
    integrityOf('b', 'b'),
    integrityOf('ab', ''),
    integrityOf('', 'ab'),
  ];
  t.is(new Set(hashes).size, hashes.length);
  t.is(integrityOf('a', 'b'), integrityOf('a', 'b'));
  t.regex(hashes[0]!, /^sha256-[A-Za-z0-9+/]{43}=$/);
});
