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

test('atob decodes and refuses what Node decodes and refuses', async (t) => {
  const letters = fc.constantFrom('A', 'Q', '=', '+', '/', '-', ' ', '\n', '\0', 'é');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: letters, maxLength: 9 }), async (text) => {
      const { node, isolate: own } = await inBoth(isolate, (data: string) => atob(data), text);
      t.deepEqual(own, node);
    }),
    { numRuns: 500 },
  );
});

test('btoa encodes and refuses what Node encodes and refuses', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: anyCharacter }), async (text) => {
      const { node, isolate: own } = await inBoth(isolate, (data: string) => btoa(data), text);
      t.deepEqual(own, node);
    }),
    { numRuns: 200 },
  );
});

test('atob and btoa undo each other over a hundred thousand bytes', async (t) => {
  t.true(
    await isolate.run<boolean>(`
      const text = Array.from({ length: 100_000 }, (_, at) => String.fromCharCode(at & 255)).join('');
      atob(btoa(text)) === text`),
  );
});
