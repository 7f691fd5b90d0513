import dns from 'node:dns';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import test, { type ExecutionContext } from 'ava';

import { text } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import { connectProxy } from '../_support/fake-proxy.ts';
import { socksProxy } from '../_support/fake-socks.ts';
import { serveHttp, serveTcp } from '../_support/loopback.ts';
import { failureOf, get, through, until } from '../_support/proxy-route.ts';
import { serveHttps } from '../_support/tls-loopback.ts';

test('CONNECT names host and port, and so does its Host header [P2]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttp((_request, response) => response.end('through'));
  // The name resolves nowhere: only the proxy knows it.
  const client = net.client(through('connect', proxy.port));
  const answer = await client(get(`http://login.tenant.test:${server.port}/common?a=b`));
  t.is(text(answer), 'through');
  t.is(proxy.asked[0]?.line, `login.tenant.test:${server.port}`);
  t.is(proxy.asked[0]?.headers.host, `login.tenant.test:${server.port}`);
});

test('CONNECT names the port of the scheme where the URL has none, and IPv6 in brackets [P2]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy('HTTP/1.1 403 No\r\n\r\n');
  const client = net.client(through('connect', proxy.port));
  for (const url of ['https://login.test/', 'http://login.test/', 'https://[2001:db8::1]/']) {
    await failureOf(client(get(url)));
  }
  t.deepEqual(
    proxy.asked.map(({ line }) => line),
    ['login.test:443', 'login.test:80', '[2001:db8::1]:443'],
  );
});

/** Notes every name that this process looks up, until the test ends. */
function noteLookups(t: ExecutionContext): readonly string[] {
  const asked: string[] = [];
  const { lookup, promises } = dns;
  const { lookup: promised } = promises;
  t.teardown(
    () => void [Object.assign(dns, { lookup }), Object.assign(promises, { lookup: promised })],
  );
  const note = (host: string): never => {
    asked.push(host);
    throw new Error('no look-ups here');
  };
  Object.assign(dns, { lookup: note });
  Object.assign(promises, { lookup: note });
  return asked;
}

for (const kind of ['connect', 'socks5'] as const) {
  test.serial(`a name behind a proxy of kind ${kind} is never looked up here [P3]`, async (t) => {
    await using net = new Net();
    await using proxy = await (kind === 'connect' ? connectProxy() : socksProxy());
    await using server = await serveHttp((_request, response) => response.end('through'));
    const asked = noteLookups(t);
    const url = `http://tenant.test:${server.port}/`;
    t.is(text(await net.client(through(kind, proxy.port))(get(url))), 'through');
    t.deepEqual(asked, []);
    const direct = net.client({ proxy: { kind: 'direct' }, ca: [], addresses: 'any' });
    t.is((await failureOf(direct(get(url)))).code, 'NET_UNREACHABLE');
    t.deepEqual(asked, ['tenant.test']);
  });
}

for (const [status, next, mayDetour] of [
  ['407 Proxy Authentication Required', /user:password@/, false],
  ['403 Forbidden', /allow/, false],
  ['404 Not Found', /allow/, false],
  ['502 Bad Gateway', /reaches/, true],
  ['503 Service Unavailable', /reaches/, true],
  ['504 Gateway Timeout', /reaches/, true],
  ['302 Found', /allow/, false],
] as const) {
  for (const scheme of ['http', 'https']) {
    test(`a proxy that answers ${status} fails, and its status is none of ${scheme}://tenant.test [P6] [P7]`, async (t) => {
      await using net = new Net();
      await using proxy = await connectProxy(`HTTP/1.1 ${status}\r\ncontent-length: 2\r\n\r\nno`);
      const client = net.client(through('connect', proxy.port));
      const error = await failureOf(client(get(`${scheme}://tenant.test/`)));
      t.is(error.code, 'NET_PROXY');
      t.is(error.proxyStatus, Number(status.slice(0, 3)));
      t.is(error.mayDetour, mayDetour);
      t.regex(error.next ?? '', next);
      t.regex(error.message, new RegExp(`127.0.0.1:${proxy.port}.*tenant.test:`));
    });
  }
}

test('a proxy that offers no Basic is told apart, and nothing else of its header is repeated [P5]', async (t) => {
  await using net = new Net();
  const offers = 'Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM realm="<script>"\r\n';
  await using proxy = await connectProxy(`HTTP/1.1 407 No\r\n${offers}\r\n`);
  const error = await failureOf(
    net.client(through('connect', proxy.port))(get('http://tenant.test/')),
  );
  t.regex(error.next ?? '', /negotiate, ntlm.*Basic/);
  t.notRegex(error.next ?? '', /script/);
});

