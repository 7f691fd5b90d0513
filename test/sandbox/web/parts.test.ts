import { type Context, createContext, Script } from 'node:vm';

import test, { type ExecutionContext } from 'ava';

import type { Boot } from '../../../sandbox/contract.ts';
import { buildPlatform } from '../../../src/extensions/platform.ts';
import { createOperations } from '../../../src/extensions/runner/platform-ops/operations.ts';

/** The one place of the script where a part is evaluated. */
const LOADS = '($loaded[name] ??= $parts[name]())';
const COUNTS = '($loaded[name] ??= (globalThis.evaluated.push(name), $parts[name]()))';

let script: Script;
test.before(async () => {
  const { code } = await buildPlatform({ readable: true });
  script = new Script(code.replace(LOADS, COUNTS));
});

interface Booted {
  readonly context: Context;
  readonly evaluated: readonly string[];
}

/** The platform in a context of its own, before any invocation. */
function bootAlone(): Booted & { readonly receive: ReturnType<Boot> } {
  const evaluated: string[] = [];
  const context = createContext({ evaluated });
  const start: Boot = script.runInContext(context);
  const operations = createOperations();
  const receive = start(
    () => {},
    (op, text) => operations.synchronous(op, text) ?? '',
  );
  return { context, evaluated, receive };
}

/** In the middle of an invocation. */
function boot(t: ExecutionContext): Booted {
  const { context, evaluated, receive } = bootAlone();
  const call = { hook: 'evaluate', event: {}, config: {}, tokens: {}, secrets: {}, deadline: 1 };
  receive('invoke', 0, JSON.stringify({ ...call, messageLength: 9_999, resultLength: 9_999 }));
  t.deepEqual(evaluated, [], 'nothing is evaluated before guest code asks for it');
  return { context, evaluated };
}

/** The parts themselves, without what several of them share. */
const partsOf = ({ evaluated }: Booted): readonly string[] =>
  evaluated.filter((name) => !name.endsWith('-shared')).toSorted();

const USES: { readonly [use: string]: readonly string[] } = {
  '1 + 1': [],
  'JSON.parse("{}"); new Map(); Promise.resolve().then(() => {}); new Date()': [],
  'typeof fetch + typeof setTimeout + typeof structuredClone': [],
  'queueMicrotask(() => {})': [],
  'setTimeout(() => {}, 1)': [],
  'console.log("text")': ['console', 'format'],
  'new TextEncoder().encode("é")': ['encoding'],
  'new URL("https://a.test/")': ['url', 'utf8'],
  'new Headers({ a: "b" })': ['headers'],
  'fetch("https://a.test/", { headers: { a: "b" } }).catch(() => {})': [
    'fetch',
    'headers',
    'response',
  ],
  'new Response("{}").json()': ['headers', 'response'],
  'new Response("é").bytes()': ['headers', 'response', 'utf8'],
  'new AbortController()': ['abort', 'event', 'event-target'],
  'new AbortController().abort()': ['abort', 'dom-exception', 'event', 'event-target'],
  'crypto.randomUUID()': ['crypto'],
  'structuredClone({ a: 1 })': ['structured-clone'],
  'try { structuredClone(() => {}) } catch {}': ['dom-exception', 'structured-clone'],
  'atob("YQ==")': ['base64'],
  'try { atob("?") } catch {}': ['base64', 'dom-exception'],
};

for (const [use, parts] of Object.entries(USES)) {
  const what = parts.length === 0 ? 'nothing' : `${parts.join(', ')} and no more`;
  test(`${use}: evaluates ${what}`, (t) => {
    const booted = boot(t);
    new Script(use).runInContext(booted.context);
    t.deepEqual(partsOf(booted), parts);
  });
}

test('a part is evaluated once', (t) => {
  const booted = boot(t);
  new Script('new URL("https://a.test/"); new URL("https://b.test/"); URL.parse("")').runInContext(
    booted.context,
  );
  t.is(new Set(booted.evaluated).size, booted.evaluated.length);
});

test('a rehearsal of a call evaluates no part that an invocation may do without', (t) => {
  const { context, evaluated, receive } = bootAlone();
  receive('rehearse', 0, 'call');
  t.deepEqual(partsOf({ context, evaluated }), partsOf(boot(t)));
});

test('a rehearsal of a fetch evaluates what a fetch does', async (t) => {
  const { context, evaluated, receive } = bootAlone();
  receive('rehearse', 0, 'fetch');
  await new Promise(setImmediate);
  const expected = boot(t);
  const use = 'fetch("https://a.test/", { headers: { a: "b" } }).catch(() => {})';
  new Script(use).runInContext(expected.context);
  t.deepEqual(partsOf({ context, evaluated }), partsOf(expected));
});
