import type http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import zlib from 'node:zlib';

import test from 'ava';

import type { HttpRequest } from '../../src/net/http.ts';
import { header, headerValues, text } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import { type Loopback, serveHttp, serveTcp } from '../_support/loopback.ts';

const DIRECT = { proxy: { kind: 'direct' }, ca: [], addresses: 'any' } as const;

function get(url: string, over: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, maxBytes: 10_000, timeoutMs: 5_000, ...over };
}

async function answering(handler: http.RequestListener): Promise<Loopback> {
  return serveHttp(handler);
}

test('a request is answered with status, headers and body', async (t) => {
  await using net = new Net();
  await using server = await answering((_request, response) => {
    response.writeHead(418, 'Teapot', { 'x-one': 'a', 'set-cookie': ['b=1', 'c=2'] });
    response.end('short and stout');
  });
  const answer = await net.client(DIRECT)(get(`${server.origin}/pot?size=1`));
  t.is(answer.status, 418);
  t.is(header(answer, 'x-one'), 'a');
  t.deepEqual(headerValues(answer, 'set-cookie'), ['b=1', 'c=2']);
  t.is(text(answer), 'short and stout');
});

test('the method, path, query, headers and body arrive as given', async (t) => {
  await using net = new Net();
  await using server = await answering((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () =>
      response.end(
        [
          request.method,
          request.url,
          request.headers['x-a'],
          Buffer.concat(chunks).toString(),
        ].join('|'),
      ),
    );
  });
  const answer = await net.client(DIRECT)(
    get(`${server.origin}/a%20b?c=%26`, { method: 'PATCH', headers: { 'x-a': '1' }, body: 'é' }),
  );
  t.is(text(answer), 'PATCH|/a%20b?c=%26|1|é');
});

test('a redirect is an answer like any other', async (t) => {
  await using net = new Net();
  let calls = 0;
  await using server = await answering((_request, response) => {
    calls++;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  const answer = await net.client(DIRECT)(get(server.origin));
  t.is(answer.status, 302);
  t.is(calls, 1);
});

test('a body that is longer than allowed is refused', async (t) => {
  await using net = new Net();
  await using server = await answering((_request, response) => response.end('x'.repeat(101)));
  const client = net.client(DIRECT);
  await t.throwsAsync(client(get(server.origin, { maxBytes: 100 })), { code: 'NET_TOO_LARGE' });
  t.is((await client(get(server.origin, { maxBytes: 101 }))).body.length, 101);
});

const PACKERS: readonly (readonly [encoding: string, how: string, pack: typeof zlib.gzipSync])[] = [
  ['gzip', '', zlib.gzipSync],
  ['deflate', '', zlib.deflateSync],
  ['deflate', ' without its wrapper', zlib.deflateRawSync],
  ['br', '', zlib.brotliCompressSync],
];

for (const [encoding, how, pack] of PACKERS) {
  test(`a body in ${encoding}${how} is unpacked`, async (t) => {
    await using net = new Net();
    await using server = await answering((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(pack('hello'));
    });
    t.is(text(await net.client(DIRECT)(get(server.origin))), 'hello');
  });

  test(`a bomb in ${encoding}${how} is refused by the size it unpacks to`, async (t) => {
    await using net = new Net();
    const bomb = pack(Buffer.alloc(5_000_000));
    await using server = await answering((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb);
    });
    await t.throwsAsync(net.client(DIRECT)(get(server.origin, { maxBytes: 100_000 })), {
      code: 'NET_TOO_LARGE',
    });
  });
}

test('a part of a body is asked for as it is, or it could not be unpacked', async (t) => {
  await using net = new Net();
  await using server = await answering(({ headers }, response) => {
    const isPacked = headers['accept-encoding']?.includes('gzip') === true;
    const whole = isPacked ? zlib.gzipSync('0123456789') : Buffer.from('0123456789');
    response.writeHead(206, isPacked ? { 'content-encoding': 'gzip' } : {});
    response.end(whole.subarray(2, 5));
  });
  const answer = await net.client(DIRECT)(get(server.origin, { headers: { range: 'bytes=2-4' } }));
  t.is(text(answer), '234');
});

test('a body in an encoding that was not asked for is refused', async (t) => {
  await using net = new Net();
  await using server = await answering((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'zstd' }).end('??');
  });
  await t.throwsAsync(net.client(DIRECT)(get(server.origin)), { code: 'NET_PROTOCOL' });
});

test('a body that does not unpack is refused', async (t) => {
  await using net = new Net();
  await using server = await answering((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
  });
  await t.throwsAsync(net.client(DIRECT)(get(server.origin)), { code: 'NET_PROTOCOL' });
});

test('a server that accepts and says nothing is given up at the deadline', async (t) => {
  await using net = new Net();
  await using server = await serveTcp(() => undefined);
  const before = Date.now();
  await t.throwsAsync(net.client(DIRECT)(get(server.origin, { timeoutMs: 150 })), {
    code: 'NET_TIMEOUT',
  });
  t.true(Date.now() - before < 2_000);
});

test('a body that drips is given up at the deadline', async (t) => {
  await using net = new Net();
  await using server = await answering((_request, response) => {
    const timer = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(timer));
  });
  await t.throwsAsync(net.client(DIRECT)(get(server.origin, { timeoutMs: 200 })), {
    code: 'NET_TIMEOUT',
  });
});

