import { inspect } from 'node:util';

import test from 'ava';

import { text } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import { type FakeSocksOptions, socksProxy, type Stage } from '../_support/fake-socks.ts';
import { serveHttp } from '../_support/loopback.ts';
import { failureOf, get, through, until } from '../_support/proxy-route.ts';
import { serveHttps } from '../_support/tls-loopback.ts';

const STAGES: readonly Stage[] = ['greeting', 'authentication', 'request'];

const JANE = ['jane@contoso', 'p@s:s%ü'] as const;

test('a name travels to a SOCKS proxy as a name, an address as an address [P3] [P13]', async (t) => {
  await using net = new Net();
  await using proxy = await socksProxy({ reply: 5 });
  const client = net.client(through('socks5', proxy.port));
  for (const host of ['tenant.test', '192.0.2.1', '[2001:db8::1]']) {
    await failureOf(client(get(`https://${host}/`)));
  }
  t.deepEqual(proxy.asked, [
    'name tenant.test:443',
    'ipv4 192.0.2.1:443',
    'ipv6 20010db8000000000000000000000001:443',
  ]);
});

test('without credentials none are offered, and with them both ways are [P13]', async (t) => {
  await using net = new Net();
  await using server = await serveHttp((_request, response) => response.end('through'));
  const url = `http://tenant.test:${server.port}/`;
  await using open = await socksProxy();
  t.is(text(await net.client(through('socks5', open.port))(get(url))), 'through');
  await using closed = await socksProxy({ method: 2 });
  const client = net.client(through('socks5', closed.port, { credentials: JANE }));
  t.is(text(await client(get(url))), 'through');
  t.deepEqual([...open.offered, ...closed.offered], ['0', '0,2']);
  t.deepEqual(closed.credentials, [JANE.join(':')]);
});

test('a user name and a password of 255 bytes each are sent whole [P14]', async (t) => {
  await using net = new Net();
  await using server = await serveHttp((_request, response) => response.end('through'));
  await using proxy = await socksProxy({ method: 2 });
  const credentials = ['ü'.repeat(127) + 'x', 'y'.repeat(255)] as const;
  const client = net.client(through('socks5', proxy.port, { credentials }));
  t.is(text(await client(get(`http://tenant.test:${server.port}/`))), 'through');
  t.deepEqual(proxy.credentials, [credentials.join(':')]);
});

test('a wrong password is a failure of the proxy that names the setting [P13]', async (t) => {
  await using net = new Net();
  await using proxy = await socksProxy({ method: 2, authentication: 1 });
  const client = net.client(through('socks5', proxy.port, { credentials: JANE }));
  const error = await failureOf(client(get('https://tenant.test/')));
  t.is(error.code, 'NET_PROXY');
  t.false(error.mayDetour);
  t.regex(error.next ?? '', /password/);
});

for (const method of [2, 255]) {
  test(`a proxy that wants credentials where there are none is a failure of the proxy, method ${method} [P13]`, async (t) => {
    await using net = new Net();
    await using proxy = await socksProxy({ method, authentication: 1 });
    const error = await failureOf(
      net.client(through('socks5', proxy.port))(get('https://tenant.test/')),
    );
    t.is(error.code, 'NET_PROXY');
    t.regex(error.next ?? '', /socks5:\/\/user:password@/);
  });
}

for (const [reply, mayDetour] of [
  [1, true],
  [2, false],
  [3, true],
  [4, true],
  [5, true],
  [6, true],
  [7, true],
  [8, true],
] as const) {
  test(`reply ${reply} of a SOCKS proxy is its status [P13]`, async (t) => {
    await using net = new Net();
    await using proxy = await socksProxy({ reply });
    const error = await failureOf(
      net.client(through('socks5', proxy.port))(get('https://tenant.test/')),
    );
    t.is(error.code, 'NET_PROXY');
    t.is(error.proxyStatus, reply);
    t.is(error.mayDetour, mayDetour);
    t.truthy(error.next);
  });
}

test('a reply that is none is a failure of the proxy [P13]', async (t) => {
  await using net = new Net();
  await using proxy = await socksProxy({ reply: 77 });
  const error = await failureOf(
    net.client(through('socks5', proxy.port))(get('https://tenant.test/')),
  );
  t.is(error.code, 'NET_PROXY');
  t.is(error.proxyStatus, null);
});

