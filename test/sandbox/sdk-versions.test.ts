import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FIXTURES = path.join(import.meta.dirname, 'api-1');

/** Compiles as `entrada extension check` does: without Node and without a page, against the types of today. */
function compile(files: readonly string[]): string {
  const folder = mkdtempSync(path.join(ROOT, '.fixtures-'));
  try {
    const project = {
      extends: '../tsconfig.json',
      compilerOptions: {
        lib: ['esnext'],
        types: [],
        declaration: false,
        isolatedDeclarations: false,
      },
      include: [],
      exclude: [],
      files,
    };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(project));
    const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
    const run = spawnSync(tsc, ['--project', folder, '--pretty', 'false'], { encoding: 'utf8' });
    return `${run.status} ${run.stdout}`.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('extensions that were written for version 1 of the interface compile', (t) => {
  const files = readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(FIXTURES, name));
  t.true(files.length >= 7);
  t.is(compile(files), '0');
});

test('what does not fit the interface does not compile', (t) => {
  const folder = mkdtempSync(path.join(ROOT, '.fixtures-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'broken.ts');
  writeFileSync(
    file,
    "import type { Extension } from 'entrada/extension';\nexport default { decide: () => 1 } satisfies Extension;\n",
  );
  t.regex(compile([file]), /^[12] [^]*broken\.ts\(2,\d+\): error TS2322/);
});
