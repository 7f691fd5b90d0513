import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.beforeEach(async () => {
  isolate = await createPlatformIsolate();
});
test.afterEach.always(() => isolate[Symbol.asyncDispose]());

test.serial('listeners run in order, once when asked, and until they are removed', async (t) => {
  const play = (): unknown => {
    const target = new EventTarget();
    const seen: string[] = [];
    const again = (): void => void seen.push('again');
    target.addEventListener('x', () => seen.push('once'), { once: true });
    target.addEventListener('x', again);
    target.addEventListener('x', again);
    target.addEventListener('x', { handleEvent: (event) => void seen.push(event.type) });
    const controller = new AbortController();
    target.addEventListener('x', () => seen.push('signal'), { signal: controller.signal });
    target.dispatchEvent(new Event('x'));
    controller.abort();
    target.removeEventListener('x', again);
    target.dispatchEvent(new Event('x'));
    return seen;
  };
  const { node, isolate: own } = await inBoth(isolate, play);
  t.deepEqual(own, node);
});

test.serial('an event is stopped, canceled and passed on as in Node', async (t) => {
  const play = (): unknown => {
    const target = new EventTarget();
    const seen: unknown[] = [];
    target.addEventListener('x', (event) => {
      event.preventDefault();
      seen.push(event.target === target, event.eventPhase, event.composedPath().length);
      event.stopImmediatePropagation();
    });
    target.addEventListener('x', () => seen.push('never'));
    const event = new CustomEvent('x', { cancelable: true, detail: 5 });
    seen.push(target.dispatchEvent(event), event.defaultPrevented, event.detail, event.isTrusted);
    return [...seen, event.eventPhase, event.currentTarget, event.bubbles];
  };
  const { node, isolate: own } = await inBoth(isolate, play);
  t.deepEqual(own, node);
});

test.serial('what a listener throws is reported, and the next one runs', async (t) => {
  const ran = await isolate.run<boolean>(`
    const target = new EventTarget();
    let ran = false;
    target.addEventListener('x', () => { throw new Error('thrown in a listener'); });
    target.addEventListener('x', () => { ran = true; });
    target.dispatchEvent(new Event('x'));
    ran`);
  t.true(ran);
  t.regex(isolate.failures[0]!.text, /thrown in a listener/);
});

test.serial(
  'a listener that is an object without handleEvent is told of, and the next one runs',
  async (t) => {
    const script = `(() => { const target = new EventTarget(); let ran = 0;
    target.addEventListener('x', {}); target.addEventListener('x', () => ran++);
    target.dispatchEvent(new Event('x')); return ran })()`;
    t.is(await isolate.run(script), 1);
    t.regex(isolate.failures[0]!.text, /TypeError: The listener has no handleEvent function/);
  },
);

test.serial(
  'a listener for errors on the global object can prevent that one is reported',
  async (t) => {
    const seen = await isolate.run(`
    const seen = [];
    addEventListener('error', (event) => { seen.push(event.error.message, event.target === self); event.preventDefault(); }, { once: true });
    reportError(new Error('first'));
    onerror = (message, file, line, column, error) => { seen.push(error.message); return true; };
    reportError(new Error('second'));
    seen`);
    t.deepEqual(seen, ['first', true, 'second']);
    t.deepEqual(isolate.failures, []);
  },
);

test.serial('reportError reports to the host when nobody prevents it', async (t) => {
  await isolate.run(`reportError(new RangeError('nobody caught this'))`);
  t.regex(isolate.failures[0]!.text, /nobody caught this/);
});

test.serial('reportError calls no getter that an object was given by hand', async (t) => {
  await using own = await createPlatformIsolate();
  const called = await own.run(`
    let called = false;
    reportError({ get name() { called = true; return 'a name'; }, get message() { called = true; } });
    called`);
  t.false(called);
  t.notRegex(own.failures[0]!.text, /a name/);
});

test.serial('reportError says what the getters of a class of errors say', async (t) => {
  await using own = await createPlatformIsolate();
  await own.run(
    `reportError(new (class extends Error { get name() { return 'OwnError'; } })('why'))`,
  );
  t.regex(own.failures[0]!.text, /OwnError: why/);
});

test.serial('messages go from port to port as clones, in order', async (t) => {
  const found = await isolate.call(async () => {
    const { port1, port2 } = new MessageChannel();
    const seen: unknown[] = [];
    const done = new Promise<void>((resolve) => {
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it starts the port
      port2.onmessage = ({ data, ports }) => {
        seen.push(data, ports.length);
        if (seen.length === 4) resolve();
      };
    });
    const value = { list: [1] };
    port1.postMessage(value);
    value.list.push(2);
    const other = new MessageChannel();
    port1.postMessage('second', [other.port1]);
    await done;
    return seen;
  });
  t.deepEqual(found, [{ list: [1] }, 0, 'second', 1]);
});
