import test from 'ava';

import { type NoPlace, Places } from '../../../src/extensions/pool/places.ts';

const LONG = 60_000;

function open(places: number, extensions = 2) {
  return new Places(() => ({ places, extensions }));
}

/** What was given so far; undefined for who still waits. */
async function given(asked: readonly Promise<'place' | NoPlace>[]) {
  const now = Promise.resolve(undefined);
  return Promise.all(asked.map((one) => Promise.race([one, now.then(() => undefined)])));
}

test('places are given until there are none, and then to who waits longest', async (t) => {
  const places = open(2, 1);
  const asked = Array.from({ length: 4 }, () => places.take('a', LONG));
  t.deepEqual(await given(asked), ['place', 'place', undefined, undefined]);
  places.release('a');
  t.deepEqual(await given(asked), ['place', 'place', 'place', undefined]);
  places.close();
});

test('who has more than his share leaves a quarter of all places to the others', async (t) => {
  const places = open(8);
  const greedy = Array.from({ length: 8 }, () => places.take('greedy', LONG));
  t.is((await given(greedy)).filter((one) => one === 'place').length, 6);
  const modest = [places.take('modest', LONG), places.take('modest', LONG)];
  t.deepEqual(await given(modest), ['place', 'place']);
  places.close();
});

test('who waits is served in turn, one extension after the other', async (t) => {
  const places = open(1, 3);
  await places.take('a', LONG);
  const order: string[] = [];
  for (const name of ['a', 'a', 'b', 'c']) {
    // oxlint-disable-next-line promise/always-return -- it notes who came
    void places.take(name, LONG).then(() => void order.push(name));
  }
  for (const name of ['a', 'a', 'b', 'c']) {
    places.release(order.at(-1) ?? name);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.deepEqual(order, ['a', 'b', 'c', 'a']);
});

test('64 may wait, of one extension 48; the next is refused', async (t) => {
  const places = open(1);
  await places.take('a', LONG);
  const one = Array.from({ length: 49 }, () => places.take('a', LONG));
  t.is((await given(one)).at(-1), 'full');
  const others = Array.from({ length: 17 }, () => places.take('b', LONG));
  t.is((await given(others)).at(-1), 'full');
  t.is((await given(others)).at(-2), undefined, 'the sixty-fourth waits');
  t.false(places.hasRoom);
  places.close();
});

test('nobody waits longer than it is worth', async (t) => {
  const places = open(1);
  await places.take('a', LONG);
  t.is(await places.take('b', 20), 'late');
  t.is(places.waiting, 0);
  places.release('a');
  t.is(await places.take('c', LONG), 'place', 'the place was not given to who left');
});

test('when the gateway ends, everybody is sent away', async (t) => {
  const places = open(1);
  await places.take('a', LONG);
  const waiting = places.take('b', LONG);
  places.close();
  t.is(await waiting, 'closed');
  t.is(await places.take('c', LONG), 'closed');
});
