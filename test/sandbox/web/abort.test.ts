import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

test('a controller aborts its signal once, with a reason', async (t) => {
  const play = (): unknown => {
    const controller = new AbortController();
    const { signal } = controller;
    const seen: unknown[] = [signal.aborted, signal.reason];
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- this is what is tested
    signal.onabort = () => seen.push('handler');
    signal.addEventListener('abort', () => seen.push('listener'));
    controller.abort('why');
    controller.abort('again');
    return [...seen, signal.aborted, signal.reason, (AbortSignal.abort().reason as Error).name];
  };
  const { node, isolate: own } = await inBoth(isolate, play);
  t.deepEqual(own, node);
});

test('AbortSignal.any follows the first of its signals, through others', async (t) => {
  const play = (): unknown => {
    const [a, b] = [new AbortController(), new AbortController()];
    const inner = AbortSignal.any([a.signal, b.signal]);
    const outer = AbortSignal.any([inner]);
    const seen: string[] = [];
    for (const [name, signal] of Object.entries({ outer, inner, b: b.signal })) {
      signal.addEventListener('abort', () =>
        seen.push(`${name} ${inner.aborted} ${outer.aborted}`),
      );
    }
    b.abort('b');
    a.abort('a');
    return [seen, inner.reason, outer.reason, AbortSignal.any([AbortSignal.abort(1)]).reason];
  };
  const { node, isolate: own } = await inBoth(isolate, play);
  t.deepEqual(own, node);
});

test('AbortSignal.timeout aborts with a TimeoutError', async (t) => {
  const found = await isolate.run(`
    new Promise((resolve) => {
      const signal = AbortSignal.timeout(5);
      signal.onabort = () => resolve([signal.reason.name, signal.reason instanceof DOMException]);
    })`);
  t.deepEqual(found, ['TimeoutError', true]);
});

test('throwIfAborted throws the reason itself', async (t) => {
  const found = await isolate.run(`
    const reason = { own: 1 };
    try { AbortSignal.abort(reason).throwIfAborted(); } catch (error) { [error === reason, AbortSignal.prototype.throwIfAborted.length]; }`);
  t.deepEqual(found, [true, 0]);
});

test('nobody makes or aborts a signal but a controller', async (t) => {
  const names = await isolate.run(`
    ['new AbortSignal()', 'new AbortSignal(Symbol("make"))', 'AbortController()', 'AbortSignal.any([{}])']
      .map((text) => { try { eval(text); return 'made'; } catch (error) { return error.name; } })`);
  t.deepEqual(names, ['TypeError', 'TypeError', 'TypeError', 'TypeError']);
});
