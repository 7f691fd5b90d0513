import { join } from 'node:path';

import test from 'ava';
import type { ExecutionContext } from 'ava';
import { createLocalJWKSet, jwtVerify } from 'jose';

import type { ExtensionConfig, StoreKey } from '../../src/config/config.ts';
import { createIdentitySigner } from '../../src/server/identity-signer.ts';
import type { SessionPrincipal } from '../../src/session/session.ts';
import { ORIGIN, startGateway } from '../_support/gateway-server.ts';
import type { GatewaySettings, Reply, TestGateway } from '../_support/gateway-server.ts';
import type { Kind } from '../../src/store/store.ts';
import { openTestStore, storeKey, testClock } from '../_support/open-store.ts';
import { ADA, FILES, FORWARD, METHOD, method, principal, TENANT } from '../_support/people.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const VERIFY = '/auth/verify';

/** A gateway where Ada is signed in for applications; answers what a check of hers says. */
async function check(
  t: ExecutionContext,
  more: Partial<SessionPrincipal> = {},
  path: string = VERIFY,
  settings: GatewaySettings = {},
): Promise<Reply> {
  const gateway = await startGateway(t, settings);
  const cookie = await gateway.signIn({ service: FORWARD, principal: principal(more) });
  return gateway.send(path, { headers: { cookie } });
}

/** The `X-Auth-Request-*` headers, without the JWT. */
function identity({ headers }: Reply): Record<string, string> {
  const names = Object.keys(headers).filter((name) => name.startsWith('x-auth-request-'));
  const found = names.map((name) => [name, headers[name] ?? ''] as const);
  return Object.fromEntries(found.filter(([name]) => name !== 'x-auth-request-jwt'));
}

const extension = (headers: readonly string[]): ExtensionConfig => ({
  source: '/x',
  integrity: null,
  mode: 'enforce',
  appliesTo: [],
  grant: {
    tokens: [],
    fetch: [],
    secrets: {},
    enrich: {
      groups: [],
      roles: [],
      claims: [],
      username: false,
      home: false,
      session: false,
      headers,
    },
    sessions: { end: false },
  },
  config: {},
  limits: {},
  onFailure: {} as ExtensionConfig['onFailure'],
});

test('a check of a session says who it is', async (t) => {
  const roles = [
    { id: 'r', name: 'Auditor' },
    { id: 's', name: 'Keeper' },
  ];
  const reply = await check(t, { roles });
  t.is(reply.status, 200);
  t.is(reply.body, '');
  t.is(reply.headers['cache-control'], 'no-store');
  t.deepEqual(identity(reply), {
    'x-auth-request-user': 'ada',
    'x-auth-request-preferred-username': 'ada@contoso.example',
    'x-auth-request-email': 'ada.lovelace@contoso.example',
    'x-auth-request-groups': 'Staff',
    'x-auth-request-roles': 'Auditor,Keeper',
  });
});

test('every header comes always, empty when there is nothing to say', async (t) => {
  const settings = {
    config: { extensions: [extension(['X-Cost-Center', 'x-auth-request-user'])] },
  };
  const gateway = await startGateway(t, settings);
  const {
    email: _email,
    upn: _upn,
    ...bare
  } = principal({ groups: [], headers: { 'x-auth-request-user': 'root' } });
  const cookie = await gateway.signIn({ service: FORWARD, principal: bare });
  const reply = await gateway.send(VERIFY, { headers: { cookie } });
  t.deepEqual(identity(reply), {
    'x-auth-request-user': 'ada',
    'x-auth-request-preferred-username': '',
    'x-auth-request-email': '',
    'x-auth-request-groups': '',
    'x-auth-request-roles': '',
  });
  t.is(reply.headers['x-cost-center'], '');
});

test('headers of extensions come when they were granted, and only then', async (t) => {
  const settings = { config: { extensions: [extension(['X-Cost-Center'])] } };
  const headers = { 'x-cost-center': '42 ä', 'x-not-granted': '1' };
  const reply = await check(t, { headers }, VERIFY, settings);
  t.is(reply.headers['x-cost-center'], '42%20%C3%A4');
  t.is(reply.headers['x-not-granted'], undefined);
});

