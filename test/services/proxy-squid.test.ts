import { setTimeout as sleep } from 'node:timers/promises';

import test from 'ava';

import {
  createCertificateAuthority,
  createServerCertificate,
} from '../../src/emulator/certificate.ts';
import { text } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import { startSquid } from '../_support/debian-proxies.ts';
import { serveHttp, serveTcp } from '../_support/loopback.ts';
import { failureOf, get, through, until } from '../_support/proxy-route.ts';
import { serveHttps } from '../_support/tls-loopback.ts';

/** Names that squid alone knows. */
const HOSTS = { 'tenant.test': '127.0.0.1', 'login.tenant.test': '127.0.0.1' };

const JANE = ['jane@contoso%ü', 'p@s:s%wörd'] as const;

test('squid is asked by CONNECT for a name that only it knows [P2] [P3]', async (t) => {
  await using net = new Net();
  const squid = await startSquid(t, { hosts: HOSTS });
  await using server = await serveHttps(['login.tenant.test'], (_request, response) =>
    response.end('through'),
  );
  const client = net.client(through('connect', squid.port, { ca: [server.ca] }));
  const answer = await client(get(`https://login.tenant.test:${server.port}/common?a=b`));
  t.is(text(answer), 'through');
  await net[Symbol.asyncDispose]();
  await until(() => squid.log().includes(`CONNECT login.tenant.test:${server.port}`), 'the log');
  t.false(squid.log().includes('common'));
});

test('squid takes a user name and a password with @, :, % and ü [P4] [P22]', async (t) => {
  await using net = new Net();
  const squid = await startSquid(t, { hosts: HOSTS, users: { [JANE[0]]: JANE[1] } });
  const seen: object[] = [];
  await using server = await serveHttp((request, response) => {
    seen.push(request.headers);
    response.end('through');
  });
  const route = through('connect', squid.port, { credentials: JANE });
  t.is(text(await net.client(route)(get(`http://tenant.test:${server.port}/`))), 'through');
  t.false(JSON.stringify(seen).toLowerCase().includes('proxy-authorization'));
});

test('squid wants credentials where there are none, or other ones, and says so [P5] [P6]', async (t) => {
  await using net = new Net();
  const squid = await startSquid(t, { hosts: HOSTS, users: { jane: 'right-password' } });
  await using server = await serveHttp((_request, response) => response.end('through'));
  for (const scheme of ['http', 'https']) {
    const request = get(`${scheme}://tenant.test:${server.port}/`);
    const without = await failureOf(net.client(through('connect', squid.port))(request));
    t.like(without, { code: 'NET_PROXY', proxyStatus: 407 });
    t.regex(without.next ?? '', /Put a user name/);
    const credentials = ['jane', 'wrong-password'] as const;
    const wrong = await failureOf(
      net.client(through('connect', squid.port, { credentials }))(request),
    );
    t.like(wrong, { code: 'NET_PROXY', proxyStatus: 407 });
    t.regex(wrong.next ?? '', /Check the user name/);
  }
});

test('when a password is rotated, the old one is refused and the new one is taken [P5]', async (t) => {
  await using net = new Net();
  const squid = await startSquid(t, { hosts: HOSTS, users: { jane: 'first-password' } });
  await using server = await serveHttp((_request, response) => {
    response.setHeader('connection', 'close').end('through');
  });
  const request = get(`http://tenant.test:${server.port}/`);
  const withPassword = (password: string) =>
    net.client(through('connect', squid.port, { credentials: ['jane', password] }))(request);
  t.is(text(await withPassword('first-password')), 'through');
  await sleep(1_100); // the file must have another time, to the second
  squid.setUsers({ jane: 'second-password' });
  await sleep(2_100); // longer than squid believes what it looked up
  t.is((await failureOf(withPassword('first-password'))).proxyStatus, 407);
  t.is(text(await withPassword('second-password')), 'through');
});

test('what squid cannot reach is told with its status [P7]', async (t) => {
  await using net = new Net();
  const squid = await startSquid(t, { hosts: HOSTS });
  const client = net.client(through('connect', squid.port));
  const closed = await serveTcp(() => undefined);
  await closed[Symbol.asyncDispose]();
  for (const host of [`tenant.test:${closed.port}`, 'nowhere.invalid']) {
    const error = await failureOf(client(get(`https://${host}/`, { timeoutMs: 20_000 })));
    t.is(error.code, 'NET_PROXY', host);
    t.true((error.proxyStatus ?? 0) >= 500, host);
    t.true(error.mayDetour, host);
  }
});

test('a squid that inspects TLS is not believed, until its authority is trusted [12] [P11]', async (t) => {
  await using net = new Net();
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('seen by squid'),
  );
  const inspector = await createCertificateAuthority('Corporate inspection');
  const inspect = { ...inspector, trusts: server.ca };
  const squid = await startSquid(t, { hosts: HOSTS, inspect });
  const request = get(`https://tenant.test:${server.port}/`, { timeoutMs: 20_000 });
  for (const ca of [[], [server.ca]]) {
    const error = await failureOf(net.client(through('connect', squid.port, { ca }))(request));
    t.is(error.code, 'NET_TLS');
    t.regex(error.next ?? '', /inspects TLS.*tls_trusted_certificates/);
  }
  const trusting = through('connect', squid.port, { ca: [inspector.certificate] });
  t.is(text(await net.client(trusting)(request)), 'seen by squid');
});

