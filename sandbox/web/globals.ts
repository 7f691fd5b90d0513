/**
 * The names that the platform puts on the global object.
 *
 * Interfaces are accessors until they are first read, then ordinary properties: reading one evaluates its part.
 * Functions are there from the start, and load their part when they are called.
 */
import { parts } from './parts.ts';
import { callAndReport, reportException } from './reporting.ts';
import { clearInterval, clearTimeout, setInterval, setTimeout } from './timers.ts';
import { requireArguments } from './webidl.ts';
import {
  NativeTypeError,
  PromiseReject,
  PromiseResolve,
  PromiseThen,
  ReflectApply,
  ReflectDefineProperty,
} from './primordials.ts';

/** Interfaces by the part that they are in. */
const INTERFACES: readonly (readonly [() => object, readonly string[]])[] = [
  [parts.abort, ['AbortController', 'AbortSignal']],
  [parts.blob, ['Blob', 'File']],
  [parts.compression, ['CompressionStream', 'DecompressionStream']],
  [parts.crypto, ['Crypto']],
  [parts.domException, ['DOMException', 'QuotaExceededError']],
  [parts.encoding, ['TextDecoder', 'TextEncoder']],
  [parts.encodingStreams, ['TextDecoderStream', 'TextEncoderStream']],
  [parts.event, ['Event']],
  [parts.eventKinds, ['CustomEvent', 'ErrorEvent', 'PromiseRejectionEvent']],
  [parts.eventTarget, ['EventTarget']],
  [parts.formData, ['FormData']],
  [parts.headers, ['Headers']],
  [parts.messageChannel, ['MessageChannel', 'MessageEvent', 'MessagePort']],
  [parts.navigator, ['Navigator']],
  [parts.performance, ['Performance']],
  [parts.request, ['Request']],
  [parts.response, ['Response']],
  [
    parts.streams,
    [
      'ByteLengthQueuingStrategy',
      'CountQueuingStrategy',
      'ReadableByteStreamController',
      'ReadableStream',
      'ReadableStreamBYOBReader',
      'ReadableStreamBYOBRequest',
      'ReadableStreamDefaultController',
      'ReadableStreamDefaultReader',
      'TransformStream',
      'TransformStreamDefaultController',
      'WritableStream',
      'WritableStreamDefaultController',
      'WritableStreamDefaultWriter',
    ],
  ],
  [parts.subtle, ['CryptoKey', 'SubtleCrypto']],
  [parts.url, ['URL', 'URLSearchParams']],
  [parts.urlPattern, ['URLPattern']],
];

/** Objects that are attributes of the global scope, by the part that they are in. */
const ATTRIBUTES: readonly (readonly [() => object, string])[] = [
  [parts.crypto, 'crypto'],
  [parts.navigator, 'navigator'],
  [parts.performance, 'performance'],
];

/** Operations of the global scope. Their names and lengths are those of the standards. */
const operations = {
  atob(data: unknown): string {
    requireArguments(arguments.length, 1, 'atob');
    return parts.base64().atob(data);
  },
  btoa(data: unknown): string {
    requireArguments(arguments.length, 1, 'btoa');
    return parts.base64().btoa(data);
  },
  clearInterval,
  clearTimeout,
  fetch(input: unknown, init: unknown = undefined): Promise<unknown> {
    if (arguments.length > 0) return parts.fetch().fetch(input, init);
    return PromiseReject(new NativeTypeError('fetch needs 1 argument, but only 0 given'));
  },
  queueMicrotask(callback: unknown): void {
    requireArguments(arguments.length, 1, 'queueMicrotask');
    if (typeof callback !== 'function') throw new NativeTypeError('The callback is not a function');
    const run = (): unknown => ReflectApply(callback, undefined, []);
    void PromiseThen(PromiseResolve(undefined), () => callAndReport(run));
  },
  reportError(error: unknown): void {
    requireArguments(arguments.length, 1, 'reportError');
    reportException(error);
  },
  setInterval,
  setTimeout,
  structuredClone(value: unknown, options: unknown = undefined): unknown {
    requireArguments(arguments.length, 1, 'structuredClone');
    return parts.structuredClone().structuredClone(value, options);
  },
  addEventListener(_type: unknown, _callback: unknown, ..._options: unknown[]): void {
    parts.globalEvents().callOnGlobal('addEventListener', [...arguments]);
  },
  dispatchEvent(_event: unknown): unknown {
    return parts.globalEvents().callOnGlobal('dispatchEvent', [...arguments]);
  },
  removeEventListener(_type: unknown, _callback: unknown, ..._options: unknown[]): void {
    parts.globalEvents().callOnGlobal('removeEventListener', [...arguments]);
  },
};

/** Defines a name whose value is the part's export of that name, from the first read on; writing to it replaces it. */
function defineLazily(global: object, name: string, enumerable: boolean, load: () => object): void {
  ReflectDefineProperty(global, name, {
    get() {
      const value = (load() as { readonly [name: string]: unknown })[name];
      defineValue(global, name, value, enumerable);
      return value;
    },
    set: (value) => defineValue(global, name, value, enumerable),
    enumerable,
    configurable: true,
  });
}

function defineValue(global: object, name: string, value: unknown, enumerable: boolean): void {
  ReflectDefineProperty(global, name, {
    __proto__: null,
    value,
    enumerable,
    writable: true,
    configurable: true,
  } as PropertyDescriptor);
}

/** Names that would let guest code share memory, stop its thread or allocate what nobody counts. */
function removeDangers(global: { [name: string]: unknown }): void {
  delete global['SharedArrayBuffer'];
  delete global['WebAssembly'];
  const atomics = global['Atomics'] as { [name: string]: unknown };
  delete atomics['wait'];
  delete atomics['waitAsync'];
}

/** Puts everything on the global object. */
export function defineGlobals(global: object): void {
  removeDangers(global as { [name: string]: unknown });
  for (const [load, names] of INTERFACES) {
    for (const name of names) defineLazily(global, name, false, load);
  }
  for (const [load, name] of ATTRIBUTES) defineLazily(global, name, true, load);
  for (const [name, value] of Object.entries(operations)) defineValue(global, name, value, true);
  defineLazily(global, 'console', false, parts.console);
  defineValue(global, 'self', global, true);
  ReflectDefineProperty(global, 'onerror', {
    get: () => parts.globalEvents().onerror.get(),
    set: (value) => parts.globalEvents().onerror.set(value),
    enumerable: true,
    configurable: true,
  });
}