test('any success opens the tunnel', async (t) => {
  await using net = new Net();
  await using server = await serveHttp((_request, response) => response.end('through'));
  await using proxy = await connectProxy((socket) => {
    socket.write('HTTP/1.0 204 Fine\r\nServer: odd\r\n\r\n');
    tunnelTo(socket, server.port);
  });
  const answer = await net.client(through('connect', proxy.port))(get('http://tenant.test/'));
  t.is(text(answer), 'through');
});

/** Leads what comes to a server, as far as HTTP on one connection needs it. */
function tunnelTo(socket: Socket, port: number): void {
  const upstream = new (socket.constructor as typeof Socket)().connect(port, '127.0.0.1');
  socket.pipe(upstream).pipe(socket);
}

test('a proxy that ends before it answers is a failure of the proxy [P8]', async (t) => {
  await using net = new Net();
  for (const end of [(socket: Socket) => socket.destroy(), (socket: Socket) => socket.end()]) {
    await using proxy = await connectProxy(end);
    const error = await failureOf(
      net.client(through('connect', proxy.port))(get('https://tenant.test/')),
    );
    t.is(error.code, 'NET_PROXY');
    t.true(error.mayDetour);
  }
});

test('a proxy that ends right after 200 is a failure of the proxy [P8]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy('HTTP/1.1 200 OK\r\n\r\n');
  const error = await failureOf(
    net.client(through('connect', proxy.port))(get('https://tenant.test/')),
  );
  t.is(error.code, 'NET_PROXY');
});

test('a proxy that ends inside an answer of the target is no failure to be tried again [P8]', async (t) => {
  await using net = new Net();
  let calls = 0;
  await using server = await serveHttp((request, response) => {
    calls++;
    response.writeHead(200, { 'content-length': '10' }).write('half');
    setTimeout(() => request.socket.destroy(), 20);
  });
  await using proxy = await connectProxy();
  const client = net.client(through('connect', proxy.port));
  const error = await failureOf(client(get(`http://tenant.test:${server.port}/`)));
  t.is(error.code, 'NET_UNREACHABLE');
  t.false(error.mayDetour);
  t.is(calls, 1);
});

test('a proxy that is not there is a failure of the proxy [P8]', async (t) => {
  await using net = new Net();
  const proxy = await serveTcp(() => undefined);
  await proxy[Symbol.asyncDispose]();
  for (const kind of ['connect', 'connect-tls', 'socks5'] as const) {
    const error = await failureOf(
      net.client(through(kind, proxy.port))(get('http://tenant.test/')),
    );
    t.is(error.code, 'NET_PROXY', kind);
    t.true(error.mayDetour);
    t.regex(error.next ?? '', /proxy/);
  }
});

test('a deadline holds while a proxy hangs in CONNECT, and however often [P9]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy(() => undefined);
  const client = net.client(through('connect', proxy.port));
  const before = performance.now();
  const errors = await Promise.all(
    Array.from({ length: 5 }, () =>
      failureOf(client(get('https://tenant.test/', { timeoutMs: 300 }))),
    ),
  );
  t.true(performance.now() - before < 4_000);
  t.deepEqual(new Set(errors.map(({ code }) => code)), new Set(['NET_TIMEOUT']));
});

test('a deadline holds while a proxy drips its answer to CONNECT [P9]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const timer = setInterval(() => socket.write('x-more: more\r\n'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  const client = net.client(through('connect', proxy.port));
  const error = await failureOf(client(get('https://tenant.test/', { timeoutMs: 300 })));
  t.is(error.code, 'NET_TIMEOUT');
});

test('a deadline holds while a tunnel leads to nothing that speaks [P9]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
  const client = net.client(through('connect', proxy.port));
  const error = await failureOf(client(get('https://tenant.test/', { timeoutMs: 300 })));
  t.is(error.code, 'NET_TIMEOUT');
});

test('a caller that ends an exchange is answered while a proxy hangs [P9]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy(() => undefined);
  const controller = new AbortController();
  const client = net.client(through('connect', proxy.port));
  const pending = failureOf(client(get('https://tenant.test/', { signal: controller.signal })));
  await until(() => proxy.asked.length === 1);
  controller.abort();
  t.is((await pending).code, 'NET_ABORTED');
});

test('without a nearer deadline a proxy that hangs is named after 8 seconds [P9]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy(() => undefined);
  const client = net.client(through('connect', proxy.port));
  const error = await failureOf(client(get('https://tenant.test/', { timeoutMs: 20_000 })));
  t.is(error.code, 'NET_PROXY');
  t.regex(error.message, /8000 ms/);
});

