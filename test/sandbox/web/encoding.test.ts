import fc from 'fast-check';
import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';
import { anyCharacter } from '../../_support/any-character.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

const LABELS = ['utf-8', 'utf-16le', 'utf-16be', 'latin1', 'iso-8859-2', 'koi8-r', 'macintosh'];
const MULTI_BYTE = ['shift_jis', 'euc-jp', 'euc-kr', 'big5', 'gbk', 'gb18030'];

function decode(label: string, pieces: number[][], fatal: boolean, ignoreBOM: boolean): string {
  const decoder = new TextDecoder(label, { fatal, ignoreBOM });
  let text = '';
  for (const piece of pieces) text += decoder.decode(new Uint8Array(piece), { stream: true });
  return text + decoder.decode();
}

const bytes = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xef, 0xbb, 0xbf, 0xc3, 0xf0, 0xd8)),
);
const pieces = fc.array(bytes, { maxLength: 4 });

test('TextDecoder decodes as Node does, wherever the bytes are cut', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...LABELS),
      pieces,
      fc.boolean(),
      fc.boolean(),
      async (...given) => {
        const { node, isolate: own } = await inBoth(isolate, decode, ...given);
        t.deepEqual(own, node);
      },
    ),
    { numRuns: 400 },
  );
});

test('TextDecoder has the runner decode multi-byte encodings', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...MULTI_BYTE),
      pieces,
      fc.boolean(),
      async (label, list, fatal) => {
        const { node, isolate: own } = await inBoth(isolate, decode, label, list, fatal, false);
        t.deepEqual(own, node);
      },
    ),
    { numRuns: 150 },
  );
});

test('TextEncoder encodes as Node does, into a buffer too', async (t) => {
  const encode = (text: string, size: number): unknown => {
    const target = new Uint8Array(size);
    const { read, written } = new TextEncoder().encodeInto(text, target);
    return [[...new TextEncoder().encode(text)], read, written, [...target]];
  };
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: anyCharacter }), fc.nat(20), async (text, size) => {
      const { node, isolate: own } = await inBoth(isolate, encode, text, size);
      t.deepEqual(own, node);
    }),
    { numRuns: 300 },
  );
});

test('TextDecoder refuses unknown labels and other inputs', async (t) => {
  const tries = [
    'new TextDecoder("nonsense")',
    'new TextDecoder().decode("text")',
    'TextDecoder()',
  ];
  const found = await Promise.all(
    tries.map((text) => isolate.run(`try { ${text} } catch (e) { e.name }`)),
  );
  t.deepEqual(found, ['RangeError', 'TypeError', 'TypeError']);
});

test('text streams keep characters whole across chunks', async (t) => {
  const found = await isolate.call<string>(async () => {
    const { readable, writable } = new TextEncoderStream();
    const writer = writable.getWriter();
    void writer
      .write('a\ud83d')
      .then(() => writer.write('\ude00b'))
      .then(() => writer.close());
    let text = '';
    for await (const piece of readable.pipeThrough(new TextDecoderStream())) text += piece;
    return text;
  });
  t.is(found, 'a😀b');
});
