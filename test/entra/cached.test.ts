import test from 'ava';
import { createCached } from '../../src/entra/cached.ts';

const LIFETIMES = { freshMs: 10, staleMs: 100, endMs: 1000, retryMs: 5 };

/** A value that counts its loads, with clock and failure in the test's hands. */
function counter() {
  const state = { now: 0, loads: 0, fails: false };
  const value = createCached(
    async () => {
      state.loads++;
      if (state.fails) throw new Error('out of order');
      return state.loads;
    },
    LIFETIMES,
    () => state.now,
  );
  return { state, value };
}

test('the value is loaded when it is first asked for, once for all who ask [7]', async (t) => {
  const { state, value } = counter();
  t.is(state.loads, 0);
  t.deepEqual(await Promise.all([value.get(), value.get(), value.refresh()]), [1, 1, 1]);
});

test('a fresh value is served without a load; an older one with a load that nobody waits for [7]', async (t) => {
  const { state, value } = counter();
  await value.get();
  state.now = 9;
  t.is(await value.get(), 1);
  state.now = 10;
  t.is(await value.get(), 1);
  t.is(await value.get(), 2);
});

test('a stale value is loaded anew first, and serves only when that fails [8]', async (t) => {
  const { state, value } = counter();
  await value.get();
  state.now = 100;
  t.is(await value.get(), 2);
  state.now = 200;
  state.fails = true;
  t.is(await value.get(), 2);
});

test('a value at its end serves no more [8]', async (t) => {
  const { state, value } = counter();
  await value.get();
  state.now = 1000;
  state.fails = true;
  await t.throwsAsync(value.get(), { message: 'out of order' });
});

test('after a failure the next load waits, unless there is nothing to serve [7]', async (t) => {
  const { state, value } = counter();
  state.fails = true;
  await t.throwsAsync(value.get());
  await t.throwsAsync(value.get());
  t.is(state.loads, 2);
  state.fails = false;
  await value.get();
  state.fails = true;
  state.now = 10;
  await value.get();
  await value.get();
  t.is(state.loads, 4);
  t.is(value.freshness.failure?.message, 'out of order');
  state.now = 15;
  await value.get();
  t.is(state.loads, 5);
});

test('loads that succeeded are counted, and a success forgets the failure [7]', async (t) => {
  const { state, value } = counter();
  state.fails = true;
  await t.throwsAsync(value.refresh());
  t.is(value.loads, 0);
  state.fails = false;
  await value.refresh();
  t.is(value.loads, 1);
  t.deepEqual(value.freshness, { loadedAt: 0, failure: null });
});

test('whatever a load throws is remembered as an error', async (t) => {
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- this is what a library may do
  const value = createCached(
    () => Promise.reject('a text'),
    LIFETIMES,
    () => 5,
  );
  await t.throwsAsync(value.get(), { any: true, is: 'a text' });
  t.true(value.freshness.failure instanceof Error);
});

test('a value that was loaded before the clock was set back is loaded anew, and nobody waits for it [8]', async (t) => {
  const { state, value } = counter();
  state.now = 1_000_000;
  await value.get();
  state.now = 0;
  t.is(await value.get(), 1);
  t.is(await value.get(), 2);
});

test('a failure of before the clock was set back puts no load off [8]', async (t) => {
  const { state, value } = counter();
  await value.get();
  state.now = 50;
  state.fails = true;
  await t.throwsAsync(value.refresh());
  t.is(state.loads, 2);
  state.now = 20;
  await value.get();
  t.is(state.loads, 3);
});
