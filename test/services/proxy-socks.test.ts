import test from 'ava';

import { text } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import { startDante, startMicrosocks } from '../_support/debian-proxies.ts';
import { serveHttp, serveTcp } from '../_support/loopback.ts';
import { failureOf, get, through } from '../_support/proxy-route.ts';
import { serveHttps } from '../_support/tls-loopback.ts';

test('microsocks leads to http and https, by name and by address [P13]', async (t) => {
  await using net = new Net();
  const microsocks = await startMicrosocks(t);
  await using plain = await serveHttp((_request, response) => response.end('plain'));
  await using secure = await serveHttps(['localhost'], (_request, response) =>
    response.end('secure'),
  );
  const client = net.client(through('socks5', microsocks.port, { ca: [secure.ca] }));
  t.is(text(await client(get(`http://127.0.0.1:${plain.port}/`))), 'plain');
  t.is(text(await client(get(`https://localhost:${secure.port}/`))), 'secure');
  t.true(microsocks.log().includes(`localhost:${secure.port}`), microsocks.log());
});

test('microsocks takes a user name and a password with @, :, % and ü, and no others [P4] [P13]', async (t) => {
  await using net = new Net();
  const jane = ['jane@contoso%ü', 'p@s:s%wörd'] as const;
  const microsocks = await startMicrosocks(t, { user: jane });
  await using server = await serveHttp((_request, response) => response.end('through'));
  const request = get(`http://127.0.0.1:${server.port}/`);
  const right = through('socks5', microsocks.port, { credentials: jane });
  t.is(text(await net.client(right)(request)), 'through');
  for (const credentials of [[jane[0], 'wrong'], ['john', jane[1]], undefined] as const) {
    const route = through('socks5', microsocks.port, credentials ? { credentials } : {});
    const error = await failureOf(net.client(route)(request));
    t.is(error.code, 'NET_PROXY');
    t.regex(error.next ?? '', /user name/);
  }
});

test('dante leads to http and https, and keeps connections [P13] [P19]', async (t) => {
  await using net = new Net();
  const dante = await startDante(t);
  await using server = await serveHttps(['localhost'], (_request, response) => response.end('ok'));
  const client = net.client(through('socks5', dante.port, { ca: [server.ca] }));
  const sockets = new Set<unknown>();
  for (let calls = 0; calls < 4; calls++) {
    t.is(text(await client(get(`https://localhost:${server.port}/`))), 'ok');
    sockets.add(server.requests.at(-1)?.socket);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  t.is(sockets.size, 1);
});

test('dante tells what its rules forbid, and what refuses the connection, by its reply [P13]', async (t) => {
  await using net = new Net();
  await using forbidden = await serveTcp(() => undefined);
  const closed = await serveTcp(() => undefined);
  await closed[Symbol.asyncDispose]();
  const dante = await startDante(t, { blockedPort: forbidden.port });
  const client = net.client(through('socks5', dante.port));
  const blocked = await failureOf(client(get(`http://127.0.0.1:${forbidden.port}/`)));
  t.like(blocked, { code: 'NET_PROXY', proxyStatus: 2, mayDetour: false });
  const refused = await failureOf(client(get(`http://127.0.0.1:${closed.port}/`)));
  t.like(refused, { code: 'NET_PROXY', proxyStatus: 5, mayDetour: true });
});

test('a SOCKS proxy is no HTTP proxy, and an HTTP server no SOCKS proxy [P10]', async (t) => {
  await using net = new Net();
  const microsocks = await startMicrosocks(t);
  await using server = await serveHttp((_request, response) => response.end('here'));
  for (const route of [through('connect', microsocks.port), through('socks5', server.port)]) {
    const error = await failureOf(net.client(route)(get('http://127.0.0.1:1/')));
    t.is(error.code, 'NET_PROXY');
  }
});

test('fifty requests at once through SOCKS all come back, each with its own answer [P21]', async (t) => {
  await using net = new Net();
  const microsocks = await startMicrosocks(t);
  await using server = await serveHttps(['localhost'], (request, response) =>
    response.end(request.url),
  );
  const client = net.client(through('socks5', microsocks.port, { ca: [server.ca] }));
  const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);
  const answers = await Promise.all(
    paths.map((path) =>
      client(get(`https://localhost:${server.port}${path}`, { timeoutMs: 20_000 })),
    ),
  );
  t.deepEqual(answers.map(text), paths);
});
