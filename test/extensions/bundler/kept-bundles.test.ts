import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { parseKey } from '../../../src/config/keys.ts';
import { bundle, type MadeBundle } from '../../../src/extensions/bundle.ts';
import { KeptBundles } from '../../../src/extensions/bundler/kept-bundles.ts';
import { KEY, OTHER_KEY } from '../../_support/config-file.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';

/** An extension with a file of its own, a package, and a package of that package. */
const FILES: { readonly [file: string]: string } = {
  'extension/index.ts':
    "import { word } from './lib/word'; import { used } from 'words'; export default { decide: () => word + used };",
  'extension/lib/word.ts': "export const word: string = 'own';",
  'extension/node_modules/words/package.json':
    '{"name":"words","version":"1.0.0","type":"module","main":"./index.js"}',
  'extension/node_modules/words/index.js': "export { used } from 'letters';",
  'extension/node_modules/words/other.js': "export const used = 'other';",
  'extension/node_modules/letters/package.json': '{"name":"letters","version":"1.0.0"}',
  'extension/node_modules/letters/index.js': "export const used = 'letters';",
};

function write(home: string, files: { readonly [file: string]: string }): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    writeFileSync(path.join(home, file), text);
  }
}

function keyOf(line: string) {
  const key = parseKey(line);
  if (!key.ok) throw new Error('no key');
  return key.value;
}

/** The folder of a gateway with an extension in it; `start` is what a start of it does, `made` how often it bundled. */
function gatewayOf(t: ExecutionContext) {
  const home = temporaryFolder(t);
  write(home, FILES);
  const folder = path.join(home, 'extension');
  const reported: string[] = [];
  const seen = { home, folder, reported, built: path.join(home, 'var/built'), made: 0 };
  const make = (...of: [string, string]): Promise<MadeBundle> => {
    seen.made++;
    return bundle(...of);
  };
  const keep = (line = KEY, making = make) =>
    new KeptBundles(
      { directory: home, keys: [keyOf(line)] },
      (sentence) => void reported.push(sentence),
      making,
    );
  const start = (line?: string) => keep(line).bundle(folder, 'index.ts');
  return Object.assign(seen, { start, keep });
}

function keptFile({ built }: { readonly built: string }): string {
  const [file, ...others] = readdirSync(built);
  if (file === undefined || others.length > 0) throw new Error('not one file');
  return path.join(built, file);
}

test('what was bundled before and has not changed is not bundled again', async (t) => {
  const gateway = gatewayOf(t);
  const { modules: _, ...made } = await bundle(gateway.folder, 'index.ts');
  t.deepEqual(await gateway.start(), made);
  t.deepEqual(await gateway.start(), made);
  t.is(gateway.made, 1);
});

test('files that are written again with the same text are no change', async (t) => {
  const gateway = gatewayOf(t);
  await gateway.start();
  write(gateway.home, FILES);
  await gateway.start();
  t.is(gateway.made, 1);
});

const CHANGES: { readonly [what: string]: (home: string) => void } = {
  'the entry is another text': (home) =>
    write(home, { 'extension/index.ts': 'export default { decide: () => 2 };' }),
  'a file that it imports is another text': (home) =>
    write(home, { 'extension/lib/word.ts': "export const word = 'new';" }),
  'a package of a package is another one': (home) =>
    write(home, { 'extension/node_modules/letters/index.js': "export const used = 'new';" }),
  'a package has its entry elsewhere': (home) =>
    write(home, {
      'extension/node_modules/words/package.json':
        '{"name":"words","version":"1.0.0","type":"module","main":"./other.js"}',
    }),
  'a package is of another version, of the same code': (home) =>
    write(home, {
      'extension/node_modules/words/package.json':
        '{"name":"words","version":"1.0.1","type":"module","main":"./index.js"}',
    }),
  'a package lies nearer than the one that was taken': (home) =>
    write(home, {
      'extension/node_modules/words/node_modules/letters/package.json':
        '{"name":"letters","version":"2.0.0"}',
      'extension/node_modules/words/node_modules/letters/index.js': "export const used = 'near';",
    }),
  'a file goes before the one that was taken': (home) =>
    write(home, { 'extension/lib/word': "export const word = 'before';" }),
  'a link leads elsewhere': (home) => {
    rmSync(path.join(home, 'extension/linked'), { force: true });
    symlinkSync('node_modules', path.join(home, 'extension/linked'));
  },
  'a package above says what is left out': (home) =>
    write(home, { 'package.json': '{"sideEffects":false}' }),
};

for (const [what, change] of Object.entries(CHANGES)) {
  test(`it is bundled again when ${what}`, async (t) => {
    const gateway = gatewayOf(t);
    symlinkSync('lib', path.join(gateway.folder, 'linked'));
    await gateway.start();
    change(gateway.home);
    const { modules: _, ...now } = await bundle(gateway.folder, 'index.ts');
    t.deepEqual(await gateway.start(), now);
    t.is(gateway.made, 2);
    t.deepEqual(await gateway.start(), now);
    t.is(gateway.made, 2, 'and that is kept');
  });
}

