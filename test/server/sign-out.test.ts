import test from 'ava';
import type { ExecutionContext } from 'ava';

import { startGateway } from '../_support/gateway-server.ts';
import type { SendOptions, TestGateway } from '../_support/gateway-server.ts';
import { CONSOLE, FILES, method, newSession, TENANT } from '../_support/people.ts';

const LOGOUT = '/__chsps__/logout';
const SID = newSession().sid!;

const post = (cookie: string, body = '', headers: Record<string, string> = {}): SendOptions => ({
  method: 'POST',
  body,
  headers: {
    cookie,
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
    ...headers,
  },
});

const valueOf = (cookie: string): string => cookie.slice(cookie.indexOf('=') + 1);

async function isAlive(gateway: TestGateway, cookie: string): Promise<boolean> {
  const service = cookie.includes('console') ? CONSOLE : FILES;
  return (await gateway.sessions.check(service, valueOf(cookie))) !== undefined;
}

test('signing out ends the session of the service, clears its cookie and says so', async (t) => {
  const gateway = await startGateway(t);
  const [files, other] = [await gateway.signIn(), await gateway.signIn({ service: CONSOLE })];
  const reply = await gateway.send(LOGOUT, post(`${files}; ${other}`, 'service=%2F'));
  t.is(reply.status, 303);
  t.is(reply.headers['location'], '/__chsps__/login?service=%2F&signedOut=');
  t.is(reply.cookies.length, 1);
  t.regex(reply.cookies[0] ?? '', /^__Host-entrada-file-browser=; .*SameSite=Lax/);
  t.false(await isAlive(gateway, files));
  t.true(await isAlive(gateway, other));
  t.true((await gateway.send('/__chsps__/login?signedOut=')).body.includes('You are signed out'));
});

test('signing out without a service ends the sessions of all', async (t) => {
  const gateway = await startGateway(t);
  const [files, other] = [await gateway.signIn(), await gateway.signIn({ service: CONSOLE })];
  const reply = await gateway.send(LOGOUT, post(`${files}; ${other}`));
  t.is(reply.cookies.length, 3);
  t.deepEqual([await isAlive(gateway, files), await isAlive(gateway, other)], [false, false]);
});

test('a program is told how many sessions ended', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn();
  const reply = await gateway.send(LOGOUT, post(cookie, '', { accept: 'application/json' }));
  t.is(reply.status, 200);
  t.deepEqual(JSON.parse(reply.body), { ended: 1 });
});

test('signing out of another session is not possible, and of none does nothing', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn();
  const reply = await gateway.send(LOGOUT, post(`__Host-entrada-file-browser=${'A'.repeat(43)}`));
  t.is(reply.status, 303);
  t.true(await isAlive(gateway, cookie));
});

test('an unknown service ends nothing', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn();
  t.is((await gateway.send(LOGOUT, post(cookie, 'service=%2Fnope'))).status, 303);
  t.true(await isAlive(gateway, cookie));
  t.is((await gateway.send(LOGOUT, post(cookie, 'service=%2F&service=%2Fconsole'))).status, 400);
});

const origins: readonly (readonly [string, Record<string, string>, number])[] = [
  ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a page of another subdomain', { 'sec-fetch-site': 'same-site' }, 403],
  ['no page', { 'sec-fetch-site': 'none' }, 403],
  ['an older browser on our page', { origin: 'https://files.example.com' }, 303],
  ['an older browser on another page', { origin: 'https://evil.example' }, 403],
  ['an older browser that does not say', { origin: 'null' }, 403],
  ['a client that says nothing', {}, 403],
  [
    'another site with our Origin',
    { 'sec-fetch-site': 'cross-site', origin: 'https://files.example.com' },
    403,
  ],
];

for (const [who, headers, status] of origins) {
  test(`a sign-out by ${who} gets ${status} [83]`, async (t) => {
    const gateway = await startGateway(t);
    const cookie = await gateway.signIn();
    const options = { method: 'POST', headers: { cookie, ...headers } };
    t.is((await gateway.send(LOGOUT, options)).status, status);
    t.is(await isAlive(gateway, cookie), status === 403);
  });
}

test('a link to sign out asks first [83]', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn();
  const reply = await gateway.send(`${LOGOUT}?service=%2F`, { headers: { cookie } });
  t.is(reply.status, 200);
  t.true(reply.body.includes(`<form method="post" action="${LOGOUT}">`));
  t.regex(reply.body, /<input type="hidden" name="service" value="\/" \/>/);
  t.deepEqual(reply.cookies, []);
  t.true(await isAlive(gateway, cookie));
});

test('whoever is not signed in is asked, and told nothing else [82] [N135]', async (t) => {
  const gateway = await startGateway(t);
  const alive = await gateway.signIn();
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' };
  const reply = await gateway.send(LOGOUT, { headers });
  t.is(reply.status, 200);
  t.deepEqual(reply.cookies, []);
  t.true(await isAlive(gateway, alive));
});

