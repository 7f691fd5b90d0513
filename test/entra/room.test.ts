import test from 'ava';

import { createRoom } from '../../src/entra/room.ts';
import { testClock, type TestClock } from '../_support/open-store.ts';

interface Hall {
  readonly clock: TestClock;
  readonly hasRoom: () => Promise<boolean>;
  /** How many are there, and how often they were counted. */
  readonly state: { present: number; counted: number };
}

function open(limit: number): Hall {
  const clock = testClock();
  const state = { present: 0, counted: 0 };
  const count = async (): Promise<number> => {
    state.counted++;
    return state.present;
  };
  return { clock, state, hasRoom: createRoom(count, limit, clock) };
}

async function fill({ hasRoom, state }: Hall): Promise<void> {
  while (await hasRoom()) state.present++;
}

for (const limit of [0, 1, 2, 3, 5, 1000]) {
  test(`of ${limit} places each is given, and no more`, async (t) => {
    const hall = open(limit);
    await fill(hall);
    t.is(hall.state.present, limit);
    t.true(hall.state.counted < 20, 'and they are not counted each time');
    hall.state.present = 0;
    t.is(await hall.hasRoom(), limit > 0, 'who leaves makes room at once');
  });
}

test('what others take is seen a second later', async (t) => {
  const { clock, state, hasRoom } = open(1000);
  t.true(await hasRoom());
  state.present = 1000;
  clock.now += 999;
  t.true(await hasRoom());
  clock.now += 1;
  t.false(await hasRoom());
});

test('half of the room is given before they are counted anew', async (t) => {
  const { state, hasRoom } = open(1000);
  for (let index = 0; index < 500; index++) t.true(await hasRoom());
  t.is(state.counted, 1);
  await hasRoom();
  t.is(state.counted, 2);
});
