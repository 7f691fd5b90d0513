import { createContext, Script } from 'node:vm';

import ivm from 'isolated-vm';
import test from 'ava';

import { CompiledScript } from '../../../../src/extensions/runner/isolate.ts';
import {
  makeCodeCache,
  makeScriptCache,
} from '../../../../src/extensions/runner/platform-ops/code-cache.ts';
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

test('the code cache has what an invocation runs, from its call to its answer', async (t) => {
  const code = await loadPlatform();
  const script = new Script(code, { filename: 'entrada:platform#booted' });
  t.is(typeof script.runInContext(createContext({})), 'function');
  const booted = script.createCachedData();
  t.true(makeCodeCache(code, '').length > booted.length * 1.1);
});

test('a fetch is rehearsed to its end, the answer read', async (t) => {
  const code = await loadPlatform();
  const asked = makeCodeCache(code, 'Headers').length;
  t.true(makeCodeCache(code, 'fetch').length > asked * 1.2);
});

/** Functions that nobody calls while the script is evaluated. */
const hooksOf = (count: number): string =>
  `(() => ({${Array.from({ length: count }, (_, at) => `h${at}(a) { return a.b + ${at}; }`).join()}}))`;

test('the code cache of an extension has all its functions in it, and V8 takes it in an isolate', (t) => {
  const source = hooksOf(10);
  const lazy = new Script(source, { filename: 'entrada:lazy' }).createCachedData();
  const cache = makeScriptCache(source);
  t.true(cache.length > lazy.length * 1.5, `${cache.length} and ${lazy.length} bytes`);
  const isolate = new ivm.Isolate();
  const cachedData = new ivm.ExternalCopy(new Uint8Array(cache).buffer);
  const script = isolate.compileScriptSync(source, { filename: 'entrada:x', cachedData });
  t.is(Reflect.get(script, 'cachedDataRejected'), false);
  isolate.dispose();
});

test('of a long bundle V8 chooses what is in the code cache', (t) => {
  const source = hooksOf(2_000);
  t.true(source.length > 32_768);
  const lazy = new Script(source, { filename: 'entrada:long' }).createCachedData();
  t.true(makeScriptCache(source).length < lazy.length * 1.05);
});

test('a bundle that does not parse has no code cache, and the next one has a whole one', (t) => {
  t.throws(() => makeScriptCache('export {'), { name: 'SyntaxError' });
  const { length } = makeScriptCache(hooksOf(9));
  t.is(makeScriptCache(hooksOf(9)).length, length);
});

test('a script that is not the platform is refused', (t) => {
  t.throws(() => makeCodeCache('5', ''), { message: /no boot/ });
});

test('a code cache that V8 does not take is not offered again', (t) => {
  const source = '(() => 1)';
  const useless = Buffer.from('of another V8').toString('base64');
  const script = CompiledScript.of(source, 'entrada:script', useless);
  const [first, second] = [new ivm.Isolate(), new ivm.Isolate()];
  const rejected = (isolate: ivm.Isolate): unknown =>
    Reflect.get(script.into(isolate), 'cachedDataRejected');
  t.deepEqual([rejected(first), rejected(second)], [true, false]);
  for (const isolate of [first, second]) isolate.dispose();
});
