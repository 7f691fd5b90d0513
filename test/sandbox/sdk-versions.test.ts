import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FIXTURES = path.join(import.meta.dirname, 'api-1');

/** What the compiler says of a folder, without Node and without a page, against the types of today. */
function compile(folder: string): string {
  const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
  const run = spawnSync(tsc, ['--project', folder, '--pretty', 'false'], { encoding: 'utf8' });
  return `${run.status} ${run.stdout}`.trim();
}

test('extensions that were written for version 1 of the interface compile', (t) => {
  t.true(readdirSync(FIXTURES).filter((name) => name.endsWith('.ts')).length >= 7);
  t.is(compile(FIXTURES), '0');
});

test('what does not fit the interface does not compile', (t) => {
  const folder = mkdtempSync(path.join(FIXTURES, '../.broken-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const project = readFileSync(path.join(FIXTURES, 'tsconfig.json'), 'utf8');
  writeFileSync(path.join(folder, 'tsconfig.json'), project);
  writeFileSync(
    path.join(folder, 'broken.ts'),
    "import type { Extension } from 'entrada/extension';\nexport default { decide: () => 1 } satisfies Extension;\n",
  );
  t.regex(compile(folder), /^[12] [^]*broken\.ts\(2,\d+\): error TS2322/);
});
