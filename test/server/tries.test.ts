import test from 'ava';

import { Tries } from '../../src/server/tries.ts';

const MINUTE = 60_000;

function triesAt(limits: ConstructorParameters<typeof Tries>[1] = {}) {
  const time = { now: 1_000_000 };
  return { time, tries: new Tries(() => time.now, limits) };
}

const ada = { username: 'ada', network: '192.0.2.1' };

function fail(tries: Tries, one: typeof ada, times: number): readonly number[] {
  return Array.from({ length: times }, () => tries.begin(one));
}

test('five tries in vain of one person from one network are the last for a quarter of an hour', (t) => {
  const { time, tries } = triesAt();
  t.deepEqual(fail(tries, ada, 5), [0, 0, 0, 0, 0]);
  t.is(tries.begin(ada), 15 * MINUTE);
  time.now += 5 * MINUTE;
  t.is(tries.begin(ada), 10 * MINUTE);
  time.now += 10 * MINUTE;
  t.is(tries.begin(ada), 0);
});

test('who tried in vain before the clock was set back waits a quarter of an hour, as everybody', (t) => {
  const { time, tries } = triesAt();
  time.now += 600 * MINUTE;
  fail(tries, ada, 5);
  time.now -= 600 * MINUTE;
  t.is(tries.begin(ada), 15 * MINUTE);
  time.now += 15 * MINUTE;
  t.is(tries.begin(ada), 0);
});

test('another network may try the same username: nobody is locked out by a stranger', (t) => {
  const { tries } = triesAt();
  fail(tries, ada, 6);
  t.is(tries.begin({ ...ada, network: '198.51.100.7' }), 0);
});

test('a username is the same in every case and form', (t) => {
  const { tries } = triesAt();
  fail(tries, ada, 3);
  fail(tries, { ...ada, username: 'ADA' }, 1);
  fail(tries, { ...ada, username: 'ａｄａ' }, 1);
  t.true(tries.begin(ada) > 0);
});

test('many networks together may try one username so often', (t) => {
  const { tries } = triesAt({ username: 4 });
  const from = (last: number): number => tries.begin({ ...ada, network: `198.51.100.${last}` });
  t.deepEqual([1, 2, 3, 4].map(from), [0, 0, 0, 0]);
  t.true(from(5) > 0);
});

test('one network may try so many usernames', (t) => {
  const { tries } = triesAt({ network: 3 });
  const as = (username: string): number => tries.begin({ ...ada, username });
  t.deepEqual(['a', 'b', 'c'].map(as), [0, 0, 0]);
  t.true(as('d') > 0);
  t.is(tries.begin({ username: 'd', network: '203.0.113.9' }), 0);
});

test('many tries at the same time are as many', (t) => {
  const { tries } = triesAt();
  t.is(fail(tries, ada, 50).filter((wait) => wait === 0).length, 5);
});

test('whoever gets in has all tries again; what nobody could judge does not count', (t) => {
  const { tries } = triesAt();
  fail(tries, ada, 5);
  tries.succeed(ada);
  t.deepEqual(fail(tries, ada, 4), [0, 0, 0, 0]);
  for (let i = 0; i < 20; i++) {
    t.is(tries.begin(ada), 0);
    tries.forgive(ada);
  }
});

test('a flood of usernames is forgotten, the oldest first, and its network is not', (t) => {
  const { tries } = triesAt({ network: 1_000_000 });
  for (let i = 0; i < 60_000; i++) tries.begin({ username: `u${i}`, network: '192.0.2.1' });
  fail(tries, { username: 'last', network: '192.0.2.1' }, 5);
  t.true(tries.begin({ username: 'last', network: '192.0.2.1' }) > 0);
});

test('a judge that fails costs nobody their tries, and cannot be asked for ever about one username', (t) => {
  const { tries } = triesAt({ username: 8 });
  for (let i = 0; i < 8; i++) {
    t.is(tries.begin(ada), 0);
    tries.excuse(ada);
  }
  t.true(tries.begin(ada) > 0);
  t.is(tries.begin({ ...ada, username: 'eve' }), 0);
});
