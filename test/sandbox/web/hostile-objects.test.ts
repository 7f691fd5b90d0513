import test from 'ava';

import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.beforeEach(async () => {
  isolate = await createPlatformIsolate({ fetch: () => ({ status: 200 }) });
});
test.afterEach.always(() => isolate[Symbol.asyncDispose]());

/** Every object that guest code can reach from its globals, by the path to it. */
const WALK = `
  const seen = new Map();
  const queue = [[globalThis, 'globalThis']];
  const isolated = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';
  while (queue.length > 0) {
    const [value, path] = queue.pop();
    if (seen.has(value)) continue;
    seen.set(value, path);
    for (const key of Reflect.ownKeys(value)) {
      let found = [];
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
      if ('value' in descriptor) found.push(descriptor.value);
      else {
        found.push(descriptor.get, descriptor.set);
        try { found.push(value[key]); } catch {}
        // Attributes of prototypes answer with rejected promises.
        if (found[2] instanceof Promise) found[2].catch(() => {});
      }
      for (const item of found) if (isolated(item)) queue.push([item, path + '.' + String(key)]);
    }
    const prototype = Reflect.getPrototypeOf(value);
    if (prototype !== null) queue.push([prototype, path + '.__proto__']);
  }`;

test.serial('nothing that guest code can reach is an object of isolated-vm', async (t) => {
  const found = await isolate.run<string[]>(`${WALK}
    [...seen].filter(([value]) => {
      const names = ['applySync', 'applyIgnored', 'derefInto', 'copySync', 'getSync'];
      return names.some((name) => name in value) || /ivm|isolated/i.test(Object.prototype.toString.call(value));
    }).map(([, path]) => path)`);
  t.deepEqual(found, []);
});

test.serial('nothing that guest code can reach calls the host by itself', async (t) => {
  const found = await isolate.run<string[]>(`${WALK}
    [...seen].filter(([value]) => ['callSync', 'setTimer', 'clearTimer', 'uncaught', 'timerFired'].some((name) => name in value))
      .map(([, path]) => path)`);
  t.deepEqual(found, []);
});

test.serial('errors carry no path of the host', async (t) => {
  const stacks = await isolate.run<string[]>(`
    const texts = ['new URL("x")', 'atob("é")', 'structuredClone(() => {})', 'new Headers([["a"]])',
      'crypto.getRandomValues({})', 'new URLPattern("(")', 'new TextDecoder("?")', 'null.x'];
    const thrown = texts.map((text) => { try { eval(text); return ''; } catch (error) { return String(error.stack); } });
    Promise.all([
      fetch('x').catch((error) => String(error.stack)),
      crypto.subtle.digest('SHA-256', 1).catch((error) => String(error.stack)),
      crypto.subtle.importKey('jwk', {}, 'AES-GCM', true, ['encrypt']).catch((error) => String(error.stack)),
    ]).then((more) => [...thrown, ...more])`);
  t.is(stacks.filter((text) => text === '').length, 0);
  t.deepEqual(
    stacks.filter((text) => /file:|node:|node_modules|\/work|\/home|\.ts\b/.test(text)),
    [],
  );
});

test.serial(
  'conversions run the guest’s own code where the standard says, and nowhere else',
  async (t) => {
    const log = await isolate.run(`
    const log = [];
    const text = (name) => ({ toString() { log.push(name); return name; }, valueOf() { log.push('valueOf ' + name); return name; } });
    const headers = new Headers();
    headers.append(text('name'), text('value'));
    headers.get(text('name'));
    new URL(text('https://a.test/'));
    setTimeout(() => {}, { valueOf() { log.push('delay'); return 1; } });
    new Request('https://a.test/', { get method() { log.push('method'); return text('PUT'); } });
    log`);
    t.deepEqual(log, ['name', 'value', 'name', 'https://a.test/', 'delay', 'method', 'PUT']);
  },
);

test.serial('a body is copied when it is given, whatever happens to it later', async (t) => {
  await isolate.run(`
    const bytes = new Uint8Array([1, 2, 3]);
    const sent = fetch('https://a.test/', { method: 'POST', body: bytes });
    bytes.fill(9);
    bytes.buffer.transfer();
    sent.then(() => {})`);
  t.is(JSON.parse(isolate.calls[0]!.text).body, 'AQID');
});

test.serial(
  'proxies, subclasses and forged prototypes are no objects of the platform',
  async (t) => {
    const found = await isolate.run(`
    const tries = [
      () => Object.create(Headers.prototype).get('a'),
      () => new Proxy(new Headers(), {}).get('a'),
      () => Reflect.get(Response.prototype, 'status', {}),
      () => AbortSignal.prototype.throwIfAborted.call(new EventTarget()),
      () => new EventTarget().dispatchEvent({ type: 'x' }),
      () => URLSearchParams.prototype.append.call(new FormData(), 'a', 'b'),
      () => new (class extends Blob { constructor() { super([{ [Symbol.toPrimitive]: () => Symbol() }]); } })(),
    ];
    tries.map((run) => { try { run(); return 'ran'; } catch (error) { return error.name; } })`);
    t.deepEqual([...new Set(found as string[])], ['TypeError']);
  },
);

test.serial(
  'an iterator that never ends is the guest’s own time, and its errors are its own',
  async (t) => {
    const found = await isolate.run(`
    const broken = { [Symbol.iterator]() { return { next() { throw new RangeError('mine'); }, return() { throw new Error('never called'); } }; } };
    const tries = [() => new Headers(broken), () => new Blob(broken), () => AbortSignal.any(broken), () => new URLSearchParams(broken)];
    tries.map((run) => { try { run(); } catch (error) { return error.message; } })`);
    t.deepEqual(found, ['mine', 'mine', 'mine', 'mine']);
  },
);

test.serial('a part whose evaluation ran out of stack can be used afterwards', async (t) => {
  const found = await isolate.run(`
    const dive = () => { try { dive(); } catch { try { new URL('https://a.test/'); } catch {} } };
    dive();
    new URL('https://a.test/b').pathname`);
  t.is(found, '/b');
});

test.serial('what could share memory or stop the thread does not exist', async (t) => {
  const found = await isolate.run(`
    ['SharedArrayBuffer', 'WebAssembly', 'process', 'require', 'Buffer', 'global', 'Deno', 'ivm', '_ivm']
      .filter((name) => name in globalThis).concat(typeof Atomics.wait, typeof Atomics.waitAsync)`);
  t.deepEqual(found, ['undefined', 'undefined']);
});