const names: readonly (readonly [string, string])[] = [
  ['Finance', 'Finance'],
  ['Zoë', 'Zo%C3%AB'],
  ['a,b', 'a%2Cb'],
  ['100%', '100%25'],
  ['two words', 'two%20words'],
  ['line\r\nX-Evil: 1', 'line%0D%0AX-Evil:%201'],
  ['日本', '%E6%97%A5%E6%9C%AC'],
  ['\ud800', '%EF%BF%BD'],
  ['a@b.example', 'a@b.example'],
];

for (const [name, header] of names) {
  test(`the group ${JSON.stringify(name)} is written ${header}`, async (t) => {
    const groups = [
      { id: '1', name },
      { id: '2', name: 'Z' },
    ];
    const reply = await check(t, { groups });
    const written = reply.headers['x-auth-request-groups'] ?? '';
    t.is(written, `${header},Z`);
    t.is(decodeURIComponent(written.split(',')[0]!), name.toWellFormed());
    t.is(reply.headers['x-evil'], undefined);
  });
}

test('without a session a check is 401 and says nothing of anybody', async (t) => {
  const gateway = await startGateway(t);
  const reply = await gateway.send(VERIFY);
  t.is(reply.status, 401);
  t.deepEqual(identity(reply), {});
  t.is(reply.headers['x-entrada-code'], 'SERVER_SIGN_IN_NEEDED');
});

test('a session of the file browser is none for applications', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn({ service: FILES });
  t.is((await gateway.send(VERIFY, { headers: { cookie } })).status, 401);
  const renamed = cookie.replace('file-browser', 'forward-auth');
  t.is((await gateway.send(VERIFY, { headers: { cookie: renamed } })).status, 401);
});

test('an ended session is 401 at once', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn({ service: FORWARD });
  const status = async (): Promise<number> =>
    (await gateway.send(VERIFY, { headers: { cookie } })).status;
  t.is(await status(), 200);
  const [found] = (await gateway.sessions.list({ limit: 1 })).sessions;
  await gateway.sessions.end(found!.session.id, 'revoked');
  t.is(await status(), 401);
});

const groupId = principal().groups[0]!.id;
const entraGroupId = principal().entraGroups[0]!.oid;

const rules: readonly (readonly [query: string, status: number])[] = [
  ['allowed_groups=Staff', 200],
  ['allowed_groups=Other,Staff', 200],
  [`allowed_groups=${groupId}`, 200],
  [`allowed_groups=${entraGroupId}`, 200],
  ['allowed_groups=Other&allowed_groups=Staff', 200],
  ['allowed_groups=Other', 403],
  ['allowed_groups=staff', 403],
  ['allowed_groups=Engineers', 403],
  ['allowed_groups=', 403],
  ['allowed_groups', 403],
  ['allowed_groups=Other%2CStaff', 403],
  ['allowed_groups=%zz', 400],
  ['allowed_emails=ada@contoso.example', 400],
  ['allowed_groups=Staff&x=1', 400],
];

for (const [query, status] of rules) {
  test(`a check with ${query} is ${status}`, async (t) => {
    t.is((await check(t, {}, `${VERIFY}?${query}`)).status, status);
  });
}

test('a group whose name has a comma or a space can be asked for', async (t) => {
  const groups = [{ id: '1', name: 'Sales, North' }];
  t.is((await check(t, { groups }, `${VERIFY}?allowed_groups=Sales%2C+North`)).status, 200);
  t.is((await check(t, { groups }, `${VERIFY}?allowed_groups=Sales%2C%20North`)).status, 200);
});

for (const verb of ['GET', 'HEAD', 'POST', 'OPTIONS', 'PROPFIND', 'DELETE']) {
  test(`a check by ${verb} is answered as any other`, async (t) => {
    const gateway = await startGateway(t);
    const cookie = await gateway.signIn({ service: FORWARD });
    t.is((await gateway.send(VERIFY, { method: verb, headers: { cookie } })).status, 200);
    t.is((await gateway.send(VERIFY, { method: verb })).status, 401);
  });
}

test('a store that does not answer is no acceptance', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn({ service: FORWARD });
  await gateway.store[Symbol.asyncDispose]();
  t.is((await gateway.send(VERIFY, { headers: { cookie } })).status, 503);
  t.truthy(gateway.lines.find(({ code }) => code === 'STORE_UNAVAILABLE'));
});

test('something that breaks in a check is 500', async (t) => {
  const identitySigner = { keys: { keys: [] }, sign: () => Promise.reject(new Error('planted')) };
  const reply = await check(t, {}, VERIFY, { options: { identity: identitySigner } });
  t.is(reply.status, 500);
  t.false(reply.body.includes('planted'));
});

