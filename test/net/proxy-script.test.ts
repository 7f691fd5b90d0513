import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import test, { type ExecutionContext } from 'ava';

import { text } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import type { Route } from '../../src/net/route.ts';
import { readScriptAnswer } from '../../src/net/script-answer.ts';
import { type ScriptLimits, ScriptThread } from '../../src/net/script-thread.ts';
import { connectProxy, type FakeProxy } from '../_support/fake-proxy.ts';
import { socksProxy } from '../_support/fake-socks.ts';
import { type Loopback, serveHttp, serveTcp } from '../_support/loopback.ts';
import { failureOf, get } from '../_support/proxy-route.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import { serveHttps } from '../_support/tls-loopback.ts';

/** Threads that run one script after the other, whatever became of the one before: to start one takes longest. */
const shared = { thread: new ScriptThread(), net: new Net() };

test.after.always(() =>
  Promise.all(Object.values(shared).map((one) => one[Symbol.asyncDispose]())),
);

/** Runs a script, with other limits in a thread of its own. */
async function runScript(source: string, url: string, limits?: ScriptLimits): Promise<unknown> {
  if (limits === undefined) return shared.thread.run(source, new URL(url));
  await using thread = new ScriptThread(limits);
  return await thread.run(source, new URL(url));
}

/** A script server: serves what `script` holds now, and counts. */
interface ScriptServer extends Loopback {
  status: number;
  script: string;
  reads: number;
  readonly urls: readonly string[];
}

async function serveScript(script: string): Promise<ScriptServer> {
  const urls: string[] = [];
  const state = { status: 200, script, reads: 0, urls };
  const server = await serveHttp((request, response) => {
    state.reads++;
    urls.push(request.url ?? '');
    response.writeHead(state.status).end(state.script);
  });
  return Object.assign(state, server);
}

/** The route by a script that is served. */
function by(server: Loopback, more: Partial<Route> = {}): Route {
  const proxy = { kind: 'script', url: `${server.origin}/proxy.pac` } as const;
  return { proxy, ca: [], addresses: 'any', ...more };
}

function answering(...ways: readonly string[]): string {
  return `function FindProxyForURL(url, host) { return ${JSON.stringify(ways.join('; '))}; }`;
}

function at({ port }: Loopback): string {
  return `127.0.0.1:${port}`;
}

/** A port of loopback on which nothing listens. */
async function nobody(): Promise<Loopback> {
  const server = await serveTcp(() => undefined);
  await server[Symbol.asyncDispose]();
  return server;
}

const here: http.RequestListener = (_request, response) => response.end('here');

test.serial('a script sends each host its way: PROXY, SOCKS5 and DIRECT [P15]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using socks = await socksProxy();
  await using server = await serveHttp(here);
  await using script = await serveScript(`
    function FindProxyForURL(url, host) {
      if (shExpMatch(host, '*.proxied.test')) return 'PROXY ${at(proxy)}';
      if (dnsDomainIs(host, '.socks.test')) return 'SOCKS5 ${at(socks)}';
      if (isPlainHostName(host)) return 'DIRECT';
      return 'PROXY ${at(await nobody())}';
    }`);
  const client = net.client(by(script));
  for (const host of ['a.proxied.test', 'b.socks.test', 'localhost']) {
    t.is(text(await client(get(`http://${host}:${server.port}/`))), 'here', host);
  }
  t.deepEqual(
    proxy.asked.map(({ line }) => line),
    [`a.proxied.test:${server.port}`],
  );
  t.deepEqual(socks.asked, [`name b.socks.test:${server.port}`]);
  t.is((await failureOf(client(get('http://else.test/')))).code, 'NET_PROXY');
});