test('a slow SOCKS proxy is waited for, byte by byte [P13]', async (t) => {
  await using net = new Net();
  await using proxy = await socksProxy({ method: 2, dripMs: 15 });
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('through'),
  );
  const route = through('socks5', proxy.port, { credentials: JANE, ca: [server.ca] });
  t.is(text(await net.client(route)(get(`https://tenant.test:${server.port}/`))), 'through');
});

for (const stage of STAGES) {
  const broken: { readonly [what: string]: FakeSocksOptions } = {
    ends: { method: 2, endsAt: stage },
    'answers garbage': {
      method: 2,
      says: { [stage]: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') },
    },
  };
  for (const [what, options] of Object.entries(broken)) {
    test(`a SOCKS proxy that ${what} at its ${stage} is a failure of the proxy, at once [P8] [P10]`, async (t) => {
      await using net = new Net();
      await using proxy = await socksProxy(options);
      const client = net.client(through('socks5', proxy.port, { credentials: JANE }));
      const before = performance.now();
      const error = await failureOf(client(get('https://tenant.test/')));
      t.is(error.code, 'NET_PROXY');
      t.true(performance.now() - before < 4_000);
    });
  }

  test(`a deadline holds while a SOCKS proxy hangs at its ${stage} [P9]`, async (t) => {
    await using net = new Net();
    await using proxy = await socksProxy({ method: 2, silentAt: stage });
    const client = net.client(through('socks5', proxy.port, { credentials: JANE }));
    const error = await failureOf(client(get('https://tenant.test/', { timeoutMs: 300 })));
    t.is(error.code, 'NET_TIMEOUT');
  });

  test(`disposing ends a tunnel that hangs at its ${stage} [P20]`, async (t) => {
    const net = new Net();
    await using proxy = await socksProxy({ method: 2, silentAt: stage });
    const client = net.client(through('socks5', proxy.port, { credentials: JANE }));
    const pending = failureOf(client(get('https://tenant.test/')));
    await until(() => proxy.open === 1 && proxy.offered.length === 1);
    await net[Symbol.asyncDispose]();
    t.is((await pending).code, 'NET_ABORTED');
    await until(() => proxy.open === 0, 'the end of the connection');
    t.pass();
  });
}

test('a SOCKS proxy that hangs is named when connecting took too long [P9]', async (t) => {
  await using net = new Net();
  await using proxy = await socksProxy({ silentAt: 'request' });
  const client = net.client(through('socks5', proxy.port));
  const error = await failureOf(client(get('https://tenant.test/', { timeoutMs: 20_000 })));
  t.is(error.code, 'NET_PROXY');
  t.regex(error.message, /8000 ms/);
});

test('what a SOCKS proxy refuses tells no password, not even to who inspects the error [P18]', async (t) => {
  await using net = new Net();
  for (const options of [
    { method: 2, authentication: 1 },
    { method: 2, reply: 2 },
    { method: 255 },
  ]) {
    await using proxy = await socksProxy(options);
    const client = net.client(through('socks5', proxy.port, { credentials: JANE }));
    const error = await failureOf(client(get('https://tenant.test/')));
    const printed = inspect(error, { depth: 9, showHidden: true }) + String(error.stack);
    t.false(/jane|p@s/.test(printed), printed);
  }
});

test('limits are the same behind SOCKS as everywhere: headers of 40 KB pass, and of 70 KB do not', async (t) => {
  await using net = new Net();
  await using proxy = await socksProxy();
  await using server = await serveHttp((request, response) => {
    response.setHeader('x-large', 'x'.repeat(Number(request.url?.slice(1)))).end();
  });
  const client = net.client(through('socks5', proxy.port));
  t.is((await client(get(`http://tenant.test:${server.port}/40000`))).status, 200);
  const error = await failureOf(client(get(`http://tenant.test:${server.port}/70000`)));
  t.is(error.code, 'NET_TOO_LARGE');
});

test('connections through SOCKS are kept and used again, and HTTP/2 is not offered [P19] [P25]', async (t) => {
  await using net = new Net();
  await using proxy = await socksProxy();
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('ok'),
  );
  const client = net.client(through('socks5', proxy.port, { ca: [server.ca] }));
  for (let calls = 0; calls < 3; calls++) {
    await client(get(`https://tenant.test:${server.port}/`));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  t.is(proxy.asked.length, 1);
  t.deepEqual(server.offered, ['http/1.1']);
});
