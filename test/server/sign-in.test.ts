import test from 'ava';

import { EntradaError } from '../../src/errors.ts';
import { startGateway, TRANSACTION } from '../_support/gateway-server.ts';
import { ADA, CONSOLE, FILES, FORWARD, METHOD, method } from '../_support/people.ts';

const LOGIN = '/__chsps__/login';
const JSON_ONLY = { headers: { accept: 'application/json' } };

test('the sign-in page has a link for each method of the service', async (t) => {
  const gateway = await startGateway(t);
  const reply = await gateway.send(`${LOGIN}?service=%2Fconsole&returnTo=%2Fconsole%3Fa%3D1`);
  t.is(reply.status, 200);
  t.is(reply.headers['content-type'], 'text/html; charset=utf-8');
  t.true(reply.body.includes('Sign in with Contoso'));
  t.true(reply.body.includes('Staff of Contoso'));
  const url = `${LOGIN}?method=${METHOD}&amp;service=%2Fconsole&amp;returnTo=%2Fconsole%3Fa%3D1`;
  t.true(reply.body.includes(`href="${url}"`), reply.body);
});

test('names of the configuration are escaped on the page', async (t) => {
  const methods = [method({ name: '<script>alert(1)</script>', description: '"&\'' })];
  const gateway = await startGateway(t, { config: { authentications: methods } });
  const { body } = await gateway.send(LOGIN);
  t.false(body.includes('<script'));
  t.true(body.includes('&quot;&amp;&#39;'));
});

test('without a service the file browser is meant', async (t) => {
  const gateway = await startGateway(t, { config: { services: [FORWARD, FILES] } });
  const { service, methods } = JSON.parse((await gateway.send(LOGIN, JSON_ONLY)).body);
  t.deepEqual(service, { type: 'file-browser', path: '/' });
  t.is(methods[0].url, `${LOGIN}?method=${METHOD}&service=%2F&returnTo=%2F`);
});

test('without a service and a file browser the first service is meant', async (t) => {
  const gateway = await startGateway(t, { config: { services: [FORWARD, CONSOLE] } });
  const { service, methods } = JSON.parse((await gateway.send(LOGIN, JSON_ONLY)).body);
  t.is(service.path, '/auth');
  t.true(methods[0].url.endsWith('returnTo=%2F'), 'forward-auth has no page of its own');
});

test('a service that does not exist has no sign-in page', async (t) => {
  const gateway = await startGateway(t);
  t.is((await gateway.send(`${LOGIN}?service=%2Fnope`)).status, 404);
});

test('a gateway without services has no sign-in page', async (t) => {
  const gateway = await startGateway(t, { config: { services: [] } });
  t.is((await gateway.send(LOGIN)).status, 404);
});

test('a service without methods says that nobody can sign in', async (t) => {
  const gateway = await startGateway(t, { config: { authentications: [] } });
  t.true((await gateway.send(LOGIN)).body.includes('Nobody can sign in'));
});

test('of several Entra methods the first one of the service counts', async (t) => {
  const second = method({ id: ADA, name: 'Fabrikam' });
  const services = [FILES, { ...CONSOLE, authentications: [ADA, METHOD] }];
  const gateway = await startGateway(t, {
    config: { authentications: [method(), second], services },
  });
  const names = async (path: string): Promise<string[]> => {
    const reply = await gateway.send(`${LOGIN}?service=${encodeURIComponent(path)}`, JSON_ONLY);
    return JSON.parse(reply.body).methods.map(({ name }: { name: string }) => name);
  };
  t.deepEqual(await names('/'), ['Contoso']);
  t.deepEqual(await names('/console'), ['Fabrikam']);
  t.is((await gateway.send(`${LOGIN}?method=${ADA}`)).status, 404);
});

test('the link begins a sign-in, bound to the browser by a cookie, and is kept by no cache [21] [24]', async (t) => {
  const gateway = await startGateway(t);
  const headers = { 'user-agent': 'a browser' };
  const query = `method=${METHOD}&service=%2Fconsole&returnTo=%2Fconsole%3Fa%3D1`;
  const reply = await gateway.send(`${LOGIN}?${query}`, { headers });
  t.is(reply.status, 303);
  t.true(reply.headers['location']?.startsWith('https://login.microsoftonline.com/'));
  t.is(reply.headers['cache-control'], 'no-store');
  t.is(reply.headers['referrer-policy'], 'no-referrer');
  t.deepEqual(reply.cookies, [
    `${TRANSACTION}=bound; Max-Age=180; Path=/; HttpOnly; Secure; SameSite=None`,
  ]);
  t.deepEqual(gateway.flow.begun, [
    {
      service: CONSOLE,
      method: METHOD,
      returnTo: '/console?a=1',
      address: '127.0.0.1',
      userAgent: 'a browser',
    },
  ]);
});

