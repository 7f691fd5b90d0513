import test from 'ava';

import { RecordCache } from '../../src/store/record-cache.ts';

test('what was asked for last stays, what was not is forgotten', (t) => {
  const cache = new RecordCache<number>(3);
  for (let number = 0; number < 6; number++) {
    cache.set(`key-${number}`, number);
    cache.get('key-0');
  }
  t.is(cache.get('key-0'), 0);
  t.is(cache.get('key-1'), undefined);
  t.is(cache.get('key-5'), 5);
});

test('a cache never holds more than two generations', (t) => {
  const cache = new RecordCache<number>(10);
  for (let number = 0; number < 1000; number++) cache.set(String(number), number);
  const held = Array.from({ length: 1000 }, (_, number) => cache.get(String(number)));
  t.true(held.filter((value) => value !== undefined).length <= 20);
});

test('what is deleted is gone from both generations', (t) => {
  const cache = new RecordCache<number>(1);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.delete('a');
  t.is(cache.get('a'), undefined);
  cache.clear();
  t.is(cache.get('b'), undefined);
});