test.serial('a script is read over TLS with the certificates that are trusted [P15]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttp(here);
  await using script = await serveHttps(['wpad.localhost'], (_request, response) =>
    response.end(answering(`PROXY ${at(proxy)}`)),
  );
  const url = `https://wpad.localhost:${script.port}/proxy.pac`;
  const route = { proxy: { kind: 'script', url }, ca: [script.ca], addresses: 'any' } as const;
  const target = get(`http://tenant.test:${server.port}/`);
  t.is(text(await net.client(route)(target)), 'here');
  const error = await failureOf(net.client({ ...route, ca: [] })(target));
  t.is(error.code, 'NET_PROXY');
  t.regex(error.message, /script of wpad\.localhost/);
});

test.serial('a script is read from a file [P15]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttp(here);
  const file = join(temporaryFolder(t), 'my proxy.pac');
  writeFileSync(file, answering(`PROXY ${at(proxy)}`));
  const route = (url: string): Route => ({
    proxy: { kind: 'script', url },
    ca: [],
    addresses: 'any',
  });
  const target = get(`http://tenant.test:${server.port}/`);
  t.is(text(await net.client(route(pathToFileURL(file).href))(target)), 'here');
  const error = await failureOf(net.client(route('file:///nowhere/proxy.pac'))(target));
  t.is(error.code, 'NET_PROXY');
  t.regex(error.message, /\/nowhere\/proxy\.pac.*ENOENT/);
});

test.serial(
  'ways are tried in the order of the script, and one that failed is tried last for a while [P15]',
  async (t) => {
    let now = 0;
    await using net = new Net(() => now);
    await using unwell = await connectProxy('HTTP/1.1 503 No\r\n\r\n');
    await using proxy = await connectProxy();
    await using server = await serveHttp(here);
    const ways = [`PROXY ${at(await nobody())}`, `PROXY ${at(unwell)}`, `PROXY ${at(proxy)}`];
    await using script = await serveScript(answering(...ways));
    const client = net.client(by(script));
    const url = `http://tenant.test:${server.port}/`;
    const asked = async (): Promise<readonly number[]> => {
      t.is(text(await client(get(url, { headers: { connection: 'close' } }))), 'here');
      return [unwell.asked.length, proxy.asked.length];
    };
    t.deepEqual(await asked(), [1, 1]);
    t.deepEqual(await asked(), [1, 2]);
    now += 60_001;
    t.deepEqual(await asked(), [2, 3]);
  },
);

test.serial(
  'a request that is sent once is sent once, whatever ways fail before it [P15] [P19]',
  async (t) => {
    await using net = new Net();
    await using proxy = await connectProxy();
    const bodies: string[] = [];
    await using server = await serveHttp((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on('end', () => (bodies.length === 1 ? request.socket.destroy() : response.end()));
    });
    await using script = await serveScript(
      answering(`PROXY ${at(await nobody())}`, `PROXY ${at(proxy)}`, 'DIRECT'),
    );
    const post = get(`http://localhost:${server.port}/`, { method: 'POST', body: 'code=once' });
    t.is((await failureOf(net.client(by(script))(post))).code, 'NET_UNREACHABLE');
    t.deepEqual(bodies, ['code=once']);
  },
);

for (const [status, mayDetour] of [
  [403, false],
  [407, false],
  [502, true],
] as const) {
  test.serial(
    `a proxy that answers ${status} ${mayDetour ? 'leaves' : 'takes'} the way on to DIRECT [P15]`,
    async (t) => {
      await using net = new Net();
      await using proxy = await connectProxy(`HTTP/1.1 ${status} No\r\n\r\n`);
      await using server = await serveHttp(here);
      await using script = await serveScript(answering(`PROXY ${at(proxy)}`, 'DIRECT'));
      const exchange = net.client(by(script))(get(`http://localhost:${server.port}/`));
      if (mayDetour) t.is(text(await exchange), 'here');
      else t.is((await failureOf(exchange)).proxyStatus, status);
    },
  );
}

test.serial('without DIRECT in the script nothing goes past its proxies [P15]', async (t) => {
  await using net = new Net();
  let calls = 0;
  await using server = await serveHttp((_request, response) => {
    calls++;
    response.end();
  });
  const ways = [`PROXY ${at(await nobody())}`, `SOCKS5 ${at(await nobody())}`];
  await using script = await serveScript(answering(...ways));
  const error = await failureOf(net.client(by(script))(get(`http://localhost:${server.port}/`)));
  t.is(error.code, 'NET_PROXY');
  for (const way of ways) t.true(error.message.includes(way.split(' ')[1] ?? '?'), error.message);
  t.is(calls, 0);
});

