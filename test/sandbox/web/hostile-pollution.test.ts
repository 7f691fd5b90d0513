import test from 'ava';

import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

/**
 * Guest code may break what it sees; what crosses the bridge, and what the platform keeps to itself, it may not. Each
 * attack runs before the part that it aims at is evaluated.
 */
const CALL = {
  url: 'https://a.test/path',
  method: 'POST',
  headers: [
    ['a', 'b'],
    ['Content-Type', 'text/plain;charset=UTF-8'],
  ],
  body: Buffer.from('text').toString('base64'),
  redirect: 'follow',
};
const FETCH = `fetch('https://a.test/path', { method: 'POST', headers: { a: 'b' }, body: 'text' }).then((r) => r.status)`;

const ATTACKS: { readonly [what: string]: string } = {
  'toJSON on every prototype': `
    for (const Kind of [Object, Array, String, Number, Function]) {
      Object.defineProperty(Kind.prototype, 'toJSON', { value() { return 'stolen'; }, configurable: true });
    }`,
  'methods of arrays': `
    for (const name of ['push', 'map', 'slice', 'join', 'sort', 'splice', 'includes', 'concat', 'forEach', 'indexOf', 'values', 'shift']) {
      Array.prototype[name] = function () { throw new Error('broken ' + name); };
    }
    Array.prototype[Symbol.iterator] = function () { throw new Error('broken iterator'); };`,
  'methods of strings': `
    for (const name of ['slice', 'toLowerCase', 'toUpperCase', 'charCodeAt', 'indexOf', 'includes', 'toWellFormed', 'split', 'replace']) {
      String.prototype[name] = () => { throw new Error('broken ' + name); };
    }`,
  'methods of maps and weak maps': `
    for (const Kind of [Map, Set, WeakMap, WeakSet]) {
      for (const name of ['get', 'set', 'has', 'delete', 'add']) Kind.prototype[name] = () => { throw new Error('broken ' + name); };
    }`,
  'JSON and Reflect': `
    JSON.stringify = JSON.parse = () => { throw new Error('broken JSON'); };
    for (const name of Reflect.ownKeys(Reflect)) if (typeof Reflect[name] === 'function') Reflect[name] = () => { throw new Error('broken Reflect'); };`,
  'call, apply and bind': `
    Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => { throw new Error('broken function'); };`,
  'typed arrays and buffers': `
    const typed = Object.getPrototypeOf(Uint8Array.prototype);
    for (const name of ['set', 'slice', 'subarray', 'fill']) typed[name] = () => { throw new Error('broken ' + name); };
    for (const name of ['length', 'byteLength', 'byteOffset', 'buffer']) {
      Object.defineProperty(typed, name, { get() { throw new Error('broken ' + name); } });
    }
    Uint8Array.fromBase64 = Uint8Array.prototype.toBase64 = () => { throw new Error('broken base64'); };`,
  iterators: `
    const ArrayIterator = Object.getPrototypeOf([][Symbol.iterator]());
    ArrayIterator.next = () => ({ done: true });`,
  'regular expressions': `
    RegExp.prototype.exec = RegExp.prototype.test = () => null;
    RegExp.prototype[Symbol.replace] = () => 'broken';`,
  'setters of Object.prototype': `
    for (const name of ['url', 'method', 'headers', 'body', 'redirect', 'status', 'fields', 'signal', 'type', 'mode', 'bits', 'get', 'set']) {
      Object.defineProperty(Object.prototype, name, { set() { throw new Error('setter'); }, get() { return undefined; }, configurable: true });
    }`,
  'species and constructors': `
    class Evil extends Array {}
    Object.defineProperty(Array, Symbol.species, { get() { return Evil; } });
    Array.prototype.constructor = Evil;
    Object.defineProperty(ArrayBuffer, Symbol.species, { get() { throw new Error('species'); } });
    Object.defineProperty(Object.getPrototypeOf(Uint8Array), Symbol.species, { get() { throw new Error('species'); } });`,
  'the globals that the platform is made of': `
    for (const name of ['Object', 'Array', 'String', 'Number', 'Map', 'WeakMap', 'Promise', 'Uint8Array', 'TypeError', 'Symbol', 'JSON', 'Reflect', 'Error', 'URL', 'Headers', 'AbortController']) {
      try { globalThis[name] = undefined; } catch {}
    }`,
};

async function attacked(attack: string): Promise<PlatformIsolate> {
  const isolate = await createPlatformIsolate({ fetch: () => ({ status: 204 }) });
  await isolate.run(`${attack};undefined`);
  return isolate;
}

/** Attacks that break libraries of the platform when they are evaluated afterwards: then nothing crosses the bridge. */
const BREAKING = new Set([
  'methods of strings',
  'JSON and Reflect',
  'typed arrays and buffers',
  'setters of Object.prototype',
  'the globals that the platform is made of',
]);

for (const [what, attack] of Object.entries(ATTACKS)) {
  test(`a request crosses the bridge unchanged, if at all, after an attack on ${what}`, async (t) => {
    await using isolate = await attacked(attack);
    const status = await isolate.run<number>(FETCH).catch(() => 'broken');
    if (!BREAKING.has(what)) t.is(status, 204);
    if (status === 204) t.deepEqual(JSON.parse(isolate.calls[0]!.text), CALL);
    else t.deepEqual(isolate.calls, []);
  });

  test(`random values stay random after an attack on ${what}`, async (t) => {
    await using isolate = await attacked(attack);
    const draw = (): Promise<string> =>
      isolate.run<string>('crypto.randomUUID()').catch(() => 'broken');
    const [first, second] = [await draw(), await draw()];
    if (first === 'broken') t.true(BREAKING.has(what));
    else t.not(first, second);
  });

  test(`a line of the log crosses the bridge, if at all, after an attack on ${what}`, async (t) => {
    await using isolate = await attacked(attack);
    const write = isolate.run(`console.warn('a line'); undefined`).then(
      () => 'written',
      () => 'broken',
    );
    if ((await write) === 'broken') t.true(BREAKING.has(what));
    else t.deepEqual(isolate.logs, [{ level: 'warn', text: 'a line' }]);
  });
}

test('a thenable that is put on Object.prototype sees no object of the host', async (t) => {
  await using isolate = await createPlatformIsolate({ fetch: () => ({ status: 201 }) });
  const seen = await isolate.run<string[]>(`
    const seen = [];
    Object.defineProperty(Object.prototype, 'then', { configurable: true, get() {
      seen.push(Object.prototype.toString.call(this) + ' ' + Object.getOwnPropertyNames(this).join());
      return undefined;
    } });
    const done = fetch('https://a.test/').then((r) => r.text());
    done.then(() => { delete Object.prototype.then; return seen; })`);
  const allowed =
    /^\[object (?:Response|Object|Array|String)\] ?(?:url|$|status|redirected|headers|body|statusText|length|\d|,)*/;
  t.true(
    seen.every((text) => allowed.test(text)),
    seen.join('\n'),
  );
});