for (const [what, answer] of [
  ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['bytes of TLS', Buffer.from('1503010002022a', 'hex').toString('latin1')],
  ['a status line alone', 'HTTP/1.1 200 OK\r\n'],
  ['a version of HTTP that is none', 'HTTP/9.9 200 OK\r\n\r\n'],
  ['a status that is none', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['a header that is none', 'HTTP/1.1 200 OK\r\nbroken\r\n\r\n'],
  ['a header that is oversized', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['too many headers', `HTTP/1.1 200 OK\r\n${'x: yyyyyyyyyyyyyyyyy\r\n'.repeat(1_000)}\r\n`],
  ['nothing', ''],
] as const) {
  test(`a proxy that answers CONNECT with ${what} is a failure of the proxy [P10]`, async (t) => {
    await using net = new Net();
    await using proxy = await serveTcp((socket) =>
      socket.once('data', () => socket.end(answer, 'latin1')),
    );
    const error = await failureOf(
      net.client(through('connect', proxy.port))(get('https://tenant.test/')),
    );
    t.is(error.code, 'NET_PROXY');
    t.is(error.proxyStatus, null);
  });
}

test('a certificate that nobody trusts is no failure of the proxy, and one that is added is trusted [12] [P11]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('safe'),
  );
  const url = `https://tenant.test:${server.port}/`;
  const error = await failureOf(net.client(through('connect', proxy.port))(get(url)));
  t.is(error.code, 'NET_TLS');
  t.regex(error.next ?? '', /tls_trusted_certificates/);
  const trusting = through('connect', proxy.port, { ca: [server.ca] });
  t.is(text(await net.client(trusting)(get(url))), 'safe');
  const other = await failureOf(net.client(trusting)(get(`https://other.test:${server.port}/`)));
  t.is(other.code, 'NET_TLS');
});

test('connections are kept, and used again through the same tunnel [P19]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('ok'),
  );
  const client = net.client(through('connect', proxy.port, { ca: [server.ca] }));
  for (let calls = 0; calls < 5; calls++) {
    await client(get(`https://tenant.test:${server.port}/`));
    await sleep(20);
  }
  t.is(proxy.asked.length, 1);
  t.is(server.requests.length, 5);
});

/** A server that ends each connection at its second request, without an answer. */
async function endingAtSecond() {
  const seen = new Map<unknown, number>();
  let requests = 0;
  const server = await serveHttps(['tenant.test'], (request, response) => {
    requests++;
    const count = (seen.get(request.socket) ?? 0) + 1;
    seen.set(request.socket, count);
    if (count > 1) request.socket.destroy();
    else response.end('ok');
  });
  return { ...server, calls: () => requests };
}

test('a GET whose kept tunnel was killed is sent once more [P19]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await endingAtSecond();
  const client = net.client(through('connect', proxy.port, { ca: [server.ca] }));
  const url = `https://tenant.test:${server.port}/`;
  await client(get(url));
  await sleep(20);
  t.is(text(await client(get(url))), 'ok');
  t.is(server.calls(), 3);
  t.is(proxy.asked.length, 2);
});

test('a POST whose kept tunnel was killed is never sent again [P19]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await endingAtSecond();
  const client = net.client(through('connect', proxy.port, { ca: [server.ca] }));
  const url = `https://tenant.test:${server.port}/`;
  await client(get(url));
  await sleep(20);
  const error = await failureOf(client(get(url, { method: 'POST', body: 'code=once' })));
  t.is(error.code, 'NET_UNREACHABLE');
  t.is(server.calls(), 2);
});

test('a GET whose fresh tunnel was killed is not sent again [P19]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  let calls = 0;
  await using server = await serveHttps(['tenant.test'], (request) => {
    calls++;
    request.socket.destroy();
  });
  const client = net.client(through('connect', proxy.port, { ca: [server.ca] }));
  const error = await failureOf(client(get(`https://tenant.test:${server.port}/`)));
  t.is(error.code, 'NET_UNREACHABLE');
  t.is(calls, 1);
});

test('tunnels that a proxy kills while nobody uses them are made anew without a word [P19]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('ok'),
  );
  const client = net.client(through('connect', proxy.port, { ca: [server.ca] }));
  const url = `https://tenant.test:${server.port}/`;
  await client(get(url));
  proxy.killTunnels();
  await sleep(50);
  const post = get(url, { method: 'POST', body: 'code=once' });
  t.is(text(await client(post)), 'ok');
});

test('disposing ends kept tunnels, and those that are being opened [P20]', async (t) => {
  const net = new Net();
  await using good = await connectProxy();
  const hanging: Socket[] = [];
  await using silent = await connectProxy((socket) => hanging.push(socket));
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('ok'),
  );
  const url = `https://tenant.test:${server.port}/`;
  await net.client(through('connect', good.port, { ca: [server.ca] }))(get(url));
  const pending = failureOf(net.client(through('connect', silent.port))(get(url)));
  await until(() => hanging.length === 1 && good.open === 1);
  await net[Symbol.asyncDispose]();
  t.is((await pending).code, 'NET_ABORTED');
  await until(
    () => good.open === 0 && hanging.every((socket) => socket.readableEnded || socket.destroyed),
  );
  t.is(net.size, 0);
});

