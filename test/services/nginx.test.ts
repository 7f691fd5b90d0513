import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

import test from 'ava';
import type { ExecutionContext } from 'ava';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { Agent } from 'undici';

import { certificateFiles } from '../_support/certificate.ts';
import { startGateway } from '../_support/gateway-server.ts';
import type { Reply, SendOptions, TestGateway } from '../_support/gateway-server.ts';
import { listen } from '../_support/loopback.ts';
import { startNginx } from '../_support/nginx.ts';
import type { Places } from '../_support/nginx.ts';
import { FORWARD, METHOD, newSession, principal } from '../_support/people.ts';

/** What the application was asked. */
interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Site {
  readonly gateway: TestGateway;
  /** Every request that reached the application. */
  readonly asked: Asked[];
  /** Asks as a browser does, through nginx. */
  readonly ask: (path: string, options?: SendOptions) => Promise<Reply>;
}

/** The gateway and an application behind nginx, as `deploy/nginx/entrada.conf` puts them. */
async function site(t: ExecutionContext, edits: Places['edits'] = []): Promise<Site> {
  const gateway = await startGateway(t, { server: { tls: 'off', trustedProxies: ['127.0.0.1'] } });
  const asked: Asked[] = [];
  const application = await listen(
    createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const { method = '', url = '', headers } = request;
      asked.push({ method, url, headers, body });
      response.end('the application');
    }),
  );
  t.teardown(() => application[Symbol.asyncDispose]());
  const tls = await certificateFiles(t, ['files.example.com']);
  const places = { entrada: gateway.port, application: application.port, tls, edits };
  return { gateway, asked, ask: browser(t, await startNginx(t, places), tls.ca) };
}

function browser(t: ExecutionContext, port: number, ca: string): Site['ask'] {
  const agent = new Agent({ connect: { ca, servername: 'files.example.com' } });
  t.teardown(() => agent.destroy());
  return async (path, { method = 'GET', headers = {}, body = null } = {}) => {
    const reply = await agent.request({
      origin: `https://127.0.0.1:${port}`,
      path,
      method,
      headers: { host: 'files.example.com', ...headers },
      body,
    });
    const flat = Object.entries(reply.headers).map(
      ([name, value]) => [name, String(value)] as const,
    );
    const cookies = [reply.headers['set-cookie'] ?? []].flat();
    return {
      status: reply.statusCode,
      headers: Object.fromEntries(flat),
      cookies,
      body: await reply.body.text(),
    };
  };
}

/** A person with a session for applications. */
const signedIn = ({ gateway }: Site, more = {}): Promise<string> =>
  gateway.signIn({ service: FORWARD, principal: principal(more) });

test('a stranger is sent to sign in, and does not reach the application', async (t) => {
  const here = await site(t);
  const reply = await here.ask('/app/page?a=1&b=%2F');
  t.is(reply.status, 302);
  t.is(reply.headers['location'], '/auth/start?rd=/app/page?a=1&b=%2F');
  t.deepEqual(here.asked, []);
});

test('from the application through the sign-in and back', async (t) => {
  const here = await site(t);
  const { flow, sessions, store } = here.gateway;
  const first = await here.ask('/app/page?a=1&b=2');
  const start = await here.ask(first.headers['location'] ?? '');
  t.true(start.headers['location']?.startsWith('https://login.microsoftonline.com/'));
  t.is(flow.begun[0]?.returnTo, '/app/page?a=1&b=2');
  flow.next = async () => {
    const { cookie, changes } = sessions.create(newSession({ service: FORWARD }));
    await store.commit(changes);
    const { returnTo = '/' } = flow.begun[0] ?? {};
    return {
      outcome: 'allowed',
      id: 'x',
      service: FORWARD,
      returnTo,
      cookie,
      clear: '__Host-entrada-tx-test',
    };
  };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const callback = await here.ask(`/?redirect-${METHOD}`, {
    method: 'POST',
    body: 'state=s',
    headers,
  });
  t.is(callback.headers['location'], '/app/page?a=1&b=2');
  const cookie = callback.cookies[0]?.split(';')[0] ?? '';
  const page = await here.ask(callback.headers['location'] ?? '', { headers: { cookie } });
  t.is(page.body, 'the application');
  t.is(here.asked[0]?.url, '/app/page?a=1&b=2');
});

test('the application is told who it is', async (t) => {
  const here = await site(t);
  const cookie = await signedIn(here, {
    groups: [{ id: '1', name: 'Zoë, Staff' }],
    roles: [{ id: '2', name: 'Auditor' }],
  });
  t.is((await here.ask('/app/', { headers: { cookie } })).status, 200);
  const { headers } = here.asked[0]!;
  t.is(headers['x-auth-request-user'], 'ada');
  t.is(headers['x-auth-request-preferred-username'], 'ada@contoso.example');
  t.is(headers['x-auth-request-email'], 'ada.lovelace@contoso.example');
  t.is(headers['x-auth-request-groups'], 'Zo%C3%AB%2C%20Staff');
  t.is(headers['x-auth-request-roles'], 'Auditor');
});

