import test, { type ExecutionContext } from 'ava';

import type { Json } from '../../../sandbox/contract.ts';
import { Secret } from '../../../src/config/secret.ts';
import { Kv, type KvContext } from '../../../src/extensions/broker/kv.ts';
import { StoreError } from '../../../src/store/store-error.ts';
import { openTestStore, testClock } from '../../_support/open-store.ts';

const DAY = 24 * 3_600_000;

function open(t: ExecutionContext, over: Partial<KvContext> = {}) {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const written: string[] = [];
  const context: KvContext = {
    store,
    clock,
    extension: 'gate',
    secrets: [],
    shadow: false,
    writing: (op, key) => void written.push(`${op} ${key}`),
    ...over,
  };
  return { clock, store, written, context, kv: new Kv(context) };
}

const ok = (value: Json) => ({ ok: true, value }) as const;

test('a value is there until it is deleted', async (t) => {
  const { kv, written } = open(t);
  t.deepEqual(await kv.get('a'), ok([]));
  t.deepEqual(await kv.set({ key: 'a', value: { b: [1, null] } }), ok(null));
  t.deepEqual(await kv.get('a'), ok([{ b: [1, null] }]));
  t.deepEqual(await kv.delete('a'), ok(null));
  t.deepEqual(await kv.get('a'), ok([]));
  t.deepEqual(written, ['set a', 'delete a'], 'the broker was told before each');
});

test('null is a value', async (t) => {
  const { kv } = open(t);
  await kv.set({ key: 'a', value: null });
  t.deepEqual(await kv.get('a'), ok([null]));
});

test('a value ends with its time', async (t) => {
  const { kv, clock } = open(t);
  await kv.set({ key: 'a', value: 1, ttl: 10 });
  clock.now += 9_999;
  t.deepEqual(await kv.get('a'), ok([1]));
  clock.now += 1;
  t.deepEqual(await kv.get('a'), ok([]));
  t.deepEqual(await kv.list(''), ok([]));
});

test('a value for which no time is named ends after thirty days', async (t) => {
  const { kv, clock } = open(t);
  await kv.set({ key: 'a', value: 1 });
  clock.now += 30 * DAY - 1;
  t.deepEqual(await kv.get('a'), ok([1]));
  clock.now += 1;
  t.deepEqual(await kv.get('a'), ok([]));
});

test('keys are listed by what they begin with, in order', async (t) => {
  const { kv } = open(t);
  for (const key of ['b/2', 'a', 'b/1', 'c']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await kv.set({ key, value: 1 });
  }
  t.deepEqual(await kv.list('b/'), ok(['b/1', 'b/2']));
  t.deepEqual(await kv.list(''), ok(['a', 'b/1', 'b/2', 'c']));
});

test('extensions do not see each other’s values, whatever they are called', async (t) => {
  const { kv, context } = open(t);
  const other = new Kv({ ...context, extension: 'gate2' });
  await kv.set({ key: 'a', value: 'mine' });
  await kv.set({ key: '2/a', value: 'mine' });
  await kv.set({ key: '../gate2/a', value: 'mine' });
  t.deepEqual(await other.get('a'), ok([]));
  t.deepEqual(await other.list(''), ok([]));
});

test('compare-and-set writes where the value is the expected one, or where none is', async (t) => {
  const { kv } = open(t);
  t.deepEqual(await kv.compareAndSet({ key: 'a', value: 1 }), ok(true), 'none is there');
  t.deepEqual(await kv.compareAndSet({ key: 'a', value: 2 }), ok(false), 'one is there');
  t.deepEqual(await kv.compareAndSet({ key: 'a', expected: 3, value: 2 }), ok(false));
  t.deepEqual(await kv.compareAndSet({ key: 'a', expected: 1, value: 2 }), ok(true));
  t.deepEqual(await kv.get('a'), ok([2]));
});

test('of many who compare and set at once, one wins each round', async (t) => {
  const { kv, context } = open(t);
  await kv.set({ key: 'n', value: 0 });
  const others = Array.from({ length: 8 }, () => new Kv(context));
  const count = async (one: Kv): Promise<void> => {
    for (let added = false; !added;) {
      // oxlint-disable-next-line no-await-in-loop -- until it wins
      const found = await one.get('n');
      const [now] = (found.ok ? found.value : []) as number[];
      const exchange = { key: 'n', expected: now ?? 0, value: (now ?? 0) + 1 };
      // oxlint-disable-next-line no-await-in-loop -- until it wins
      const answer = await one.compareAndSet(exchange);
      added = answer.ok && answer.value === true;
    }
  };
  await Promise.all(others.flatMap((one) => [count(one), count(one), count(one)]));
  t.deepEqual(await kv.get('n'), ok([24]));
});

const code = async (answer: ReturnType<Kv['get']>): Promise<string> => {
  const given = await answer;
  return given.ok ? 'ok' : given.error.code;
};