test('the check costs nothing that it need not: no cookie, no policy, no line in the log', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn({ service: FORWARD });
  const before = gateway.lines.length;
  const { headers, cookies } = await gateway.send(VERIFY, { headers: { cookie } });
  t.deepEqual(cookies, []);
  t.is(headers['content-security-policy'], undefined);
  t.is(gateway.lines.length, before);
});

// ---- the signed identity --------------------------------------------------------------------------------------------

async function verified(gateway: TestGateway, jwt: string): ReturnType<typeof jwtVerify> {
  const keys = JSON.parse((await gateway.send('/auth/jwks.json')).body);
  const currentDate = new Date(gateway.clock.now);
  return jwtVerify(jwt, createLocalJWKSet(keys), {
    issuer: ORIGIN,
    audience: ORIGIN,
    algorithms: ['ES256'],
    currentDate,
  });
}

test('the signed identity verifies with the published key, and names the person', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn({ service: FORWARD });
  const { headers } = await gateway.send(VERIFY, { headers: { cookie } });
  const { payload, protectedHeader } = await verified(gateway, headers['x-auth-request-jwt'] ?? '');
  t.is(payload.sub, `${TENANT}/${ADA}`);
  t.is(payload['preferred_username'], 'ada');
  t.deepEqual(payload['groups'], ['Staff']);
  t.is(payload.exp! - payload.iat!, 300);
  t.truthy(protectedHeader.kid);
});

test('the signed identity is kept for a minute, and ends after five', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn({ service: FORWARD });
  const jwt = async (): Promise<string> =>
    (await gateway.send(VERIFY, { headers: { cookie } })).headers['x-auth-request-jwt'] ?? '';
  const first = await jwt();
  gateway.clock.now += 59_000;
  t.is(await jwt(), first);
  gateway.clock.now += 1000;
  t.not(await jwt(), first);
  gateway.clock.now += 241_000;
  await t.throwsAsync(verified(gateway, first), { code: 'ERR_JWT_EXPIRED' });
});

test('no signed identity is from the future after the clock was set back', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn({ service: FORWARD });
  const jwt = async (): Promise<string> =>
    (await gateway.send(VERIFY, { headers: { cookie } })).headers['x-auth-request-jwt'] ?? '';
  await jwt();
  gateway.clock.now -= 600_000;
  const { payload } = await verified(gateway, await jwt());
  t.is(payload.iat, gateway.clock.now / 1000);
});

test('the published keys hold nothing private', async (t) => {
  const gateway = await startGateway(t);
  const reply = await gateway.send('/auth/jwks.json');
  t.is(reply.headers['cache-control'], 'public, max-age=300');
  const { keys } = JSON.parse(reply.body);
  t.deepEqual(Object.keys(keys[0]).toSorted(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});

test('the key is made once, kept sealed, and the same after a restart', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const options = { store, clock, origin: ORIGIN };
  const both = await Promise.all([createIdentitySigner(options), createIdentitySigner(options)]);
  const later = await createIdentitySigner(options);
  const kids = [...both, later].map(({ keys }) => keys.keys[0]?.kid);
  t.is(new Set(kids).size, 1);
});

test('the key stays the same when the key that it was sealed with is exchanged and taken out', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const clock = testClock();
  const [before, after] = [storeKey('before'), storeKey('after')];
  const kidWith = async (keys: readonly StoreKey[]): Promise<string | undefined> => {
    const store = openTestStore(t, { path, clock, keys });
    const signer = await createIdentitySigner({ store, clock, origin: ORIGIN });
    return signer.keys.keys[0]?.kid;
  };
  const first = await kidWith([before]);
  t.is(await kidWith([after, before]), first);
  t.is(await kidWith([after]), first);
});

test('a store that refuses the key keeps the signer from being made', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock, keys: [] });
  const making = createIdentitySigner({ store, clock, origin: ORIGIN });
  await t.throwsAsync(making, { code: 'STORE_UNREADABLE' });
});

test('a key in the store that signs nothing keeps the signer from being made', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const kind: Kind<object> = { name: 'identity-key', sealed: true, indexes: [] };
  const value = { kty: 'oct', k: 'c2VjcmV0' };
  await store.commit([{ op: 'put', kind, id: 'es256', value, expiresAt: clock.now + 1000 }]);
  const making = createIdentitySigner({ store, clock, origin: ORIGIN });
  await t.throwsAsync(making, { instanceOf: TypeError });
});

