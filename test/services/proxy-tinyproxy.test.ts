import { setTimeout as sleep } from 'node:timers/promises';

import test from 'ava';

import { text } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import { startTinyproxy } from '../_support/debian-proxies.ts';
import { serveHttp, serveTcp } from '../_support/loopback.ts';
import { failureOf, get, through } from '../_support/proxy-route.ts';
import { serveHttps } from '../_support/tls-loopback.ts';

test('tinyproxy is asked by CONNECT, for http and https [P2]', async (t) => {
  await using net = new Net();
  const tinyproxy = await startTinyproxy(t);
  await using plain = await serveHttp((_request, response) => response.end('plain'));
  await using secure = await serveHttps(['localhost'], (_request, response) =>
    response.end('secure'),
  );
  const client = net.client(through('connect', tinyproxy.port, { ca: [secure.ca] }));
  t.is(text(await client(get(`http://localhost:${plain.port}/`))), 'plain');
  t.is(text(await client(get(`https://localhost:${secure.port}/`))), 'secure');
  for (const { port } of [plain, secure]) {
    t.true(tinyproxy.log().includes(`CONNECT localhost:${port} HTTP/1.1`));
  }
});

test('tinyproxy wants credentials, and takes the right ones [P5] [P6]', async (t) => {
  await using net = new Net();
  const tinyproxy = await startTinyproxy(t, { user: ['jane', 'right-password'] });
  await using server = await serveHttp((_request, response) => response.end('through'));
  const request = get(`http://localhost:${server.port}/`);
  const right = through('connect', tinyproxy.port, { credentials: ['jane', 'right-password'] });
  t.is(text(await net.client(right)(request)), 'through');
  const wrong = through('connect', tinyproxy.port, { credentials: ['jane', 'wrong-password'] });
  const refused = await failureOf(net.client(wrong)(request));
  t.like(refused, { code: 'NET_PROXY', proxyStatus: 401, mayDetour: false });
  t.regex(refused.next ?? '', /Check the user name/);
  const without = await failureOf(net.client(through('connect', tinyproxy.port))(request));
  t.like(without, { code: 'NET_PROXY', proxyStatus: 407 });
});

test('what tinyproxy cannot reach is told with its status [P7]', async (t) => {
  await using net = new Net();
  const tinyproxy = await startTinyproxy(t);
  const closed = await serveTcp(() => undefined);
  await closed[Symbol.asyncDispose]();
  const client = net.client(through('connect', tinyproxy.port));
  const error = await failureOf(client(get(`https://localhost:${closed.port}/`)));
  t.is(error.code, 'NET_PROXY');
  t.true((error.proxyStatus ?? 0) >= 500);
});

test('connections through tinyproxy are kept and used again [P19]', async (t) => {
  await using net = new Net();
  const tinyproxy = await startTinyproxy(t);
  await using server = await serveHttps(['localhost'], (_request, response) => response.end('ok'));
  const client = net.client(through('connect', tinyproxy.port, { ca: [server.ca] }));
  for (let calls = 0; calls < 4; calls++) {
    await client(get(`https://localhost:${server.port}/`));
    await sleep(20);
  }
  t.is(tinyproxy.log().split(`CONNECT localhost:${server.port}`).length - 1, 1);
});

test('a script sends requests through tinyproxy, and past it where it says DIRECT [P15]', async (t) => {
  await using net = new Net();
  const tinyproxy = await startTinyproxy(t);
  await using server = await serveHttp((_request, response) => response.end('here'));
  await using script = await serveHttp((_request, response) =>
    response.end(`function FindProxyForURL(url, host) {
      return host === 'localhost' ? 'PROXY 127.0.0.1:1; PROXY 127.0.0.1:${tinyproxy.port}' : 'DIRECT';
    }`),
  );
  const proxy = { kind: 'script', url: `${script.origin}/proxy.pac` } as const;
  const client = net.client({ proxy, ca: [], addresses: 'any' });
  t.is(text(await client(get(`http://localhost:${server.port}/`))), 'here');
  t.is(text(await client(get(`http://sub.localhost:${server.port}/`))), 'here');
  t.true(tinyproxy.log().includes(`CONNECT localhost:${server.port}`));
  t.false(tinyproxy.log().includes('sub.localhost'));
});
