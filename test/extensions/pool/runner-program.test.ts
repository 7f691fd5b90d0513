import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { KEPT } from '../../../src/extensions/kept.ts';
import { programOf } from '../../../src/extensions/pool/runner-program.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../src/extensions/runner/main.ts');

test('the program of a checkout is JavaScript, whole, in a folder that is all it is read from', (t) => {
  const { entry, files } = programOf(MAIN);
  const [folder = ''] = files;
  t.is(files.length, 1);
  t.true(folder.startsWith(KEPT));
  t.true(entry.startsWith(folder) && entry.endsWith('runner/main.mjs'));
  const modules = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  t.true(modules.length > 10);
  for (const { name, parentPath } of modules) {
    const code = readFileSync(path.join(parentPath, name), 'utf8');
    t.regex(name, /\.mjs$/);
    t.notRegex(code, /from ["'][^"']+\.ts["']/, name);
    t.notRegex(code, /^(?:export )?(?:interface|type|import type) /m, name);
  }
});

test('a program is the same each time that it is asked for', (t) => {
  t.deepEqual(programOf(MAIN), programOf(MAIN));
});

test('what is JavaScript, or of another package, is started as it is, and read with all that it imports', (t) => {
  const folder = temporaryFolder(t);
  const write = (name: string, code: string): string => {
    writeFileSync(path.join(folder, name), code);
    return path.join(folder, name);
  };
  const part = write('part.js', 'export const part = 1;');
  const entry = write('entry.js', "import { part } from './part.js';\nconsole.log(part);");
  const typed = write(
    'typed.ts',
    "import { part } from './part.js';\nimport type { Much } from './much.ts';",
  );
  t.deepEqual(programOf(entry), { entry, files: [entry, part] });
  t.deepEqual(programOf(typed), { entry: typed, files: [typed, part] });
});

test('a source that does not parse is started as it is: Node says best what is wrong with it', (t) => {
  mkdirSync(KEPT, { recursive: true });
  const folder = mkdtempSync(path.join(KEPT, 'test-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const entry = path.join(folder, 'broken.ts');
  writeFileSync(entry, 'const = 1;');
  t.deepEqual(programOf(entry), { entry, files: [entry] });
});