test.serial('a proxy of a script that hangs leaves time for the next one [P15] [P9]', async (t) => {
  await using net = new Net();
  await using silent = await connectProxy(() => undefined);
  await using proxy = await connectProxy();
  await using server = await serveHttp(here);
  await using script = await serveScript(answering(`PROXY ${at(silent)}`, `PROXY ${at(proxy)}`));
  const request = get(`http://tenant.test:${server.port}/`, { timeoutMs: 5_000 });
  t.is(text(await net.client(by(script))(request)), 'here');
});

/** What loops is ended by the same clock as one that has two seconds; that is shown once. */
const SHORT: ScriptLimits = { wallMs: 300, memoryBytes: 32 * 1024 * 1024, startMs: 15_000 };

for (const [what, source, limits] of [
  ['throws', 'function FindProxyForURL() { throw new Error("oh no"); }'],
  ['throws something else', 'function FindProxyForURL() { throw { a: 1 }; }'],
  ['loops for ever', 'function FindProxyForURL() { for (;;); }'],
  ['loops for ever when it is read', 'for (;;); function FindProxyForURL() {}', SHORT],
  [
    'loops in a regular expression',
    `function FindProxyForURL() { return /^(a+)+$/.test('${'a'.repeat(60)}!'); }`,
    SHORT,
  ],
  ['eats memory', 'function FindProxyForURL() { var a = "x"; for (;;) a += a; }'],
  [
    'recurses for ever',
    'function f() { return f() + 1; } function FindProxyForURL() { return f(); }',
  ],
  ['does not compile', 'function FindProxyForURL( {'],
  ['defines nothing', 'var a = 1;'],
  ['is a page', '<html>Sign in to the network</html>'],
  ['is empty', ''],
  ['answers nothing', 'function FindProxyForURL() {}'],
  ['answers with an empty text', answering('')],
  ['answers with a number', 'function FindProxyForURL() { return 7; }'],
  [
    'answers with what nobody knows',
    answering('SOCKS4 a:1', 'QUIC b:2', 'PROXY', 'PROXY user:pw@a:1'),
  ],
] as const) {
  test.serial(
    `a script that ${what} is a failure, before the deadline, and no direct connection [P15]`,
    async (t) => {
      await using own = limits && new Net(undefined, limits);
      const net = own ?? shared.net;
      let calls = 0;
      await using server = await serveHttp((_request, response) => {
        calls++;
        response.end();
      });
      await using script = await serveScript(source);
      const request = get(`http://localhost:${server.port}/`, { timeoutMs: 20_000 });
      const error = await failureOf(net.client(by(script))(request));
      t.is(error.code, 'NET_PROXY');
      t.truthy(error.next);
      t.is(calls, 0);
    },
  );
}

test.serial('null means DIRECT, as the description of PAC says [P15]', async (t) => {
  await using net = new Net();
  await using server = await serveHttp(here);
  await using script = await serveScript('function FindProxyForURL() { return null; }');
  t.is(text(await net.client(by(script))(get(`http://localhost:${server.port}/`))), 'here');
});

for (const status of [404, 500, 302, 204]) {
  test.serial(
    `a script that is answered with ${status} is a failure that names the script [P15]`,
    async (t) => {
      await using net = new Net();
      await using script = await serveScript('');
      script.status = status;
      const error = await failureOf(net.client(by(script))(get('http://localhost:1/')));
      t.is(error.code, 'NET_PROXY');
      t.regex(error.message, new RegExp(`script of ${at(script)}.*${status}`));
      t.false(error.message.includes('proxy.pac'));
    },
  );
}

