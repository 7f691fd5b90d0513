import { inspect } from 'node:util';

import fc from 'fast-check';
import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

/** Expressions of values that can be cloned, and of some that cannot. */
const LEAVES = [
  'null',
  'undefined',
  '-0',
  'NaN',
  '10n',
  '"text"',
  'true',
  'Object(1)',
  'Object("s")',
  'Object(false)',
  'new Date(5)',
  '/a/gi',
  'new Uint8Array([1, 2]).subarray(1)',
  'new ArrayBuffer(3)',
  'new DataView(new ArrayBuffer(4), 1, 2)',
  'new Float64Array([1.5])',
  'new RangeError("r")',
  'Object.assign(new Error("e", { cause: 5 }), { extra: 1 })',
  'Symbol("no")',
  '() => 1',
  'new WeakMap()',
  'Promise.resolve()',
  'new (class Own { x = 1 })()',
  '[, 1]',
  'Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true }, hidden: { value: 3 } })',
  '({ get a() { return 7; } })',
  'new DOMException("m", "AbortError")',
  'new Headers()',
  'new Blob(["b"])',
  'new Map([[{}, 1]])',
  'new Set(["a"])',
  '(function* () {})()',
  'new Intl.NumberFormat()',
  'new URL("https://a")',
];
const values = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(...LEAVES),
    fc
      .array(tie('value'), { maxLength: 3 })
      .map((list) => `[${list.map((item) => `(${item})`).join(',')}]`),
    fc
      .array(tie('value'), { maxLength: 3 })
      .map((list) => `({${list.map((item, at) => `k${at}: (${item})`).join(',')}})`),
    fc.tuple(tie('value'), tie('value')).map(([key, item]) => `new Map([[(${key}), (${item})]])`),
    tie('value').map((item) => `new Set([(${item})])`),
  ),
})).value;

/** What a clone is: shown in this process, after V8's own copy over the boundary where there is one. */
function clone(script: string): unknown {
  const describe = (value: unknown, seen: unknown[] = []): unknown => {
    if (typeof value !== 'object' || value === null)
      return Object.is(value, -0) ? '-0' : `${typeof value} ${String(value)}`;
    if (seen.includes(value)) return `seen ${seen.indexOf(value)}`;
    seen.push(value);
    const kind = Object.prototype.toString.call(value);
    const own = Object.getOwnPropertyNames(value)
      .filter((key) => key !== 'stack' && key !== 'length')
      .toSorted()
      .map((key) => [key, describe((value as { [key: string]: unknown })[key], seen)]);
    if (value instanceof Map)
      return [kind, own, [...value].map((pair) => pair.map((item) => describe(item, seen)))];
    if (value instanceof Set) return [kind, own, [...value].map((item) => describe(item, seen))];
    if (value instanceof Date) return [kind, own, value.getTime()];
    if (value instanceof RegExp) return [kind, String(value)];
    if (value instanceof ArrayBuffer) return [kind, [...new Uint8Array(value)]];
    if (ArrayBuffer.isView(value))
      return [kind, [...new Uint8Array(value.buffer)], value.byteOffset, value.byteLength];
    return [kind, own, value.constructor?.name];
  };
  // oxlint-disable-next-line no-eval -- the same text in both worlds
  return describe(structuredClone((0, eval)(`(${script})`)));
}

test('structuredClone copies and refuses what that of Node copies and refuses', async (t) => {
  await fc.assert(
    fc.asyncProperty(values, async (script) => {
      const { node, isolate: own } = await inBoth(isolate, clone, script);
      t.deepEqual(own, node, inspect(script));
    }),
    { numRuns: 600 },
  );
});

test('references inside a value stay references inside its clone', async (t) => {
  const play = (): unknown => {
    const shared = { n: 1 };
    const value: { [key: string]: unknown } = {
      a: shared,
      b: [shared],
      map: new Map([[shared, shared]]),
    };
    value['self'] = value;
    const copy = structuredClone(value);
    const list = copy['b'] as unknown[];
    const map = copy['map'] as Map<unknown, unknown>;
    return [
      copy['self'] === copy,
      copy['a'] === list[0],
      map.get(copy['a']) === copy['a'],
      copy['a'] === shared,
    ];
  };
  const { node, isolate: own } = await inBoth(isolate, play);
  t.deepEqual(own, node);
});

/** Views of buffers that can be resized, by size and maximum of the buffer, and arguments of the view. */
const VIEWS: readonly (readonly [view: string, size: number, most: number, ...of: number[]])[] = [
  'Uint8Array',
  'Float64Array',
  'DataView',
].flatMap((view) => [
  [view, 8, 8],
  [view, 8, 8, 0],
  [view, 8, 8, 0, 1],
  [view, 8, 8, 8],
  [view, 16, 20],
  [view, 16, 20, 8],
  [view, 16, 20, 8, 1],
  [view, 4, 6, 0, 0],
  [view, 0, 16],
  [view, 0, 16, 0, 0],
]);

test('a view follows the length of its buffer after a copy as before, and the buffer keeps its bytes', async (t) => {
  const play = (name: string, size: number, most: number, ...of: number[]): unknown => {
    const buffer = new ArrayBuffer(size, { maxByteLength: most });
    new Uint8Array(buffer).fill(7);
    const kinds = { Uint8Array, Float64Array, DataView } as unknown as {
      readonly [name: string]: new (...given: unknown[]) => DataView<ArrayBuffer>;
    };
    const copy = structuredClone(new kinds[name]!(buffer, ...of));
    const before = [...new Uint8Array(buffer), ...new Uint8Array(copy.buffer)];
    const lengthAt = (length: number): unknown => {
      copy.buffer.resize(length);
      try {
        return [copy.byteOffset, copy.byteLength];
      } catch (error) {
        return (error as Error).name;
      }
    };
    return [before, lengthAt(most), lengthAt(size), lengthAt(0)];
  };
  for (const view of VIEWS) {
    const { node, isolate: own } = await inBoth(isolate, play, ...view);
    t.deepEqual(own, node, inspect(view));
  }
});

test('transferred buffers move, ports too', async (t) => {
  const play = (): unknown => {
    const buffer = new Uint8Array([1, 2, 3]).buffer;
    const view = new Uint8Array(buffer, 1);
    const copy = structuredClone({ buffer, view }, { transfer: [buffer] });
    const { port1 } = new MessageChannel();
    const port = structuredClone(port1, { transfer: [port1] });
    const twice = ((): string => {
      try {
        structuredClone(null, { transfer: [copy.buffer, copy.buffer] });
        return 'cloned';
      } catch (error) {
        return (error as Error).name;
      }
    })();
    return [
      buffer.byteLength,
      [...copy.view],
      copy.view.buffer === copy.buffer,
      port instanceof MessagePort,
      twice,
    ];
  };
  const { node, isolate: own } = await inBoth(isolate, play);
  t.deepEqual(own, node);
});