test('what a client says of itself never reaches the application', async (t) => {
  const here = await site(t);
  const { email: _email, upn: _upn, ...bare } = principal({ groups: [], roles: [] });
  const cookie = await here.gateway.signIn({ service: FORWARD, principal: bare });
  const forged = ['User', 'Preferred-Username', 'Email', 'Groups', 'Roles', 'Jwt'].flatMap(
    (name) => [
      [`X-Auth-Request-${name}`, 'forged'],
      [`X_Auth_Request_${name.replace('-', '_')}`, 'forged'],
    ],
  );
  const headers = { cookie, ...Object.fromEntries(forged), 'x-forwarded-for': '1.2.3.4' };
  await here.ask('/app/', { headers });
  const told = Object.entries(here.asked[0]!.headers);
  t.deepEqual(
    told.filter(([, value]) => value === 'forged' || value === '1.2.3.4'),
    [],
  );
  t.is(here.asked[0]!.headers['x-auth-request-user'], 'ada');
  t.is(here.asked[0]!.headers['x-auth-request-roles'], undefined);
});

test('the application gets its own cookies, and none of Entrada’s sessions', async (t) => {
  const here = await site(t);
  const cookie = await signedIn(here);
  const all = [
    [`a=1; ${cookie}; b=2`, 'a=1; b=2'],
    [`${cookie}; b=2`, 'b=2'],
    [`a=1; ${cookie}`, 'a=1;'],
    [
      `__Host-entrada-file-browser=x; a=1; ${cookie}; __Host-entrada-management-console=y; b=2`,
      'a=1; b=2',
    ],
    [cookie, undefined],
  ] as const;
  for (const [sent, got] of all) {
    t.is((await here.ask('/app/', { headers: { cookie: sent } })).status, 200, sent);
    t.is(here.asked.at(-1)?.headers.cookie, got);
  }
});

test('an ended session is sent to sign in again', async (t) => {
  const here = await site(t);
  const cookie = await signedIn(here);
  t.is((await here.ask('/app/', { headers: { cookie } })).status, 200);
  const { sessions } = await here.gateway.sessions.list({ limit: 1 });
  await here.gateway.sessions.end(sessions[0]!.session.id, 'revoked');
  t.is((await here.ask('/app/', { headers: { cookie } })).status, 302);
});

for (const mode of ['cors', 'no-cors', 'same-origin', 'websocket']) {
  test(`a script that asks by ${mode} gets 401 and no redirect`, async (t) => {
    const here = await site(t);
    const reply = await here.ask('/app/api', { headers: { 'sec-fetch-mode': mode } });
    t.is(reply.status, 401);
    t.is(reply.headers['location'], undefined);
  });
}

test('who is in none of the groups gets 403', async (t) => {
  const edit = [
    'proxy_pass http://entrada/auth/verify;',
    'proxy_pass http://entrada/auth/verify?allowed_groups=Legal,Finance;',
  ] as const;
  const here = await site(t, [edit]);
  const [stranger, member] = [
    await signedIn(here),
    await signedIn(here, { groups: [{ id: '1', name: 'Finance' }] }),
  ];
  t.is((await here.ask('/app/', { headers: { cookie: stranger } })).status, 403);
  t.deepEqual(here.asked, []);
  t.is((await here.ask('/app/', { headers: { cookie: member } })).status, 200);
  t.is((await here.ask('/app/')).status, 302);
});

test('a check that asks for what Entrada does not know lets nobody pass', async (t) => {
  const edit = [
    'proxy_pass http://entrada/auth/verify;',
    'proxy_pass http://entrada/auth/verify?allowed_emails=x;',
  ] as const;
  const here = await site(t, [edit]);
  const cookie = await signedIn(here);
  t.is((await here.ask('/app/', { headers: { cookie } })).status, 500);
  t.deepEqual(here.asked, []);
});

test('when the gateway is down nobody passes', async (t) => {
  const here = await site(t);
  const cookie = await signedIn(here);
  await here.gateway.close();
  t.true((await here.ask('/app/', { headers: { cookie } })).status >= 500);
  t.deepEqual(here.asked, []);
});

test('the check cannot be asked from outside', async (t) => {
  const here = await site(t);
  const cookie = await signedIn(here);
  t.is((await here.ask('/_entrada/verify', { headers: { cookie } })).status, 404);
});

test('a form that is sent to the application arrives whole', async (t) => {
  const here = await site(t);
  const cookie = await signedIn(here);
  const body = 'x'.repeat(100_000);
  t.is((await here.ask('/app/save', { method: 'POST', body, headers: { cookie } })).status, 200);
  t.is(here.asked[0]?.method, 'POST');
  t.is(here.asked[0]?.body.length, 100_000);
});

test('the application can check the signed identity with the published keys', async (t) => {
  const here = await site(t);
  const cookie = await signedIn(here);
  await here.ask('/app/', { headers: { cookie } });
  const keys = createLocalJWKSet(JSON.parse((await here.ask('/auth/jwks.json')).body));
  const jwt = String(here.asked[0]?.headers['x-auth-request-jwt']);
  const options = {
    audience: 'https://files.example.com',
    currentDate: new Date(here.gateway.clock.now),
  };
  t.is((await jwtVerify(jwt, keys, options)).payload['preferred_username'], 'ada');
});

test('the gateway sees the address of the person, not of nginx, nor what a client says', async (t) => {
  const here = await site(t);
  await here.ask('/auth/start', { headers: { 'x-forwarded-for': '1.2.3.4' } });
  t.is(here.gateway.flow.begun[0]?.address, '127.0.0.1');
});

test('pages of the gateway come through with their headers', async (t) => {
  const here = await site(t);
  const reply = await here.ask('/__chsps__/login');
  t.is(reply.status, 200);
  t.true(reply.headers['content-security-policy']?.startsWith("default-src 'none'"));
});
