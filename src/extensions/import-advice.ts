import { readFileSync } from 'node:fs';

import { type Position, systemCode } from '../errors.ts';

/** What to use instead, by what was imported: parts of Node.js, and packages that stand for them. */
const INSTEAD: { readonly [name: string]: string } = {
  assert: 'Throw an Error: a failure of the hook denies.',
  async_hooks: 'Pass what is needed as an argument: every invocation has an isolate of its own.',
  axios: 'Use fetch.',
  buffer: 'Use Uint8Array, TextEncoder and TextDecoder.',
  child_process: 'An extension starts no programs: call a service with fetch.',
  crypto:
    'Use the global crypto (crypto.subtle, crypto.randomUUID()), or ctx.sign with a granted secret.',
  dns: 'Use fetch: the gateway resolves names.',
  dotenv: 'An extension has no environment: pass what it needs in its config or secrets.',
  events: 'Use the global EventTarget.',
  fs: 'An extension has no files: pass what it needs in its config.',
  'fs/promises': 'An extension has no files: pass what it needs in its config.',
  got: 'Use fetch.',
  http: 'Use fetch.',
  http2: 'Use fetch.',
  https: 'Use fetch.',
  jsonwebtoken: 'Use ctx.sign.jwt with a granted secret to sign, or the package jose to verify.',
  module: 'An extension loads nothing at run time: import it, and it is bundled.',
  mysql2: 'An extension opens no sockets: call an HTTP API in front of the database.',
  net: 'An extension opens no sockets: use fetch.',
  'node-fetch': 'Use the global fetch.',
  os: 'An extension knows nothing of its machine: pass what it needs in its config.',
  path: 'Use the global URL, or plain text.',
  perf_hooks: 'Use the global performance.now().',
  pg: 'An extension opens no sockets: call an HTTP API in front of the database.',
  process: 'An extension has no environment: pass what it needs in its config or secrets.',
  querystring: 'Use the global URLSearchParams.',
  redis: 'An extension opens no sockets: keep small values with ctx.kv.',
  request: 'Use fetch.',
  stream: 'Use the global ReadableStream and TransformStream.',
  timers: 'Use the global setTimeout.',
  'timers/promises': 'Use the global setTimeout.',
  tls: 'Use fetch: the gateway checks certificates.',
  undici: 'Use the global fetch.',
  url: 'Use the global URL.',
  util: 'Use the global TextEncoder, TextDecoder and structuredClone.',
  vm: 'An isolate runs one extension: import what it needs.',
  worker_threads: 'An isolate has one thread: do less, or leave work for later with ctx.enqueue.',
  zlib: 'Use the global CompressionStream and DecompressionStream.',
};

const OTHERWISE = 'Remove the import, or install the package into the extension’s own folder.';

/** What to do about an import that is refused. */
export function adviceFor(source: string): string {
  const name = source.replace(/^node:/, '');
  return INSTEAD[name] ?? INSTEAD[name.split('/', 1)[0] ?? ''] ?? OTHERWISE;
}

/** What no isolate runs, by the end of a file's name. */
const FOREIGN: { readonly [extension: string]: string } = {
  '.node': 'is native code, which an isolate does not run',
  '.wasm': 'is WebAssembly, which an isolate does not have',
};

/** Why a file cannot run in an isolate; undefined for one that may. */
export function foreignTo(file: string): string | undefined {
  return FOREIGN[/\.[a-z]+$/.exec(file)?.[0] ?? ''];
}

/** Where a file imports something: the place of its name between quotes; undefined where it is written otherwise. */
export function importPlace(file: string, source: string): Position | undefined {
  const text = tryRead(file);
  const at = text?.search(new RegExp(`(['"\`])${RegExp.escape(source)}\\1`)) ?? -1;
  if (text === undefined || at === -1) return undefined;
  const before = text.slice(0, at).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return undefined;
  }
}
