import test from 'ava';

import { createPlatformIsolate } from '../../_support/platform-isolate.ts';

test('timers run after microtasks, with their arguments, in the order of their time', async (t) => {
  await using isolate = await createPlatformIsolate();
  const seen = await isolate.run(`
    new Promise((resolve) => {
      const seen = [];
      setTimeout((...given) => { seen.push(given); resolve(seen); }, 20, 'last', 2);
      setTimeout(() => seen.push('first'), 1);
      queueMicrotask(() => seen.push('microtask'));
      Promise.resolve().then(() => seen.push('promise'));
      seen.push('now');
    })`);
  t.deepEqual(seen, ['now', 'microtask', 'promise', 'first', ['last', 2]]);
});

test('a cleared timer does not run, and an interval runs until it is cleared', async (t) => {
  await using isolate = await createPlatformIsolate();
  const seen = await isolate.run(`
    new Promise((resolve) => {
      const seen = [];
      clearTimeout(setTimeout(() => seen.push('never'), 1));
      clearTimeout(); clearTimeout('x'); clearInterval(12345);
      const id = setInterval(() => { if (seen.push(typeof id) === 3) { clearInterval(id); setTimeout(() => resolve(seen), 15); } }, 1);
    })`);
  t.deepEqual(seen, ['number', 'number', 'number']);
});

test('what a timer or a microtask throws is reported to the host', async (t) => {
  await using isolate = await createPlatformIsolate();
  await isolate.run(`
    setTimeout(() => { throw new Error('of a timer'); });
    queueMicrotask(() => { throw new Error('of a microtask'); });
    new Promise((resolve) => setTimeout(resolve, 10))`);
  t.regex(isolate.failures[0]!.text, /of a microtask/);
});

test('timers take functions alone', async (t) => {
  await using isolate = await createPlatformIsolate();
  const names = await isolate.run(`
    ['setTimeout("1")', 'setTimeout()', 'setInterval(null)', 'queueMicrotask({})', 'queueMicrotask()']
      .map((text) => { try { eval(text); return 'ran'; } catch (error) { return error.name; } })`);
  t.deepEqual([...new Set(names as string[])], ['TypeError']);
});

test('performance.now starts near zero and never goes back', async (t) => {
  await using isolate = await createPlatformIsolate();
  const [first, second, origin] = await isolate.run<number[]>(`
    const first = performance.now();
    new Promise((resolve) => setTimeout(() => resolve([first, performance.now(), performance.timeOrigin]), 12))`);
  t.true(first! >= 0 && second! - first! >= 10);
  t.true(Math.abs(origin! - Date.now()) < 60_000);
});
