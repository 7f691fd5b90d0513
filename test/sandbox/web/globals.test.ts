import { readFileSync } from 'node:fs';

import test from 'ava';

import { createPlatformIsolate } from '../../_support/platform-isolate.ts';

/** The names that `globals.d.ts` promises to authors. */
const DECLARED = [
  ...readFileSync(new URL('../../../sandbox/globals.d.ts', import.meta.url), 'utf8').matchAll(
    /^declare (?:var|function) (\w+)/gm,
  ),
].map(([, name]) => name!);
const INTERFACES = [...new Set(DECLARED)].filter((name) => /^[A-Z]/.test(name));
const OTHERS = [...new Set(DECLARED)].filter((name) => /^[a-z]/.test(name));

/** What V8 itself puts on a global object. */
const LANGUAGE =
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date
  Promise RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError globalThis JSON
  Math Intl ArrayBuffer Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array BigUint64Array
  BigInt64Array Uint8ClampedArray Float32Array Float64Array Float16Array DataView Map BigInt Set Iterator WeakMap WeakSet
  Proxy Reflect FinalizationRegistry WeakRef decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape
  eval isFinite isNaN Temporal SuppressedError DisposableStack AsyncDisposableStack`.split(/\s+/);

test('the globals are those of the language and those that authors are told of', async (t) => {
  await using isolate = await createPlatformIsolate();
  const found = await isolate.run<string[]>('Object.getOwnPropertyNames(globalThis)');
  t.deepEqual(found.toSorted(), [...LANGUAGE, ...INTERFACES, ...OTHERS].toSorted());
});

test('every interface is a function of its own name', async (t) => {
  await using isolate = await createPlatformIsolate();
  const found = await isolate.call<unknown[]>(
    (names: string[]) =>
      names.map((name) => {
        const value = (globalThis as never as { [key: string]: Function })[name]!;
        const { prototype } = value as never as { prototype: { [Symbol.toStringTag]: string } };
        return [typeof value, value.name, prototype[Symbol.toStringTag]];
      }),
    INTERFACES,
  );
  t.deepEqual(
    found,
    INTERFACES.map((name) => ['function', name, name]),
  );
});

test('an interface is an accessor until it is read, then an ordinary property', async (t) => {
  await using isolate = await createPlatformIsolate();
  const found = await isolate.run<unknown[]>(`
    const describe = () => {
      const { get, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(globalThis, 'URLPattern');
      return [typeof get, writable ?? null, enumerable, configurable];
    };
    const before = describe();
    void URLPattern;
    [before, describe()]`);
  t.deepEqual(found, [
    ['function', null, false, true],
    ['undefined', true, false, true],
  ]);
});

test('a global can be replaced before and after it was read', async (t) => {
  await using isolate = await createPlatformIsolate();
  const found = await isolate.run(`
    globalThis.Blob = 1; void URL; URL = 2; fetch = 3; crypto = 4; console = 5;
    [Blob, URL, fetch, crypto, console]`);
  t.deepEqual(found, [1, 2, 3, 4, 5]);
});

test('functions of the global scope can be enumerated, interfaces cannot', async (t) => {
  await using isolate = await createPlatformIsolate();
  const names = await isolate.run<string[]>('Object.keys(globalThis)');
  t.deepEqual(names.toSorted(), OTHERS.filter((name) => name !== 'console').toSorted());
});

test('functions have the lengths that their standards give them', async (t) => {
  await using isolate = await createPlatformIsolate();
  const found = await isolate.run(`
    const { prototype: target } = EventTarget;
    [fetch, setTimeout, clearTimeout, structuredClone, queueMicrotask, atob, target.addEventListener, Event, Request,
      Response, Headers, FormData.prototype.append, crypto.subtle.importKey, crypto.subtle.deriveBits, URL]
      .map((value) => value.length)`);
  t.deepEqual(found, [1, 1, 0, 1, 1, 1, 2, 1, 1, 0, 0, 2, 5, 2, 1]);
});

test('self is the global object, and navigator says what this is', async (t) => {
  await using isolate = await createPlatformIsolate();
  t.deepEqual(
    await isolate.run(
      '[self === globalThis, navigator.userAgent, Object.prototype.toString.call(navigator)]',
    ),
    [true, 'Entrada', '[object Navigator]'],
  );
});
