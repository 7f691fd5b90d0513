import test from 'ava';
import { createReplayCache } from '../../src/entra/replay-cache.ts';

test('what was used is refused until it could not be used anyway [53]', (t) => {
  let now = 0;
  const cache = createReplayCache(() => now);
  t.true(cache.admit('a', 100));
  t.false(cache.admit('a', 100));
  t.true(cache.admit('b', 100));
  now = 100;
  t.true(cache.admit('a', 200));
});

test('a full cache forgets the oldest use, never the newest [53]', (t) => {
  const cache = createReplayCache(() => 0, 3);
  for (const key of ['a', 'b', 'c', 'd']) cache.admit(key, 100);
  t.is(cache.size, 3);
  t.false(cache.admit('d', 100));
  t.true(cache.admit('a', 100));
});

test('uses that ended are forgotten, so that the cache is as large as the traffic of an hour [53]', (t) => {
  let now = 0;
  const cache = createReplayCache(() => now);
  for (let index = 0; index < 10_000; index++) {
    now += 1;
    cache.admit(String(index), now + 100);
  }
  t.true(cache.size <= 101);
});