test('a value of 16 KiB is kept, one byte more is not', async (t) => {
  const { kv } = open(t);
  const fits = 'x'.repeat(16 * 1024 - 2);
  t.is(await code(kv.set({ key: 'a', value: fits })), 'ok');
  t.is(await code(kv.set({ key: 'a', value: `${fits}x` })), 'KV_VALUE_TOO_LARGE');
  t.is(await code(kv.set({ key: 'a', value: 'ä'.repeat(8 * 1024) })), 'KV_VALUE_TOO_LARGE');
  t.deepEqual(await kv.get('a'), ok([fits]), 'what was there stays');
});

test('a thousand keys are kept; one more is not, and one of them may still be written', async (t) => {
  const { kv } = open(t);
  for (let i = 0; i < 1_000; i++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await kv.set({ key: `k${i}`, value: i });
  }
  t.is(await code(kv.set({ key: 'more', value: 1 })), 'KV_FULL');
  t.is(await code(kv.compareAndSet({ key: 'more', value: 1 })), 'KV_FULL');
  t.is(await code(kv.set({ key: 'k7', value: 'again' })), 'ok');
  await kv.delete('k7');
  t.is(await code(kv.set({ key: 'more', value: 1 })), 'ok');
});

test('many invocations at once do not get past a thousand keys', async (t) => {
  const { context } = open(t);
  const sets = Array.from({ length: 1_200 }, (_, i) =>
    code(new Kv(context).set({ key: `k${i}`, value: i })),
  );
  const codes = await Promise.all(sets);
  t.is(codes.filter((one) => one === 'ok').length, 1_000);
  t.is(codes.filter((one) => one === 'KV_FULL').length, 200);
});

const TOKEN = 'tok"en/with+odd=characters-0123456789';

test('no secret is kept: not in a value, not in the name of a member, not encoded', async (t) => {
  const { kv } = open(t, { secrets: [new Secret(TOKEN)] });
  const value = { [TOKEN]: TOKEN, list: [`a ${TOKEN}`, btoa(`x${TOKEN}`), 7] };
  t.deepEqual(await kv.set({ key: 'a', value }), ok(null));
  const kept = await kv.get('a');
  const text = JSON.stringify(kept);
  t.regex(text, /\[secret\]/);
  t.notRegex(text, /odd|b2Rk/);
  t.true(text.includes('7'));
});

test('a value that ends as a secret begins is kept whole', async (t) => {
  const { kv } = open(t, { secrets: [new Secret('abcdefgh"]}more')] });
  t.deepEqual(await kv.set({ key: 'a', value: { b: ['abcdefgh'] } }), ok(null));
  const kept = await kv.get('a');
  t.true(kept.ok, 'what is kept is still JSON');
});

test('no secret is a key', async (t) => {
  const { kv, written } = open(t, { secrets: [new Secret(TOKEN)] });
  t.is(await code(kv.set({ key: `a/${TOKEN}`, value: 1 })), 'KV_KEY_REFUSED');
  t.deepEqual(written, []);
});

test('in shadow values are read, and writes are told and left out', async (t) => {
  const { kv, context } = open(t);
  await kv.set({ key: 'a', value: 1 });
  const written: string[] = [];
  const writing = (op: string, key: string): void => void written.push(`${op} ${key}`);
  const shadow = new Kv({ ...context, shadow: true, writing });
  t.deepEqual(await shadow.get('a'), ok([1]));
  t.deepEqual(await shadow.set({ key: 'a', value: 2 }), ok(null));
  t.deepEqual(await shadow.compareAndSet({ key: 'a', expected: 1, value: 3 }), ok(true));
  t.deepEqual(await shadow.compareAndSet({ key: 'a', expected: 7, value: 3 }), ok(false));
  t.deepEqual(await shadow.delete('a'), ok(null));
  t.deepEqual(await kv.get('a'), ok([1]), 'nothing changed');
  t.deepEqual(written, ['set a', 'set a', 'delete a']);
});

test('a store that cannot be used is a refusal that the extension may live with', async (t) => {
  const { kv, store } = open(t);
  await store[Symbol.asyncDispose]();
  t.is(await code(kv.get('a')), 'KV_UNAVAILABLE');
});

test('a store that breaks over a comparison is a refusal; any other breakage is thrown', async (t) => {
  const { kv, store } = open(t);
  const swap = { key: 'a', value: 1 };
  Object.assign(store, {
    commit: () => Promise.reject(new StoreError('STORE_UNAVAILABLE', 'full')),
  });
  t.is(await code(kv.compareAndSet(swap)), 'KV_UNAVAILABLE');
  const broken = new TypeError('broken');
  Object.assign(store, { commit: () => Promise.reject(broken) });
  await t.throwsAsync(kv.compareAndSet(swap), { is: broken });
});
