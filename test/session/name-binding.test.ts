import test from 'ava';

import { bindName } from '../../src/session/name-binding.ts';
import { openTestStore, testClock } from '../_support/open-store.ts';

const DAY = 24 * 3_600_000;
const ADA = { username: 'ada', tid: 'tenant', oid: 'ada-1' };
const OTHER = { ...ADA, username: 'ADA', oid: 'ada-2' };

test('a name is bound once, its end is moved once a day, and nobody else has it for half a year', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  await store.commit((await bindName(ADA, store, clock.now))!);
  clock.now += DAY;
  t.deepEqual(await bindName(ADA, store, clock.now), [], 'it is kept for long enough');
  clock.now += 1;
  const moved = await bindName(ADA, store, clock.now);
  t.is(moved?.length, 1);
  await store.commit(moved!);
  clock.now += 180 * DAY;
  t.is(await bindName(OTHER, store, clock.now), undefined);
  clock.now += DAY;
  t.is((await bindName(OTHER, store, clock.now))?.length, 1, 'it is free again');
});

test('of two people who come at once with a free name, one gets it', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const [first, second] = await Promise.all([
    bindName(ADA, store, clock.now),
    bindName(OTHER, store, clock.now),
  ]);
  await store.commit(first!);
  await t.throwsAsync(store.commit(second!), { code: 'STORE_CONFLICT' });
});

test('one person who comes twice at once with a free name gets it twice', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const both = [await bindName(ADA, store, clock.now), await bindName(ADA, store, clock.now)];
  for (const changes of both) await store.commit(changes!);
  t.deepEqual(await bindName(ADA, store, clock.now), []);
});
