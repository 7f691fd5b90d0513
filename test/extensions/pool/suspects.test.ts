import test from 'ava';

import { Suspects } from '../../../src/extensions/pool/suspects.ts';

const MINUTE = 60_000;

function suspects() {
  const clock = { now: 0 };
  return { clock, suspects: new Suspects(() => clock.now) };
}

const present = (running: readonly string[], recent: readonly string[] = []) => ({
  running: new Set(running),
  recent: new Set(recent),
});

test('who was alone in a runner that was lost is kept apart at once', (t) => {
  const { suspects: all } = suspects();
  t.deepEqual(all.accuse('one', present(['crasher'])), ['crasher']);
  t.true(all.isApart('crasher'));
  t.deepEqual(all.accuse('two', present(['crasher'])), [], 'that is no news');
});

test('who had ended just before, and was alone, did it as well', (t) => {
  const { suspects: all } = suspects();
  t.deepEqual(all.accuse('one', present([], ['crasher'])), ['crasher']);
});

test('of several, who was there three times is kept apart', (t) => {
  const { suspects: all } = suspects();
  t.deepEqual(all.accuse(1, present(['crasher', 'a'])), []);
  t.deepEqual(all.accuse(2, present(['crasher', 'b'])), []);
  t.deepEqual(all.accuse(3, present(['crasher', 'c'])), ['crasher']);
  for (const innocent of ['a', 'b', 'c']) t.false(all.isApart(innocent), innocent);
});

test('who only ended before is doubted a third as much', (t) => {
  const { suspects: all } = suspects();
  for (let loss = 1; loss <= 8; loss++) {
    t.false(
      all
        .accuse(loss, present([`other${loss}`, `more${loss}`], ['neighbour']))
        .includes('neighbour'),
    );
  }
  t.deepEqual(all.accuse(9, present(['last', 'more'], ['neighbour'])), ['neighbour']);
});

test('a conviction clears those who were there with it', (t) => {
  const { suspects: all } = suspects();
  for (const loss of [1, 2]) all.accuse(loss, present(['crasher', 'neighbour']));
  t.true(all.convict('crasher'));
  t.deepEqual(all.accuse(3, present(['neighbour', 'third'])), [], 'it begins anew');
});

test('who did the same again alone and nothing happened is absolved of that', (t) => {
  const { suspects: all } = suspects();
  for (const loss of ['a', 'b']) all.accuse(loss, present(['victim', `with ${loss}`]));
  all.absolve('victim', 'a');
  t.deepEqual(all.accuse('c', present(['victim', 'x'])), []);
  t.deepEqual(all.accuse('d', present(['victim', 'y'])), ['victim']);
});

test('doubts are forgotten after ten minutes', (t) => {
  const { clock, suspects: all } = suspects();
  for (const loss of [1, 2]) all.accuse(loss, present(['victim', `with ${loss}`]));
  clock.now += 10 * MINUTE;
  t.deepEqual(all.accuse(3, present(['victim', 'x'])), []);
});

test('who is kept apart is trusted again after ten minutes, and after twice as long each time', (t) => {
  const { clock, suspects: all } = suspects();
  for (const minutes of [10, 20, 40]) {
    all.convict('crasher');
    clock.now += minutes * MINUTE - 1;
    t.true(all.isApart('crasher'), `${minutes}`);
    clock.now += 1;
    t.false(all.isApart('crasher'), `${minutes}`);
  }
});

test('nobody is kept apart for longer than a day', (t) => {
  const { clock, suspects: all } = suspects();
  for (let times = 0; times < 30; times++) all.convict('crasher');
  clock.now += 24 * 60 * MINUTE;
  t.false(all.isApart('crasher'));
});

test('a script that was evaluated has no name to be remembered by, and makes nobody guilty', (t) => {
  const { suspects: all } = suspects();
  const nameless = { running: new Set([null]), recent: new Set<string>() };
  t.deepEqual(all.accuse('one', nameless), []);
});

test('an extension that is unloaded is forgotten', (t) => {
  const { suspects: all } = suspects();
  all.convict('crasher');
  all.forget('crasher');
  t.false(all.isApart('crasher'));
});
