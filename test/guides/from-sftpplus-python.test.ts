import { readFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { exampleFolder } from '../_support/world.ts';
import { stepsOf } from '../_support/guide.ts';

const PAGE = 'docs/guides/from-sftpplus-python.md';

test('the handler in the page is the example, to the letter', (t) => {
  const [shown, ...more] = stepsOf(PAGE).filter(({ language }) => language === 'ts');
  t.deepEqual(more, []);
  const source = path.join(exampleFolder('sign-in-note'), 'index.ts');
  t.is(shown?.code, readFileSync(source, 'utf8'));
});

test('every member of the interface has its counterpart', (t) => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../..', PAGE), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  for (const member of [
    'onStart',
    'onStop',
    'TARGET_EVENTS',
    'getConfiguration',
    'handle(',
    '__init__',
    'event.account.token',
    'event.account.name',
    'event.timestamp',
    'parent.delay',
  ]) {
    const row = rows.find((line) => line.split('|')[1]?.includes(member));
    t.truthy(row?.split('|')[2]?.trim(), member);
  }
});
