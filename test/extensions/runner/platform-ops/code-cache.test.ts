import ivm from 'isolated-vm';
import test from 'ava';

import { makeCodeCache } from '../../../../src/extensions/runner/platform-ops/code-cache.ts';
import { loadPlatform } from '../../../../src/extensions/load-platform.ts';

const EVERYTHING = `fetch Headers console URL URLPattern TextDecoder AbortSignal setTimeout randomUUID subtle
  structuredClone atob FormData ReadableStream`;

test('V8 takes the code cache in an isolate', async (t) => {
  const code = await loadPlatform();
  for (const bundle of ['', EVERYTHING]) {
    const cachedData = new ivm.ExternalCopy(new Uint8Array(makeCodeCache(code, bundle)).buffer);
    const isolate = new ivm.Isolate();
    const options = { filename: 'entrada:platform', cachedData };
    const script = isolate.compileScriptSync(code, options);
    t.is(Reflect.get(script, 'cachedDataRejected'), false);
    t.is(script.runSync(isolate.createContextSync(), { reference: true }).typeof, 'function');
    isolate.dispose();
  }
});

test('the code cache grows with what an extension names', async (t) => {
  const code = await loadPlatform();
  const sizeFor = (bundle: string): number => makeCodeCache(code, bundle).length;
  const sizes = ['', 'console', 'fetch', EVERYTHING].map(sizeFor);
  t.deepEqual(
    sizes,
    sizes.toSorted((a, b) => a - b),
  );
  t.true(sizes[3]! > sizes[0]! * 3);
  t.is(sizeFor(EVERYTHING + ' '.repeat(65_536)), sizeFor('fetch Headers console'));
});

test('a script that is not the platform is refused', (t) => {
  t.throws(() => makeCodeCache('5', ''), { message: /no boot/ });
});
