/** What the web platform adds to a bare isolate, and what the first use of each part costs in a fresh one. */
import ivm from 'isolated-vm';

import { buildPlatform } from '../src/extensions/platform.ts';
import { makeCodeCache } from '../src/extensions/runner/platform-ops/code-cache.ts';
import { createOperations } from '../src/extensions/runner/platform-ops/operations.ts';
import { quantile, report } from './_support/report.ts';

const ROUNDS = 300;
const FILENAME = 'entrada:platform';
const { code } = await buildPlatform();

type Cache = ivm.ExternalCopy<ArrayBuffer>;

const copy = (bytes: Uint8Array): Cache => new ivm.ExternalCopy(new Uint8Array(bytes).buffer);
const lean = copy(makeCodeCache(code, ''));
const fetching = copy(makeCodeCache(code, 'fetch console'));

/** What V8 keeps when nothing was run. */
function unrun(): Cache {
  const options = { filename: FILENAME, produceCachedData: true } as const;
  const script = new ivm.Isolate().compileScriptSync(code, options);
  const cache: unknown = Reflect.get(script, 'cachedData');
  if (cache instanceof ivm.ExternalCopy) return cache as Cache;
  throw new Error('V8 made no cache');
}

interface Made {
  readonly isolate: ivm.Isolate;
  readonly context: ivm.Context;
}

function bare(): Made {
  const isolate = new ivm.Isolate();
  return { isolate, context: isolate.createContextSync() };
}

function install({ isolate, context }: Made, cachedData: Cache): void {
  const operations = createOperations();
  const script = isolate.compileScriptSync(code, { filename: FILENAME, cachedData });
  const boot = script.runSync(context, { reference: true, release: true });
  const send = new ivm.Callback(() => undefined, { ignored: true });
  const ask = new ivm.Callback((op: string, text: string) => operations.synchronous(op, text));
  boot.applySync(undefined, [send, ask], { result: { reference: true } });
}

/** Makes isolates of all kinds in turn, so that a noisy machine disturbs each alike; answers times in milliseconds. */
function measureInstall(caches: { readonly [name: string]: Cache | null }): Map<string, number[]> {
  const times = new Map(Object.keys(caches).map((name): [string, number[]] => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, cache] of Object.entries(caches)) {
      const before = performance.now();
      const made = bare();
      if (cache) install(made, cache);
      times.get(name)!.push(performance.now() - before);
      made.isolate.dispose();
    }
  }
  return times;
}

const USES: { readonly [part: string]: string } = {
  'console.log': 'console.log("text", { a: [1] });',
  'fetch and its request': 'fetch("https://a.test/", { headers: { a: "b" } }).catch(() => {});',
  'Response and json': 'new Response("{}").json().then(() => {});',
  URL: 'new URL("https://a.test/b?c=d#e").searchParams.get("c");',
  'TextEncoder and TextDecoder': 'new TextDecoder().decode(new TextEncoder().encode("é"));',
  AbortController: 'new AbortController().abort();',
  setTimeout: 'setTimeout(() => {}, 1);',
  'crypto.randomUUID': 'crypto.randomUUID();',
  'crypto.subtle.digest': 'crypto.subtle.digest("SHA-256", new Uint8Array(1)).catch(() => {});',
  structuredClone: 'structuredClone({ a: [1] });',
  FormData: 'new FormData().append("a", "b");',
  ReadableStream:
    'new ReadableStream({ start(c) { c.enqueue(1); } }).getReader().read().then(() => {});',
  URLPattern: 'new URLPattern({ pathname: "/a/:b" }).test("https://a.test/a/b");',
};

/** The first use of one part in isolates of their own. */
function measureUse(use: string, cache: Cache): number {
  const times = Array.from({ length: ROUNDS / 10 }, () => {
    const made = bare();
    install(made, cache);
    const script = made.isolate.compileScriptSync(`${use} undefined`);
    const before = performance.now();
    script.runSync(made.context);
    const time = performance.now() - before;
    made.isolate.dispose();
    return time;
  });
  return quantile(times, 0.5);
}

const kinds = { bare: null, lean, fetching, 'V8’s own cache': unrun() };
measureInstall(kinds);
const p50 = (name: string, times: Map<string, number[]>): number => quantile(times.get(name)!, 0.5);
const times = measureInstall(kinds);
const floor = p50('bare', times);
report(
  { name: 'bare isolate and context, p50', value: floor, unit: 'ms' },
  {
    name: 'with the platform ÷ bare, p50',
    value: p50('lean', times) / floor,
    unit: 'ratio',
    bar: { kind: 'at most', value: 1.5 },
  },
  ...['lean', 'fetching', 'V8’s own cache'].map((name) => ({
    name: `the platform adds (${name}), p50`,
    value: p50(name, times) - floor,
    unit: 'ms' as const,
  })),
  ...Object.entries(USES).flatMap(([part, use]) => [
    { name: `first use of ${part} (lean)`, value: measureUse(use, lean), unit: 'ms' as const },
    {
      name: `first use of ${part} (named)`,
      value: measureUse(use, copy(makeCodeCache(code, use))),
      unit: 'ms' as const,
    },
  ]),
);