test('a logout token changes nothing: there is no back channel [86]', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn();
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'logout_token=e30.e30.e30',
  };
  for (const path of [LOGOUT, '/__chsps__/backchannel-logout', '/backchannel_logout']) {
    const { status } = await gateway.send(path, options);
    t.true(status === 403 || status === 404 || status === 400, `${path}: ${status}`);
  }
  t.true(await isAlive(gateway, cookie));
});

// ---- Entra's front channel -----------------------------------------------------------------------------------------

/** Asks as Entra's hidden frame does: from another site, without cookies. */
async function frontChannel(
  t: ExecutionContext,
  query: string,
): Promise<{ alive: boolean; reply: Awaited<ReturnType<TestGateway['send']>> }> {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn();
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' };
  const reply = await gateway.send(`${LOGOUT}?${query}`, { headers });
  return { reply, alive: await isAlive(gateway, cookie) };
}

const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;

const frontChannels: readonly (readonly [what: string, query: string, alive: boolean])[] = [
  ['sid alone, as Entra sends it', `sid=${SID}`, false],
  ['sid and the right issuer', `sid=${SID}&iss=${encodeURIComponent(ISSUER)}`, false],
  [
    'an issuer of another tenant',
    `sid=${SID}&iss=${encodeURIComponent(ISSUER.replace('8b1f', '9b1f'))}`,
    true,
  ],
  [
    'an issuer of another host',
    `sid=${SID}&iss=${encodeURIComponent(ISSUER.replace('login.', 'login-'))}`,
    true,
  ],
  [
    'an issuer that only begins as ours',
    `sid=${SID}&iss=${encodeURIComponent(`${ISSUER}/x`)}`,
    true,
  ],
  ['an empty issuer', `sid=${SID}&iss=`, true],
  ['two issuers', `sid=${SID}&iss=${encodeURIComponent(ISSUER)}&iss=x`, true],
  ['an unknown sid', 'sid=unknown', true],
  ['an empty sid', 'sid=', true],
  ['two sids', `sid=${SID}&sid=${SID}`, true],
];

for (const [what, query, alive] of frontChannels) {
  test(`front channel with ${what}: ${alive ? 'ends nothing' : 'ends the session'}, answers 200 [82] [N131] [N132] [N133]`, async (t) => {
    const result = await frontChannel(t, query);
    t.is(result.reply.status, 200);
    t.is(result.alive, alive);
  });
}

for (const [what, query, alive] of frontChannels) {
  if (!alive || query === 'sid=unknown') continue;
  test(`front channel with ${what}: is passed over, and leaves the cookies alone [82] [N133]`, async (t) => {
    const { reply } = await frontChannel(t, query);
    t.deepEqual(reply.cookies, []);
  });
}

test('front channel with an issuer, where the tenant is named by its domain: ends the session [82] [N132]', async (t) => {
  const authentications = [method({ directoryId: 'contoso.example' })];
  const gateway = await startGateway(t, { config: { authentications } });
  const cookie = await gateway.signIn();
  const reply = await gateway.send(`${LOGOUT}?sid=${SID}&iss=${encodeURIComponent(ISSUER)}`);
  t.is(reply.cookies.length, 3);
  t.false(await isAlive(gateway, cookie));
});

test('the front channel says nothing of what it found [82]', async (t) => {
  const [known, unknown] = [await frontChannel(t, `sid=${SID}`), await frontChannel(t, 'sid=no')];
  t.is(known.reply.body, unknown.reply.body);
});

test('the front channel clears cookies across sites, and may be framed by the login host alone [82] [N137]', async (t) => {
  const { reply } = await frontChannel(t, `sid=${SID}`);
  t.is(reply.cookies.length, 3);
  for (const cookie of reply.cookies)
    t.regex(cookie, /^__Host-entrada-[a-z-]+=; .*Secure; SameSite=None/);
  t.is(reply.headers['cache-control'], 'no-store');
  t.is(reply.headers['x-frame-options'], undefined);
  t.true(
    reply.headers['content-security-policy']?.endsWith(
      'frame-ancestors https://login.microsoftonline.com',
    ),
  );
});

test('an emulator of the tenant may frame the front channel in its place', async (t) => {
  const login = 'https://login.localhost:9443';
  const authentications = [method({ authority: { login, ca: null, map: {} } })];
  const gateway = await startGateway(t, { config: { authentications } });
  const { headers } = await gateway.send(`${LOGOUT}?sid=x`);
  t.true(headers['content-security-policy']?.endsWith(`frame-ancestors ${login}`));
});

test('no other page may be framed [82] [N137]', async (t) => {
  const gateway = await startGateway(t);
  for (const path of ['/', LOGOUT, '/__chsps__/login', '/nope']) {
    const { headers } = await gateway.send(path);
    t.true(headers['content-security-policy']?.endsWith("frame-ancestors 'none'"), path);
  }
});
