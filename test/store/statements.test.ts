import test from 'ava';

import { readNumber, readRow, readText } from '../../src/store/statements.ts';
import { StoreError } from '../../src/store/store-error.ts';

const damaged = { instanceOf: StoreError, code: 'STORE_DAMAGED' };

test('a row is read as it was written', (t) => {
  const bytes = Uint8Array.of(1, 2);
  t.deepEqual(readRow(['a', 5, null, '{}']), { id: 'a', expiresAt: 5, content: { text: '{}' } });
  t.deepEqual(readRow(['a', 5, 'k1', bytes]).content, { key: 'k1', bytes });
  t.is(readNumber([7]), 7);
  t.is(readText(['x']), 'x');
});

test('a row that no statement of the store wrote is damage', (t) => {
  for (const row of [
    undefined,
    {},
    [7, 5, null, '{}'],
    ['a', null, null, '{}'],
    ['a', 5, 'k1', '{}'],
  ]) {
    t.throws(() => readRow(row), damaged);
  }
  for (const row of [undefined, [], ['7'], [null]]) t.throws(() => readNumber(row), damaged);
  for (const row of [undefined, [], [7], [null]]) t.throws(() => readText(row), damaged);
});
