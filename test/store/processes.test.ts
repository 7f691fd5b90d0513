import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import test from 'ava';

import type { StoreKey } from '../../src/config/config.ts';
import { systemClock } from '../../src/clock.ts';
import { openTestStore, storeKey } from '../_support/open-store.ts';
import { COUNTER } from '../_support/store-writer.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const WRITER = fileURLToPath(new URL('../_support/store-writer.ts', import.meta.url));

/** Starts a writer; answers the process and the rounds that it said were committed. */
function startWriter(
  path: string,
  key: StoreKey,
  [mark, rounds, how, begin = 0]: readonly [string, number, 'durable' | 'fast', number?],
): { child: ChildProcess; rounds: () => number } {
  const child = spawn(
    process.execPath,
    ['--conditions=entrada:source', WRITER, path, mark, String(rounds), how, String(begin)],
    {
      env: { ...process.env, ENTRADA_TEST_KEY: key.secret.reveal() },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  return { child, rounds: () => Number(output.trim().split('\n').at(-1)) };
}

for (const how of ['fast', 'durable'] as const) {
  test(`a process that is killed amid ${how} commits leaves all of a commit or nothing`, async (t) => {
    const given = { path: join(temporaryFolder(t), 'entrada.db'), keys: [storeKey('k1')] };
    for (const delay of [0, 3, 7, 15, 31]) {
      const writer = startWriter(given.path, given.keys[0]!, ['w', 1_000_000, how]);
      await once(writer.child.stdout!, 'data');
      await new Promise((resolve) => setTimeout(resolve, delay));
      writer.child.kill('SIGKILL');
      await once(writer.child, 'close');
      const store = openTestStore(t, { ...given, clock: systemClock });
      const left = (await store.get(COUNTER, 'w-left'))?.value;
      const right = (await store.get(COUNTER, 'w-right'))?.value;
      t.is(left, right);
      t.true(left! >= writer.rounds(), 'what was told as committed is there');
      t.is((await store.get(COUNTER, `w-${left}`))?.value, left);
      await store[Symbol.asyncDispose]();
    }
  });
}

test('several processes open a new database and write to it at the same time', async (t) => {
  const given = { path: join(temporaryFolder(t), 'entrada.db'), keys: [storeKey('k1')] };
  const marks = ['a', 'b', 'c', 'd'];
  const begin = Date.now() + 700;
  const writers = marks.map((mark) =>
    startWriter(given.path, given.keys[0]!, [mark, 200, 'fast', begin]),
  );
  const ends = await Promise.all(writers.map(({ child }) => once(child, 'close')));
  t.deepEqual(
    ends.map(([code]) => code),
    [0, 0, 0, 0],
  );
  const store = openTestStore(t, { ...given, clock: systemClock });
  for (const mark of marks) {
    t.is((await store.get(COUNTER, `${mark}-left`))?.value, 200);
    t.is((await store.findIds(COUNTER, 'mark', mark)).length, 202);
  }
});

test('of two processes that take one record at the same time, one gets it', async (t) => {
  const given = { path: join(temporaryFolder(t), 'entrada.db'), keys: [storeKey('k1')] };
  const [one, other] = [
    openTestStore(t, { ...given, clock: systemClock }),
    openTestStore(t, { ...given, clock: systemClock }),
  ];
  for (let round = 0; round < 50; round++) {
    const expiresAt = systemClock() + 60_000;
    await one.commit([{ op: 'put', kind: COUNTER, id: 'x', value: round, expiresAt }]);
    const taken = await Promise.all([one.take(COUNTER, 'x'), other.take(COUNTER, 'x')]);
    t.is(taken.filter((record) => record !== undefined).length, 1);
  }
});
