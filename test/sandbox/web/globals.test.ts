import test from 'ava';

import { createPlatformIsolate } from '../../_support/platform-isolate.ts';

/** The globals beside those of ECMAScript. */
const NAMES = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'ByteLengthQueuingStrategy',
  'CountQueuingStrategy',
  'Crypto',
  'CustomEvent',
  'DOMException',
  'ErrorEvent',
  'Event',
  'EventTarget',
  'File',
  'FormData',
  'Headers',
  'Navigator',
  'Performance',
  'PromiseRejectionEvent',
  'ReadableByteStreamController',
  'ReadableStream',
  'ReadableStreamBYOBReader',
  'ReadableStreamBYOBRequest',
  'ReadableStreamDefaultController',
  'ReadableStreamDefaultReader',
  'Request',
  'Response',
  'TextDecoder',
  'TextDecoderStream',
  'TextEncoder',
  'TextEncoderStream',
  'TransformStream',
  'TransformStreamDefaultController',
  'URL',
  'URLPattern',
  'URLSearchParams',
  'WritableStream',
  'WritableStreamDefaultController',
  'WritableStreamDefaultWriter',
];

test('every interface is a function of its own name on the global object', async (t) => {
  await using isolate = await createPlatformIsolate();
  const found = await isolate.call<unknown[]>(
    (names: string[]) =>
      names.map((name) => {
        const value = (globalThis as never as { [key: string]: Function })[name]!;
        const { prototype } = value as never as { prototype: { [Symbol.toStringTag]: string } };
        return [typeof value, value.name, prototype[Symbol.toStringTag]];
      }),
    NAMES,
  );
  t.deepEqual(
    found,
    NAMES.map((name) => ['function', name, name]),
  );
});