test('a squid that is reached over TLS is believed by its authority and its name alone [P12]', async (t) => {
  await using net = new Net();
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('through'),
  );
  const authority = await createCertificateAuthority('Proxies');
  const tls = await createServerCertificate(authority, ['127.0.0.1', 'proxy.localhost']);
  const squid = await startSquid(t, { hosts: HOSTS, tls });
  const request = get(`https://tenant.test:${server.port}/`);
  const ca = [authority.certificate, server.ca];
  const good = through('connect-tls', squid.port, { ca });
  t.is(text(await net.client(good)(request)), 'through');
  const named = { ...good, proxy: { ...good.proxy, host: 'proxy.localhost' } as typeof good.proxy };
  t.is(text(await net.client(named)(request)), 'through');

  const untrusted = through('connect-tls', squid.port, { ca: [server.ca] });
  const stranger = await failureOf(net.client(untrusted)(request));
  t.is(stranger.code, 'NET_PROXY');
  t.regex(stranger.next ?? '', /tls_trusted_certificates/);

  const misnamed = {
    ...good,
    proxy: { ...good.proxy, host: 'other.localhost' } as typeof good.proxy,
  };
  const wrongName = await failureOf(net.client(misnamed)(request));
  t.is(wrongName.code, 'NET_PROXY');
  t.regex(wrongName.next ?? '', /name that stands in its certificate/);
});

test('credentials reach a squid behind TLS, too [P4] [P12]', async (t) => {
  await using net = new Net();
  await using server = await serveHttp((_request, response) => response.end('through'));
  const authority = await createCertificateAuthority('Proxies');
  const tls = await createServerCertificate(authority, ['127.0.0.1']);
  const squid = await startSquid(t, { hosts: HOSTS, tls, users: { [JANE[0]]: JANE[1] } });
  const request = get(`http://tenant.test:${server.port}/`);
  const ca = [authority.certificate];
  const client = net.client(through('connect-tls', squid.port, { ca, credentials: JANE }));
  t.is(text(await client(request)), 'through');
  const without = await failureOf(net.client(through('connect-tls', squid.port, { ca }))(request));
  t.is(without.proxyStatus, 407);
});

test('a squid that speaks TLS is no proxy for http://, and one that does not is none for https:// [P10] [P12]', async (t) => {
  await using net = new Net();
  const tls = await createServerCertificate(await createCertificateAuthority(), ['127.0.0.1']);
  const [secure, plain] = [await startSquid(t, { tls }), await startSquid(t)];
  for (const route of [through('connect', secure.port), through('connect-tls', plain.port)]) {
    const error = await failureOf(net.client(route)(get('https://tenant.test/')));
    t.is(error.code, 'NET_PROXY');
    t.truthy(error.next);
  }
});

test('connections through squid are kept, and made anew when squid was started again [P19]', async (t) => {
  await using net = new Net();
  const squid = await startSquid(t, { hosts: HOSTS });
  await using server = await serveHttps(['tenant.test'], (_request, response) =>
    response.end('ok'),
  );
  const client = net.client(through('connect', squid.port, { ca: [server.ca] }));
  const request = get(`https://tenant.test:${server.port}/`);
  const sockets = new Set<unknown>();
  for (let calls = 0; calls < 5; calls++) {
    await client(request);
    sockets.add(server.requests.at(-1)?.socket);
    await sleep(20);
  }
  t.is(sockets.size, 1);
  await squid.restart();
  t.is(text(await client({ ...request, method: 'POST', body: 'code=once' })), 'ok');
  t.is(server.requests.length, 6);
});

test('a redirect of the target is not followed through squid [P24]', async (t) => {
  await using net = new Net();
  const squid = await startSquid(t, { hosts: HOSTS });
  let calls = 0;
  await using server = await serveHttp((_request, response) => {
    calls++;
    response.writeHead(302, { location: `http://login.tenant.test/` }).end();
  });
  const client = net.client(through('connect', squid.port));
  t.is((await client(get(`http://tenant.test:${server.port}/`))).status, 302);
  t.is(calls, 1);
});

test('a hundred requests at once through squid all come back, each with its own answer [P21]', async (t) => {
  await using net = new Net();
  const squid = await startSquid(t, { hosts: HOSTS, users: { jane: 'right-password' } });
  await using server = await serveHttps(['tenant.test'], (request, response) =>
    response.end(request.url),
  );
  const credentials = ['jane', 'right-password'] as const;
  const client = net.client(through('connect', squid.port, { credentials, ca: [server.ca] }));
  const paths = Array.from({ length: 100 }, (_, index) => `/${index}`);
  const answers = await Promise.all(
    paths.map((path) =>
      client(get(`https://tenant.test:${server.port}${path}`, { timeoutMs: 20_000 })),
    ),
  );
  t.deepEqual(answers.map(text), paths);
});
