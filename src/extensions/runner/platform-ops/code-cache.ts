import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

import { Rehearsal } from './rehearsal.ts';

/** A part of the platform: what an extension that uses it names, and what such an extension runs of it. */
interface Use {
  readonly names: RegExp;
  readonly script: string;
}

/**
 * In longer bundles there are libraries, which name much that an extension never uses: only what they all use counts.
 * Every 100 kB of cache make an isolate a quarter of a millisecond dearer. Unit: UTF-16 code units.
 */
const TELLING_LENGTH = 65_536;

const COMMON: readonly Use[] = [
  {
    names: /\bfetch\b/,
    script: `fetch('https://a.test/', { headers: { a: 'b' } })
      .then((response) => response.ok && response.headers.get('a') === null && response.json())
      .catch(() => {});`,
  },
  {
    names: /\b(?:Headers|Request|Response)\b/,
    script: `new Response('a').text().catch(() => {});`,
  },
  { names: /\bconsole\b/, script: `console.log('a', { b: [1] });` },
];

const RARE: readonly Use[] = [
  {
    names: /\bURL(?:SearchParams)?\b/,
    script: `new URL('/b?c=d#e', 'https://a.test').searchParams.get('c'); new URLSearchParams({ a: 'b' }).toString();`,
  },
  {
    names: /\bURLPattern\b/,
    script: `new URLPattern({ pathname: '/a/:b' }).test('https://a.test/a/b');`,
  },
  {
    names: /\bText(?:De|En)coder\b/,
    script: `new TextDecoder().decode(new TextEncoder().encode('é'));`,
  },
  { names: /\bAbort(?:Controller|Signal)\b/, script: `new AbortController().abort();` },
  { names: /\bset(?:Interval|Timeout)\b/, script: `clearTimeout(setTimeout(() => {}, 1));` },
  { names: /\b(?:getRandomValues|randomUUID)\b/, script: `crypto.randomUUID();` },
  {
    names: /\bsubtle\b/,
    script: `crypto.subtle.digest('SHA-256', new Uint8Array(1)).catch(() => {});`,
  },
  { names: /\bstructuredClone\b/, script: `structuredClone({ a: [new Date()] });` },
  { names: /\b(?:atob|btoa)\b/, script: `atob(btoa('a'));` },
  { names: /\b(?:Blob|File|FormData)\b/, script: `new FormData().append('a', new Blob(['b']));` },
  {
    names: /\b(?:Readable|Transform|Writable)Stream\b/,
    script: `new Response(ReadableStream.from(['a']).pipeThrough(new TextEncoderStream())).text().catch(() => {});`,
  },
];

let made = 0;

/**
 * Makes the code cache of the platform for an extension: V8's code of what every isolate runs, and of the parts that the
 * extension names. It is run here, in a context of this process, which never runs guest code. V8 accepts the cache in
 * isolates of processes of the same version and flags.
 *
 * @param source The platform's script.
 * @param bundle The extension's script; it is looked at, not run.
 * @throws {Error} When the script does not evaluate to its `boot`.
 */
export function makeCodeCache(source: string, bundle: string): Buffer {
  // V8 keeps what it compiled of a file: another name for each, or a cache would have in it what earlier ones ran.
  const script = new Script(source, { filename: `entrada:platform#${++made}` });
  new Rehearsal(script).playHook((_event, context: { token(resource: string): string }) => {
    context.token('a');
    return { decision: 'allow' };
  });
  const stage = new Rehearsal(script);
  const uses = bundle.length > TELLING_LENGTH ? COMMON : [...COMMON, ...RARE];
  stage.playScript(
    uses
      .filter(({ names }) => names.test(bundle))
      .map(({ script: use }) => use)
      .join('\n'),
  );
  return script.createCachedData();
}

/** Longer bundles are mostly libraries, of which an invocation runs little: of them V8 chooses. Unit: UTF-16 code units. */
const WHOLE_LENGTH = 32_768;

/**
 * Makes the code cache of an extension's script, with all of its functions in it: an isolate runs each of them once, and
 * would compile it when somebody waits. The script is compiled here, not run.
 *
 * @throws {SyntaxError} When the script does not parse.
 */
export function makeScriptCache(source: string): Buffer {
  const script = source.length > WHOLE_LENGTH ? compile(source) : compileWhole(source);
  return script.createCachedData();
}

const compile = (source: string): Script =>
  new Script(source, { filename: `entrada:extension#${++made}` });

/** A cache carries the flags that it was made under: they are what they were when it is. */
function compileWhole(source: string): Script {
  setFlagsFromString('--no-lazy');
  try {
    return compile(source);
  } finally {
    setFlagsFromString('--lazy');
  }
}
