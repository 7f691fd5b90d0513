import { setTimeout as pause } from 'node:timers/promises';

import test from 'ava';

import { LineUp } from '../../src/extensions/line-up.ts';
import type { BuiltExtension } from '../../src/extensions/load.ts';

/** As much of a version as a line-up looks at. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing but the id is read
const version = (id: string): BuiltExtension => ({ id }) as BuiltExtension;

const ONE = version('gate@1');
const TWO = version('gate@2');

function lineUp(graceMs = 0) {
  const unloaded: string[] = [];
  const made = new LineUp([ONE], ({ id }) => void unloaded.push(id), graceMs);
  return { made, unloaded };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waits = 0; waits < 500 && !condition(); waits++) await pause(10);
}

test('what begins before another version comes ends with the one before', (t) => {
  const { made } = lineUp();
  const [before, after] = [{}, {}];
  t.deepEqual(made.of(before), [ONE]);
  made.replace([TWO]);
  t.deepEqual(made.now, [TWO]);
  t.deepEqual(made.of(before), [ONE]);
  t.deepEqual(made.of(after), [TWO]);
});

test('a version that left is unloaded after a while', async (t) => {
  const { made, unloaded } = lineUp();
  made.replace([TWO]);
  t.true(made.has('gate@1'));
  await until(() => unloaded.length > 0);
  t.deepEqual(unloaded, ['gate@1']);
  t.false(made.has('gate@1'));
});

test('a version is not unloaded while something runs in it', async (t) => {
  const { made, unloaded } = lineUp();
  const gate = Promise.withResolvers<string>();
  const running = made.during(ONE, () => gate.promise);
  made.replace([TWO]);
  await pause(100);
  t.deepEqual(unloaded, []);
  gate.resolve('done');
  t.is(await running, 'done');
  t.deepEqual(unloaded, ['gate@1']);
});

test('a version that comes back in time was never away', async (t) => {
  const { made, unloaded } = lineUp(50);
  made.replace([TWO]);
  made.replace([ONE]);
  await until(() => unloaded.length > 0);
  t.deepEqual(unloaded, ['gate@2']);
  t.deepEqual(made.now, [ONE]);
});

test('what fails in a version frees it, too', async (t) => {
  const { made, unloaded } = lineUp();
  const failing = made.during(ONE, () => Promise.reject(new Error('broken')));
  await t.throwsAsync(failing, { message: 'broken' });
  made.replace([TWO]);
  await until(() => unloaded.length > 0);
  t.deepEqual(unloaded, ['gate@1']);
});
