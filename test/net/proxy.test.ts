import http from 'node:http';
import net from 'node:net';

import test from 'ava';

import { text } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import { listen, serveHttp, serveTcp } from '../_support/loopback.ts';

/** A CONNECT proxy that notes what it is asked, and answers as it is told. */
async function connectProxy(refuse?: string) {
  const asked: { line: string; headers: http.IncomingHttpHeaders }[] = [];
  const server = http.createServer((_request, response) => response.writeHead(599).end());
  server.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
    asked.push({ line: request.url ?? '', headers: request.headers });
    if (refuse !== undefined) {
      socket.end(refuse);
      return;
    }
    const target = new URL(`http://${request.url}`);
    const upstream = net.connect(Number(target.port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  return Object.assign(await listen(server), { asked });
}

function route(port: number) {
  return { proxy: { kind: 'connect', host: '127.0.0.1', port }, ca: [], addresses: 'any' } as const;
}

const REQUEST = { method: 'GET', maxBytes: 1_000, timeoutMs: 1_000 };

test('every request goes through the proxy by CONNECT, its host by name', async (t) => {
  await using network = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttp((_request, response) => response.end('through'));
  // The name does not resolve here: only the proxy knows it.
  const url = `http://tenant.test:${server.port}/`;
  const answer = await network.client(route(proxy.port))({ ...REQUEST, url });
  t.is(text(answer), 'through');
  t.is(proxy.asked[0]?.line, `tenant.test:${server.port}`);
  t.is(proxy.asked[0]?.headers.host, `tenant.test:${server.port}`);
});

for (const [status, next] of [
  ['407 Proxy Authentication Required', /user name/],
  ['403 Forbidden', /allow/],
  ['502 Bad Gateway', /allow/],
] as const) {
  test(`a proxy that answers ${status} is a failure of the proxy, never a status of the host`, async (t) => {
    await using network = new Net();
    await using proxy = await connectProxy(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);
    const error = await t.throwsAsync<Error & { next: string; proxyStatus: number }>(
      network.client(route(proxy.port))({ ...REQUEST, url: 'http://tenant.test/' }),
      { code: 'NET_PROXY' },
    );
    t.is(error?.proxyStatus, Number(status.slice(0, 3)));
    t.regex(error?.next ?? '', next);
  });
}

test('a proxy that accepts the connection and says nothing is given up at the deadline', async (t) => {
  await using network = new Net();
  await using proxy = await serveTcp(() => undefined);
  const before = Date.now();
  await t.throwsAsync(
    network.client(route(proxy.port))({ ...REQUEST, timeoutMs: 200, url: 'http://tenant.test/' }),
    { code: 'NET_TIMEOUT' },
  );
  t.true(Date.now() - before < 2_000);
});

test('a proxy that closes inside CONNECT is a failure', async (t) => {
  await using network = new Net();
  await using proxy = await serveTcp((socket) => socket.destroy());
  await t.throwsAsync(
    network.client(route(proxy.port))({ ...REQUEST, url: 'http://tenant.test/' }),
    {
      instanceOf: Error,
    },
  );
});

test('a proxy that is not there is a failure that names the setting', async (t) => {
  await using network = new Net();
  const proxy = await serveTcp(() => undefined);
  await proxy[Symbol.asyncDispose]();
  const error = await t.throwsAsync<Error & { next: string }>(
    network.client(route(proxy.port))({ ...REQUEST, url: 'http://tenant.test/' }),
  );
  t.regex(error?.next ?? '', /proxy/i);
});
