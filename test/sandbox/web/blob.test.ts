import fc from 'fast-check';
import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

test('slices of a Blob have the bytes and type that Node gives them', async (t) => {
  const slice = async (
    pieces: string[],
    from: number,
    to: number,
    type: string,
  ): Promise<unknown> => {
    const blob = new Blob([...pieces, new Uint8Array([1, 2]), new Blob(['z'])], { type: 'A/B' });
    const part = blob.slice(from, to, type);
    return [
      blob.size,
      blob.type,
      part.size,
      part.type,
      await part.text(),
      [...(await part.bytes())],
    ];
  };
  const place = fc.oneof(fc.integer({ min: -9, max: 12 }), fc.constantFrom(1.5, 1e300, -1e300));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('ab', 'é', '\ud800', '')),
      place,
      place,
      fc.constantFrom('', 'X/Y', 'é'),
      async (...given) => {
        const { node, isolate: own } = await inBoth(isolate, slice, ...given);
        t.deepEqual(own, node);
      },
    ),
    { numRuns: 200 },
  );
});

test('a File has a name and a time, and is a Blob', async (t) => {
  const make = (): unknown => {
    const file = new File(['a'], 'n\ud800', { type: 'T', lastModified: 5 });
    return [
      file.name,
      file.type,
      file.lastModified,
      file instanceof Blob,
      file.slice() instanceof File,
    ];
  };
  const { node, isolate: own } = await inBoth(isolate, make);
  t.deepEqual(own, node);
});

test('a Blob does not change with the buffer that it was made of', async (t) => {
  const found = await isolate.call(async () => {
    const bytes = new Uint8Array([1, 2]);
    const blob = new Blob([bytes]);
    bytes[0] = 9;
    new Uint8Array(await blob.arrayBuffer())[1] = 9;
    return [...(await blob.bytes())];
  });
  t.deepEqual(found, [1, 2]);
});

test('the stream of a Blob gives all of its bytes in pieces', async (t) => {
  const found = await isolate.call(async () => {
    const blob = new Blob([new Uint8Array(200_000).fill(7)]);
    const sizes: number[] = [];
    for await (const piece of blob.stream()) sizes.push(piece.length);
    return sizes;
  });
  t.deepEqual(found, [65_536, 65_536, 65_536, 3_392]);
});