test('a caller ends an exchange by its signal', async (t) => {
  await using net = new Net();
  await using server = await serveTcp(() => undefined);
  const controller = new AbortController();
  const pending = net.client(DIRECT)(get(server.origin, { signal: controller.signal }));
  controller.abort();
  await t.throwsAsync(pending, { code: 'NET_ABORTED' });
});

test('a signal that is aborted already ends the exchange at once', async (t) => {
  await using net = new Net();
  await using server = await serveTcp(() => undefined);
  const pending = net.client(DIRECT)(get(server.origin, { signal: AbortSignal.abort() }));
  await t.throwsAsync(pending, { code: 'NET_ABORTED' });
});

test('a closed port is unreachable', async (t) => {
  await using net = new Net();
  const server = await serveTcp(() => undefined);
  await server[Symbol.asyncDispose]();
  await t.throwsAsync(net.client(DIRECT)(get(server.origin)), { code: 'NET_UNREACHABLE' });
});

test('a server that does not speak HTTP breaks the protocol', async (t) => {
  await using net = new Net();
  await using server = await serveTcp((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
  await t.throwsAsync(net.client(DIRECT)(get(server.origin)), { code: 'NET_PROTOCOL' });
});

test('a GET whose kept connection was closed is sent once more', async (t) => {
  await using net = new Net();
  let calls = 0;
  await using server = await answering((request, response) => {
    calls++;
    if (calls === 2) request.socket.destroy();
    else response.end('ok');
  });
  const client = net.client(DIRECT);
  await client(get(server.origin));
  await sleep(20);
  t.is(text(await client(get(server.origin))), 'ok');
  t.is(calls, 3);
});

test('a GET whose fresh connection was closed is not sent again', async (t) => {
  await using net = new Net();
  let calls = 0;
  await using server = await answering((request) => {
    calls++;
    request.socket.destroy();
  });
  await t.throwsAsync(net.client(DIRECT)(get(server.origin)), { code: 'NET_UNREACHABLE' });
  t.is(calls, 1);
});

test('a POST whose connection was closed is never sent twice', async (t) => {
  await using net = new Net();
  let calls = 0;
  await using server = await answering((request) => {
    calls++;
    request.socket.destroy();
  });
  const post = get(server.origin, { method: 'POST', body: 'code=once' });
  await t.throwsAsync(net.client(DIRECT)(post), { code: 'NET_UNREACHABLE' });
  t.is(calls, 1);
});

test('a mapped origin is reached at its loopback origin', async (t) => {
  await using net = new Net();
  await using server = await answering((request, response) => response.end(request.url));
  const client = net.client(DIRECT, { 'https://graph.microsoft.com': server.origin });
  t.is(
    text(await client(get('https://graph.microsoft.com/v1.0/me?$select=id'))),
    '/v1.0/me?$select=id',
  );
});

test('a mapped origin is reached where only public addresses are allowed, and nothing else on loopback is', async (t) => {
  await using net = new Net();
  await using server = await answering((_request, response) => response.end('mapped'));
  const client = net.client(
    { ...DIRECT, addresses: 'public' },
    { 'https://graph.microsoft.com': server.origin },
  );
  t.is(text(await client(get('https://graph.microsoft.com/'))), 'mapped');
  await t.throwsAsync(client(get(server.origin)), { code: 'NET_ADDRESS_REFUSED' });
});

for (const host of [
  '127.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '169.254.169.254',
  '0x7f.1',
  '2130706433',
]) {
  test(`http://${host}/ is refused where only public addresses are allowed`, async (t) => {
    await using net = new Net();
    const client = net.client({ ...DIRECT, addresses: 'public' });
    await t.throwsAsync(client(get(`http://${host}/`)), { code: 'NET_ADDRESS_REFUSED' });
  });
}

test('equal routes share one dispatcher and others do not', async (t) => {
  await using net = new Net();
  await using server = await answering((_request, response) => response.end());
  await net.client(DIRECT)(get(server.origin));
  await net.client({ ...DIRECT })(get(server.origin));
  t.is(net.size, 1);
  const proxied = {
    ...DIRECT,
    proxy: { kind: 'connect', host: '127.0.0.1', port: server.port, credentials: null },
  } as const;
  await t.throwsAsync(net.client(proxied)(get(server.origin)));
  t.is(net.size, 2);
});

test('disposing closes every connection', async (t) => {
  const net = new Net();
  let closed = 0;
  const gone = Promise.withResolvers<void>();
  await using server = await answering((request, response) => {
    request.socket.on('close', () => {
      closed++;
      gone.resolve();
    });
    response.end();
  });
  await net.client(DIRECT)(get(server.origin));
  await net[Symbol.asyncDispose]();
  await gone.promise;
  t.is(closed, 1);
  t.is(net.size, 0);
});

test('an error tells host and cause, never path, query or headers', async (t) => {
  await using net = new Net();
  const request = get('http://127.0.0.1:1/secret-path?code=secret-query', {
    headers: { authorization: 'Bearer secret-token' },
  });
  const error = await t.throwsAsync(net.client(DIRECT)(request));
  t.regex(error?.message ?? '', /127\.0\.0\.1:1/);
  t.notRegex(error?.message ?? '', /secret/);
});
