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

/** Globals that can. */
const GLOBALS =
  /(?<![.\w])(?:fetch\(|new (?:WebSocket|WebSocketStream|EventSource|XMLHttpRequest)\()/g;

/** Who may, and why. Everything that leaves the machine is in `src/net`. */
const ALLOWED: { readonly [way: string]: string } = {
  'src/net/address-guard.ts: node:dns': 'the look-up of direct connections, with its policy',
  'src/net/connector.ts: undici': 'builds the connections of every dispatcher',
  'src/net/http-tunnel.ts: undici': 'CONNECT, on a connection that reach-proxy made',
  'src/net/reach-proxy.ts: node:net': 'the connection to a proxy',
  'src/net/reach-proxy.ts: node:tls': 'the connection to a proxy over TLS',
  'src/net/script-lookup.ts: node:dns': 'names that a proxy script asks for',
  'src/net/socks-tunnel.ts: socks': 'SOCKS, on a connection that reach-proxy made',
  'src/net/way.ts: undici': 'the dispatchers',
  'src/cli/admin-client.ts: node:http': 'the Unix socket of a running gateway on this machine',
  'src/cli/free-port.ts: node:net': 'listens, to find a port that is free',
  'src/server/admin-socket.ts: node:net': 'asks whether the Unix socket of this machine is in use',
  'src/extensions/runner-process.ts: node:net': 'the pipe to a runner',
  'src/extensions/runner/main.ts: node:net': 'the pipe to the gateway',
  'src/extensions/broker/broker.ts: fetch(':
    'a method of that name, which asks an HttpClient of net',
  'src/extensions/manifest-schema.ts: fetch(': 'named in a description',
  'src/config/schema/grant.ts: fetch(': 'named in a description',
  'src/config/values/names.ts: fetch(': 'named in a comment',
  'src/extensions/runner/platform-ops/code-cache.ts: fetch(': 'a script for an isolate',
  'src/emulator/portal/requests.ts: fetch(': 'a script for a browser',
};

/** `import … from '…'` of values, and `import('…')`. */
const IMPORT =
  /^import (?!type )(?:([\w$]+),?\s*)?(?:\{([^}]*)\}|(\* as [\w$]+))?\s*from '([^']+)';/gm;
const DYNAMIC = /(?<!typeof )import\('([^']+)'\)/g;

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
  return [...modules, ...(source.match(GLOBALS) ?? [])];
}

function waysOut(): readonly string[] {
  return globSync('src/**/*.ts', { cwd: ROOT }).flatMap((file) =>
    openersOf(readFileSync(path.join(ROOT, file), 'utf8')).map((way) => `${file}: ${way}`),
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
  ]) {
    t.deepEqual(openersOf(source), [], source);
  }
});