/** A start while whose bundling a file is written. */
async function startWhile(gateway: ReturnType<typeof gatewayOf>, file: string): Promise<void> {
  const kept = gateway.keep(KEY, async (...of) => {
    const made = await bundle(...of);
    write(gateway.home, { [file]: "export const word = 'meanwhile';" });
    return made;
  });
  await kept.bundle(gateway.folder, 'index.ts');
}

test('what changed while it was bundled is not kept', async (t) => {
  const gateway = gatewayOf(t);
  await startWhile(gateway, 'extension/lib/word');
  t.throws(() => statSync(gateway.built), { code: 'ENOENT' });
});

test('a file that changed after it was read is not what the bundle was made of', async (t) => {
  const gateway = gatewayOf(t);
  await startWhile(gateway, 'extension/lib/word.ts');
  t.regex((await gateway.start()).code, /meanwhile/);
});

test('what does not build is not kept, and is told each time', async (t) => {
  const gateway = gatewayOf(t);
  write(gateway.home, { 'extension/index.ts': 'export default {' });
  await t.throwsAsync(gateway.start(), { code: 'EXTENSION_BUILD_FAILED' });
  await t.throwsAsync(gateway.start(), { code: 'EXTENSION_BUILD_FAILED' });
  t.is(gateway.made, 2);
});

test('a bundle is for nobody else to read', async (t) => {
  const gateway = gatewayOf(t);
  await gateway.start();
  t.is(statSync(gateway.built).mode & 0o777, 0o700);
  t.is(statSync(keptFile(gateway)).mode & 0o777, 0o600);
});

test('with another key everything is bundled again', async (t) => {
  const gateway = gatewayOf(t);
  await gateway.start();
  await gateway.start(OTHER_KEY);
  t.is(gateway.made, 2);
});

test('what is cut off, changed or no bundle is not there', async (t) => {
  const gateway = gatewayOf(t);
  const { code } = await gateway.start();
  const file = keptFile(gateway);
  const text = readFileSync(file, 'utf8');
  const others = [text.slice(0, -1), text.replace('own', 'odd'), text.split('\n')[1]!, '', '\n{}'];
  for (const other of others) {
    writeFileSync(file, other);
    // oxlint-disable-next-line no-await-in-loop -- each is another start
    t.is((await gateway.start()).code, code);
  }
  t.is(gateway.made, 1 + others.length);
});

test('the bundle of one extension is not taken for another one', async (t) => {
  const gateway = gatewayOf(t);
  await gateway.start();
  const text = readFileSync(keptFile(gateway), 'utf8');
  const other = path.join(gateway.home, 'other');
  write(other, { 'index.ts': 'export default { decide: () => 3 };' });
  const kept = gateway.keep();
  const { code } = await kept.bundle(other, 'index.ts');
  for (const file of readdirSync(gateway.built))
    writeFileSync(path.join(gateway.built, file), text);
  t.is((await gateway.keep().bundle(other, 'index.ts')).code, code);
});

test('a file that is larger than any that was kept is not read', async (t) => {
  const gateway = gatewayOf(t);
  const { code } = await gateway.start();
  truncateSync(keptFile(gateway), 32 * 1024 * 1024 + 1);
  t.is((await gateway.start()).code, code);
  t.is(gateway.made, 2);
});

test('where nothing can be kept it is bundled each time, and why is reported', async (t) => {
  const gateway = gatewayOf(t);
  write(gateway.home, { 'var/built': 'a file' });
  const { code } = await gateway.start();
  t.is((await gateway.start()).code, code);
  t.is(gateway.made, 2);
  t.regex(gateway.reported[0] ?? '', /var\/built \(\w+\): let the folder/);
});

test('what breaks while a bundle is kept, and is nothing that the system refuses, is thrown', async (t) => {
  const gateway = gatewayOf(t);
  const kept = gateway.keep(KEY, async (...of) => ({ ...(await bundle(...of)), map: 1n as never }));
  await t.throwsAsync(kept.bundle(gateway.folder, 'index.ts'), { instanceOf: TypeError });
  t.deepEqual(gateway.reported, []);
});

test('bundles of extensions that are gone are removed', async (t) => {
  const gateway = gatewayOf(t);
  await gateway.start();
  write(gateway.home, { 'next/index.ts': 'export default {};', 'var/built/left-over': '' });
  const kept = gateway.keep();
  await kept.bundle(path.join(gateway.home, 'next'), 'index.ts');
  t.is(readdirSync(gateway.built).length, 3);
  kept.tidy();
  keptFile(gateway);
  await gateway.keep().bundle(path.join(gateway.home, 'next'), 'index.ts');
  t.is(gateway.made, 2);
});