test.serial('a deadline holds while the server of the script hangs [P15] [P9]', async (t) => {
  await using net = new Net();
  await using server = await serveTcp(() => undefined);
  const client = net.client(by(server));
  const error = await failureOf(client(get('http://localhost:1/', { timeoutMs: 200 })));
  t.is(error.code, 'NET_TIMEOUT');
});

/** A proxied target, a script server, and a clock that stands still. */
async function cachedWorld(t: ExecutionContext) {
  const clock = { now: 1_000_000 };
  const net = new Net(() => clock.now);
  const proxy: FakeProxy = await connectProxy();
  const server = await serveHttp(here);
  const script = await serveScript(answering(`PROXY ${at(proxy)}`));
  t.teardown(async () => {
    for (const one of [net, proxy, server, script]) await one[Symbol.asyncDispose]();
  });
  const client = net.client(by(script));
  const visit = async () => text(await client(get(`http://tenant.test:${server.port}/`)));
  return { clock, script, visit, client, server };
}

test.serial(
  'a script is read once for all who wait, and again after ten minutes [P15]',
  async (t) => {
    const { clock, script, visit } = await cachedWorld(t);
    await Promise.all(Array.from({ length: 20 }, visit));
    clock.now += 599_999;
    await visit();
    t.is(script.reads, 1);
    clock.now += 1;
    await visit();
    t.is(script.reads, 2);
  },
);

test.serial('a script that changed holds from when it is read again [P15]', async (t) => {
  const { clock, script, visit } = await cachedWorld(t);
  t.is(await visit(), 'here');
  script.script = answering(`PROXY ${at(await nobody())}`);
  clock.now += 600_000;
  t.is((await failureOf(visit())).code, 'NET_PROXY');
});

test.serial('a script that cannot be read again stays in use as it was [P15]', async (t) => {
  const { clock, script, visit } = await cachedWorld(t);
  t.is(await visit(), 'here');
  script.status = 500;
  clock.now += 600_000;
  t.is(await visit(), 'here');
  t.is(script.reads, 2);
});

test.serial(
  'a script that could not be read is asked for again after ten seconds [P15]',
  async (t) => {
    const { clock, script, visit } = await cachedWorld(t);
    script.status = 404;
    for (let tries = 0; tries < 3; tries++) t.is((await failureOf(visit())).code, 'NET_PROXY');
    t.is(script.reads, 1);
    script.status = 200;
    clock.now += 9_999;
    t.is((await failureOf(visit())).code, 'NET_PROXY');
    clock.now += 1;
    t.is(await visit(), 'here');
  },
);

test.serial('a script is told host and port of a request, never its path or query', async (t) => {
  const source = 'function FindProxyForURL(url, host) { return url + " " + host; }';
  const url = 'https://tenant.test:8443/secret?code=secret';
  t.is(await runScript(source, url), 'https://tenant.test:8443/ tenant.test');
  t.is(await runScript(source, 'http://[::1]/secret'), 'http://[::1]/ ::1');
});

test.serial('every run of a script begins anew', async (t) => {
  const source = 'var runs = 0; function FindProxyForURL() { return "run " + ++runs; }';
  await using thread = new ScriptThread();
  const url = new URL('https://tenant.test/');
  t.is(await thread.run(source, url), 'run 1');
  t.is(await thread.run(source, url), 'run 1');
});

test.serial(
  'a script can look up names, and finds out what it must about this machine',
  async (t) => {
    const source = `function FindProxyForURL(url, host) {
    return [dnsResolve('localhost'), isInNet('127.9.9.9', '127.0.0.0', '255.0.0.0'), isResolvable('nowhere.invalid'),
      typeof myIpAddress(), alert('not printed')].join(' ');
  }`;
    const answer = await runScript(source, 'https://tenant.test/');
    t.is(answer, '127.0.0.1 true false string ');
  },
);

test.serial('a script reaches nothing of the process that runs it', async (t) => {
  const source = `function FindProxyForURL() {
    return [typeof process, typeof require, typeof fetch, typeof setTimeout, typeof globalThis.constructor.constructor('return this')().process].join(' ');
  }`;
  t.is(
    await runScript(source, 'https://tenant.test/'),
    'undefined undefined undefined undefined undefined',
  );
});