test('a client whose ways were disposed of opens no new one [P20]', async (t) => {
  const net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('ok'),
  );
  const route = through('connect', proxy.port, { ca: [server.ca] });
  const environment = { kind: 'environment', http: null, https: null, except: [] } as const;
  const [used, unused] = [net.client(route), net.client(route)];
  const ofEnvironment = net.client({ ...route, proxy: environment });
  await used(get(`https://tenant.test:${server.port}/`));
  await net[Symbol.asyncDispose]();
  const before = proxy.asked.length;
  for (const client of [used, unused, ofEnvironment]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    t.is((await failureOf(client(get('http://tenant.test/')))).code, 'NET_ABORTED');
  }
  t.is(proxy.asked.length, before);
});

test('routes with other credentials, or other certificates, share no connection [P20]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('ok'),
  );
  const url = `https://tenant.test:${server.port}/`;
  const ca = [server.ca];
  for (const credentials of [
    ['jane', 'one'],
    ['jane', 'two'],
    ['jane', 'one'],
  ] as const) {
    await net.client(through('connect', proxy.port, { ca, credentials }))(get(url));
    await sleep(20);
  }
  t.is(net.size, 2);
  t.is(proxy.asked.length, 2);
  t.is((await failureOf(net.client(through('connect', proxy.port))(get(url)))).code, 'NET_TLS');
});

test('credentials are in CONNECT alone, never at the target [P22]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  const credentials = ['jane@contoso', 'p@s:s%ü'] as const;
  const seen: object[] = [];
  await using plain = await serveHttp((request, response) => {
    seen.push(request.headers);
    response.end();
  });
  await using secure = await serveHttps(['tenant.test'], (request, response) => {
    seen.push(request.headers);
    response.end();
  });
  const client = net.client(through('connect', proxy.port, { credentials, ca: [secure.ca] }));
  await client(get(`http://tenant.test:${plain.port}/`));
  await client(get(`https://tenant.test:${secure.port}/`));
  const sent = `Basic ${Buffer.from(credentials.join(':')).toString('base64')}`;
  t.deepEqual(
    proxy.asked.map(({ headers }) => headers['proxy-authorization']),
    [sent, sent],
  );
  t.is(seen.length, 2);
  t.false(JSON.stringify(seen).toLowerCase().includes('proxy-'));
});

test('a redirect of the target is an answer, and is not followed through the proxy [P24]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttp((_request, response) => {
    response.writeHead(302, { location: 'https://elsewhere.test/' }).end();
  });
  const client = net.client(through('connect', proxy.port));
  const answer = await client(get(`http://tenant.test:${server.port}/`));
  t.is(answer.status, 302);
  t.is(proxy.asked.length, 1);
});

test('HTTP/2 is offered to no target, behind a proxy or not [P25]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttps(['localhost'], (_request, response) => response.end());
  const url = `https://localhost:${server.port}/`;
  const ca = [server.ca];
  await net.client(through('connect', proxy.port, { ca }))(get(url));
  await net.client({ proxy: { kind: 'direct' }, ca, addresses: 'any' })(get(url));
  t.deepEqual(server.offered, ['http/1.1', 'http/1.1']);
  t.deepEqual(
    server.requests.map(({ httpVersion }) => httpVersion),
    ['1.1', '1.1'],
  );
});

for (const [host, code] of [
  ['1.1.1.1', 'NET_ADDRESS_REFUSED'],
  ['[2606:4700::1111]', 'NET_ADDRESS_REFUSED'],
  ['127.0.0.1', 'NET_ADDRESS_REFUSED'],
  ['2130706433', 'NET_ADDRESS_REFUSED'],
  ['localhost', 'NET_ADDRESS_REFUSED'],
  ['graph.localhost', 'NET_ADDRESS_REFUSED'],
  ['graph.tenant.test', 'NET_PROXY'],
] as const) {
  test(`where only the public internet is allowed, a proxy is asked for names: ${host}`, async (t) => {
    await using net = new Net();
    await using proxy = await connectProxy('HTTP/1.1 403 No\r\n\r\n');
    const client = net.client(through('connect', proxy.port, { addresses: 'public' }));
    t.is((await failureOf(client(get(`https://${host}/`)))).code, code);
    t.is(proxy.asked.length, code === 'NET_PROXY' ? 1 : 0);
  });
}