// ---- start ----------------------------------------------------------------------------------------------------------

const pages: readonly (readonly [query: string, returnTo: string])[] = [
  ['?rd=/app/page', '/app/page'],
  ['?rd=/app/?a=1&b=2', '/app/?a=1&b=2'],
  ['?rd=%2Fapp%2F%3Fa%3D1%26b%3D2&x=y', '/app/?a=1&b=2'],
  [`?rd=${ORIGIN}/app/?a=1`, '/app/?a=1'],
  [`?rd=${encodeURIComponent(`${ORIGIN}/app/`)}`, '/app/'],
  ['?rd=https://evil.example/', '/'],
  [`?rd=${ORIGIN}.evil.example/`, '/'],
  [`?rd=${ORIGIN}//evil.example/`, '/'],
  [`?rd=${ORIGIN}@evil.example/`, '/'],
  ['?rd=//evil.example/', '/'],
  ['?rd=', '/'],
  ['', '/'],
];

for (const [query, returnTo] of pages) {
  test(`start${query} comes back to ${returnTo}`, async (t) => {
    const gateway = await startGateway(t);
    const reply = await gateway.send(`/auth/start${query}`);
    t.is(reply.status, 303);
    t.true(reply.headers['location']?.startsWith('https://login.microsoftonline.com/'));
    t.is(gateway.flow.begun[0]?.returnTo, returnTo);
    t.deepEqual(gateway.flow.begun[0]?.service, FORWARD);
  });
}

test('start takes the page from the header that proxies set', async (t) => {
  const gateway = await startGateway(t);
  const headers = { 'x-auth-request-redirect': '/app/?a=1&b=2' };
  await gateway.send('/auth/start', { headers });
  await gateway.send('/auth/start', { headers: { 'x-auth-request-redirect': '//evil.example' } });
  t.deepEqual(
    gateway.flow.begun.map(({ returnTo }) => returnTo),
    ['/app/?a=1&b=2', '/'],
  );
});

test('start leads to the sign-in page when there is no method, or a choice', async (t) => {
  const gateway = await startGateway(t, { config: { authentications: [] } });
  const reply = await gateway.send('/auth/start?rd=/app/');
  t.is(reply.headers['location'], '/__chsps__/login?service=%2Fauth&returnTo=%2Fapp%2F');
});

test('start is counted per address', async (t) => {
  const gateway = await startGateway(t, { options: { limit: { max: 1, windowMs: 60_000 } } });
  t.is((await gateway.send('/auth/start')).status, 303);
  t.is((await gateway.send('/auth/start')).status, 429);
});

// ---- oauth2-proxy's names -------------------------------------------------------------------------------------------

test('the paths of oauth2-proxy do the same', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn({ service: FORWARD });
  t.is((await gateway.send('/oauth2/auth', { headers: { cookie } })).status, 200);
  t.is((await gateway.send('/oauth2/auth')).status, 401);
  await gateway.send('/oauth2/start?rd=/app/');
  t.is(gateway.flow.begun[0]?.returnTo, '/app/');
  const page = await gateway.send('/oauth2/sign_in?rd=/app/');
  t.is(page.headers['location'], '/__chsps__/login?service=%2Fauth&returnTo=%2Fapp%2F');
  const out = await gateway.send('/oauth2/sign_out');
  t.is(out.headers['location'], '/__chsps__/logout?service=%2Fauth');
});

test('without a forward-auth service none of its paths exists', async (t) => {
  const gateway = await startGateway(t, { config: { services: [FILES] } });
  for (const path of [VERIFY, '/auth/start', '/auth/jwks.json', '/oauth2/auth', '/oauth2/start']) {
    t.is((await gateway.send(path)).status, 404, path);
  }
});

test('two forward-auth services have each their own sessions', async (t) => {
  const second = { ...FORWARD, path: '/gate', authentications: [METHOD] };
  const config = { services: [FORWARD, second], authentications: [method()] };
  const gateway = await startGateway(t, { config });
  const cookie = await gateway.signIn({ service: second });
  t.is((await gateway.send('/gate/verify', { headers: { cookie } })).status, 200);
  t.is((await gateway.send(VERIFY, { headers: { cookie } })).status, 401);
});