test.serial('the gateway goes on while a script loops', async (t) => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  const source = 'function FindProxyForURL() { for (;;) dnsResolve("127.0.0.1"); }';
  await t.throwsAsync(runScript(source, 'https://tenant.test/', SHORT), { message: /300 ms/ });
  clearInterval(timer);
  t.true(ticks > 10, String(ticks));
});

test.serial('a script whose thread is ended has no answer', async (t) => {
  const thread = new ScriptThread();
  await thread.run(answering('DIRECT'), new URL('http://a.test'));
  const endless = thread.run('function FindProxyForURL() { for (;;); }', new URL('http://a.test'));
  const failed = t.throwsAsync(endless, { message: /without an answer/ });
  await nextTurn();
  await thread[Symbol.asyncDispose]();
  await failed;
});

test.serial(
  'a thread that does not get ready is given up, and the next run has a new one',
  async (t) => {
    const limits = { ...SHORT, wallMs: 10_000, startMs: 0 };
    await using thread = new ScriptThread(limits);
    const url = new URL('http://a.test');
    const error = await t.throwsAsync(thread.run(answering('DIRECT'), url), {
      message: 'its thread did not start',
    });
    t.like(error.cause, { name: 'AbortError' });
    limits.startMs = SHORT.startMs;
    t.is(await thread.run(answering('DIRECT'), url), 'DIRECT');
  },
);

test.serial('a script that looks up names for ever is ended, and the next one runs', async (t) => {
  const limits = { ...SHORT };
  await using thread = new ScriptThread(limits);
  const url = new URL('https://tenant.test/');
  const source = 'function FindProxyForURL() { for (;;) isResolvable("localhost"); }';
  await t.throwsAsync(thread.run(source, url), { message: /300 ms/ });
  limits.wallMs = 15_000; // how long the next one takes is another question
  t.is(await thread.run(answering('DIRECT'), url), 'DIRECT');
});

test.serial(
  'functions of scripts work wherever a script calls them, and however new its language is',
  async (t) => {
    const source = `
    const inner = (host) => shExpMatch(dnsResolve(host) ?? '', '127.*') && isInNet(host, '127.0.0.0', '255.0.0.0');
    var FindProxyForURL = (url, host) => (function () { return inner(host)?.valueOf() ? 'in' : 'out'; })();`;
    t.is(await runScript(source, 'https://localhost/'), 'in');
  },
);

test.serial('an answer of a script is read as browsers read it', (t) => {
  t.deepEqual(
    readScriptAnswer(
      ' proxy a.test:3128 ;;HTTPS b.test; SOCKS c.test;socks5 [::1]:9; HTTP d; DIRECT;',
    ),
    [
      { kind: 'connect', host: 'a.test', port: 3128, credentials: null },
      { kind: 'connect-tls', host: 'b.test', port: 443, credentials: null },
      { kind: 'socks5', host: 'c.test', port: 1080, credentials: null },
      { kind: 'socks5', host: '::1', port: 9, credentials: null },
      { kind: 'connect', host: 'd', port: 80, credentials: null },
      { kind: 'direct' },
    ],
  );
});

test.serial('of a long answer the first eight ways count', (t) => {
  const answer = Array.from({ length: 20 }, (_, index) => `PROXY p${index}:1`).join(';');
  t.deepEqual(
    readScriptAnswer(answer).map((hop) => hop.kind !== 'direct' && hop.host),
    ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'],
  );
});

test.serial(
  'where only the public internet is allowed, DIRECT of a script leads to nothing else',
  async (t) => {
    await using net = new Net();
    await using script = await serveScript(answering('DIRECT'));
    const client = net.client(by(script, { addresses: 'public' }));
    for (const host of ['127.0.0.1', 'localhost', '169.254.169.254']) {
      t.is((await failureOf(client(get(`http://${host}/`)))).code, 'NET_ADDRESS_REFUSED', host);
    }
  },
);