test('a browser with many stale sign-ins keeps the latest four beside the new one [21]', async (t) => {
  const gateway = await startGateway(t);
  const stale = Array.from({ length: 40 }, (_, index) => `__Host-entrada-tx-${index}`);
  const cookie = stale.map((name, index) => `${name}=${1_800_000_000 + index}.x`).join('; ');
  const reply = await gateway.send(`${LOGIN}?method=${METHOD}`, { headers: { cookie } });
  t.is(reply.status, 303);
  const removed = reply.cookies.filter((line) => /Max-Age=0|1970/.test(line));
  t.deepEqual(
    removed.map((line) => line.split('=')[0]),
    stale.slice(0, 36),
  );
  t.is(reply.cookies.length, removed.length + 1);
});

for (const [asked, given] of [
  ['%2F%2Fevil.example', '/'],
  ['https%3A%2F%2Fevil.example%2F', '/'],
  ['%2F.%2F%2Fevil.example', '/'],
  ['%2Fdocs', '/docs'],
] as const) {
  test(`returnTo=${asked} becomes ${given} [23]`, async (t) => {
    const gateway = await startGateway(t);
    await gateway.send(`${LOGIN}?method=${METHOD}&returnTo=${asked}`);
    t.is(gateway.flow.begun[0]?.returnTo, given);
  });
}

test('a method that the service does not have begins nothing', async (t) => {
  const gateway = await startGateway(t);
  t.is((await gateway.send(`${LOGIN}?method=unknown`)).status, 404);
  t.deepEqual(gateway.flow.begun, []);
});

test('a sign-in that cannot begin shows why', async (t) => {
  const gateway = await startGateway(t);
  gateway.flow.failure = new EntradaError('ENTRA_UNREACHABLE', 'planted cause');
  const reply = await gateway.send(`${LOGIN}?method=${METHOD}`);
  t.is(reply.status, 502);
  t.true(reply.body.includes('ENTRA_UNREACHABLE'));
  t.false(reply.body.includes('planted'));
  t.truthy(gateway.lines.find(({ code }) => code === 'ENTRA_UNREACHABLE'));
});

test('one address can begin so many sign-ins, and see the page as often as it likes', async (t) => {
  const gateway = await startGateway(t, { options: { limit: { max: 2, windowMs: 60_000 } } });
  const begin = (): ReturnType<typeof gateway.send> => gateway.send(`${LOGIN}?method=${METHOD}`);
  t.deepEqual([(await begin()).status, (await begin()).status], [303, 303]);
  const refused = await begin();
  t.is(refused.status, 429);
  t.true(Number(refused.headers['retry-after']) > 0);
  t.true(refused.body.includes('SERVER_RATE_LIMITED'));
  t.is((await gateway.send(LOGIN)).status, 200);
  t.is(gateway.flow.begun.length, 2);
});

test('too many pending sign-ins are refused with the time to wait', async (t) => {
  const gateway = await startGateway(t);
  gateway.flow.failure = new EntradaError('ENTRA_TOO_MANY_PENDING', 'full');
  const headers = { accept: 'application/json' };
  for (const options of [{}, { headers }]) {
    const reply = await gateway.send(`${LOGIN}?method=${METHOD}`, options);
    t.is(reply.status, 429);
    t.is(reply.headers['retry-after'], '60');
  }
});

test('addresses are counted each by itself, networks of IPv6 as one', async (t) => {
  const gateway = await startGateway(t, {
    server: { trustedProxies: ['127.0.0.1'] },
    options: { limit: { max: 1, windowMs: 60_000 } },
  });
  const from = async (address: string): Promise<number> => {
    const headers = { 'x-forwarded-for': address };
    return (await gateway.send(`${LOGIN}?method=${METHOD}`, { headers })).status;
  };
  t.is(await from('203.0.113.1'), 303);
  t.is(await from('203.0.113.2'), 303);
  t.is(await from('203.0.113.1'), 429);
  t.is(await from('2001:db8:1:2::1'), 303);
  t.is(await from('2001:db8:1:2:ffff::2'), 429);
  t.is(await from('2001:db8:1:3::1'), 303);
});

test('only GET signs in', async (t) => {
  const gateway = await startGateway(t);
  const reply = await gateway.send(LOGIN, { method: 'POST' });
  t.is(reply.status, 405);
  t.is(reply.headers['allow'], 'GET');
});
