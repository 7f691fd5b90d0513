import { readFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { requirementFaults, REQUIREMENTS_PAGE } from '../../scripts/requirements/check.ts';
import { readPage, REQUIREMENTS, requirementsPage } from '../../scripts/requirements/page.ts';
import { marksInSource, readTitle } from '../../scripts/requirements/requirement.ts';
import { readTap } from '../../scripts/requirements/tap.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FILE = 'test/entra/jwt.test.ts';

test('marks are read from titles in a source, and from nothing else', (t) => {
  const source = [
    "test('a token is refused [38] [N1]', run);",
    "  ['error', '[N90]'],",
    'test(`${name} is refused [N2, P3]`, run);',
    "t.deepEqual(found, [1, 2]); const text = 'a[7]'; at('[5]');",
  ].join('\n');
  t.deepEqual([...marksInSource(source)].toSorted(), ['38', 'N1', 'N2', 'N90', 'P3']);
});

test('a title is told without its marks', (t) => {
  t.deepEqual(readTitle('a code where none was asked for [N74] is refused [26]'), {
    text: 'a code where none was asked for is refused',
    numbers: ['N74', '26'],
  });
});

test('a run gives the marked tests of the files, and how each ended', (t) => {
  const tap = [
    'TAP version 13',
    'ok 1 - entra › jwt › one [35]',
    'not ok 2 - entra › jwt › two [35]',
    'ok 3 - entra › jwt › three [35] # SKIP',
    'ok 4 - entra › jwt › no mark',
    'ok 5 - net › net › elsewhere [35]',
  ].join('\n');
  t.deepEqual(readTap(tap, [FILE]), [
    { file: FILE, title: 'one [35]', passed: true },
    { file: FILE, title: 'two [35]', passed: false },
    { file: FILE, title: 'three [35]', passed: false },
  ]);
});

test('the page says of each requirement what the run said', (t) => {
  const title = 'a | b [35] [N64]';
  const held = readPage(requirementsPage([{ file: FILE, title, passed: true }]));
  t.deepEqual(held.get('35'), { files: new Set([FILE]), result: 'holds' });
  t.is(held.get('36')?.result, 'no test');
  const failed = readPage(requirementsPage([{ file: FILE, title, passed: false }]));
  t.is(failed.get('N64')?.result, 'fails');
  t.is(held.size, REQUIREMENTS.length);
});

test('the page that is there is that of the sources, and every requirement holds or has its reason', (t) => {
  t.deepEqual(requirementFaults(ROOT), []);
  const page = readPage(readFileSync(path.join(ROOT, REQUIREMENTS_PAGE), 'utf8'));
  for (const [id, , notBuilt] of REQUIREMENTS) {
    t.is(page.get(id)?.result, notBuilt === undefined ? 'holds' : 'not built', id);
  }
});

test('requirements 1 to 92, every refusal and every way of a proxy are listed once', (t) => {
  const ids = REQUIREMENTS.map(([id]) => id);
  t.is(new Set(ids).size, ids.length);
  t.deepEqual(
    ids.filter((id) => /^\d/.test(id)),
    Array.from({ length: 92 }, (_, index) => String(index + 1)),
  );
  t.deepEqual(
    ids.filter((id) => id.startsWith('P')),
    Array.from({ length: 26 }, (_, index) => `P${index + 1}`),
  );
});
