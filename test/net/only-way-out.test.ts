import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Modules that can open a connection, and what of them cannot. */
const MODULES: { readonly [module: string]: ReadonlySet<string> } = {
  'node:net': new Set(['BlockList', 'createServer', 'isIP', 'isIPv4', 'isIPv6']),
  'node:tls': new Set(['createSecureContext', 'getCACertificates']),
  'node:http': new Set(['createServer']),
  'node:https': new Set(['createServer']),
  'node:http2': new Set(),
  'node:dgram': new Set(),
  'node:dns': new Set(),
  'node:dns/promises': new Set(),
  undici: new Set(),
  socks: new Set(),
};

/** Globals that can. A method that is called `fetch` is none. */
const GLOBALS =
  /(?<![.\w]|\basync )(?:fetch\(|new (?:WebSocket|WebSocketStream|EventSource|XMLHttpRequest)\()/g;

/** Comments and texts, which may name what they do not call. */
const UNSPOKEN =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** Who may, by name, and why. Everything that leaves the machine is in `src/net`. */
const ALLOWED: { readonly [way: string]: string } = {
  'address-guard.ts: node:dns': 'the look-up of direct connections, with its policy',
  'connector.ts: undici': 'builds the connections of every dispatcher',
  'http-tunnel.ts: undici': 'CONNECT, on a connection that reach-proxy made',
  'reach-proxy.ts: node:net': 'the connection to a proxy',
  'reach-proxy.ts: node:tls': 'the connection to a proxy over TLS',
  'script-lookup.ts: node:dns': 'names that a proxy script asks for',
  'socks-tunnel.ts: socks': 'SOCKS, on a connection that reach-proxy made',
  'way.ts: undici': 'the dispatchers',
  'admin-client.ts: node:http': 'the Unix socket of a running gateway on this machine',
  'admin-client.ts: node:net': 'asks whether a gateway answers at it',
  'admin-socket.ts: node:net': 'asks whether the Unix socket of this machine is in use',
  'node-http.ts: node:http': 'servers; nothing else of it is handed on',
  'free-port.ts: node:net': 'listens, to find a port that is free',
  'runner-process.ts: node:net': 'the pipe to a runner',
  'main.ts: node:net': 'the pipe of a runner to the gateway',
  'debug.ts: node:net': 'the pipe of the process in which an author debugs',
  'probe.ts: node:dgram': 'tries what a runner must not be able to do; that it fails is the point',
  'probe.ts: node:dns/promises': 'the same',
  'probe.ts: node:net': 'the same, and its pipe',
};

/** `import … from '…'` of values, `import('…')` and `getBuiltinModule('…')`. */
const IMPORT =
  /^import (?!type )(?:([\w$]+),?\s*)?(?:\{([^}]*)\}|(\* as [\w$]+))?\s*from '([^']+)';/gm;
const DYNAMIC = /(?<!typeof )(?:import|getBuiltinModule)\('([^']+)'\)/g;

/** Modules that a file imports something of that can open a connection. */
function openersOf(source: string): readonly string[] {
  const imported = [...source.matchAll(IMPORT)].filter(
    ([, whole, names = '', all, module = '']) => {
      const harmless = MODULES[module];
      if (!harmless) return false;
      const values = names.split(',').map((name) => name.trim().split(' as ')[0] ?? '');
      const named = values.filter((name) => name !== '' && !name.startsWith('type '));
      return whole !== undefined || all !== undefined || named.some((name) => !harmless.has(name));
    },
  );
  const dynamic = [...source.matchAll(DYNAMIC)].filter(([, module = '']) => module in MODULES);
  const modules = [
    ...imported.map((match) => match[4] ?? ''),
    ...dynamic.map((match) => match[1] ?? ''),
  ];
  return [...modules, ...(source.replaceAll(UNSPOKEN, '').match(GLOBALS) ?? [])];
}

function waysOut(): readonly string[] {
  return globSync('src/**/*.ts', { cwd: ROOT }).flatMap((file) =>
    openersOf(readFileSync(path.join(ROOT, file), 'utf8')).map(
      (way) => `${path.basename(file)}: ${way}`,
    ),
  );
}

test('nothing but net opens a connection, and what may has its reason [P26]', (t) => {
  t.deepEqual([...new Set(waysOut())].toSorted(), Object.keys(ALLOWED).toSorted());
});

test('the search finds every way out that it is for [P26]', (t) => {
  for (const source of [
    "import net from 'node:net';",
    "import { isIP, connect } from 'node:net';",
    "import { type Socket, Socket as S } from 'node:net';",
    "import * as https from 'node:https';",
    "import {\n  isIP,\n  createConnection,\n} from 'node:net';",
    "import dgram from 'node:dgram';",
    "import { Agent } from 'undici';",
    "const { connect } = await import('node:http2');",
    "const { request } = process.getBuiltinModule('node:http');",
    "await fetch('https://a.test');",
    "new WebSocket('wss://a.test');",
  ]) {
    t.is(openersOf(source).length, 1, source);
  }
  for (const source of [
    "import { isIP } from 'node:net';",
    "import type { Socket } from 'node:net';",
    "import { type Dispatcher } from 'undici';",
    'this.http.fetch(call);',
    'prefetch(call);',
    'async fetch(call: FetchCall) {}',
    '// fetch(call) would bypass it',
    "describe('fetch(NAME)');",
  ]) {
    t.deepEqual(openersOf(source), [], source);
  }
});

/** What makes Node or undici believe any certificate. */
const BLIND = /rejectUnauthorized|checkServerIdentity|NODE_TLS_REJECT_UNAUTHORIZED/;

test('nothing switches the verification of certificates off [12]', (t) => {
  for (const file of globSync('src/**/*.ts', { cwd: ROOT })) {
    t.notRegex(readFileSync(path.join(ROOT, file), 'utf8'), BLIND, file);
  }
});
