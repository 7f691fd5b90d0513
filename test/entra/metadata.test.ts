import test from 'ava';
import { NetError } from '../../src/net/net-error.ts';
import { CONFIG, createDesk, signIn } from '../_support/entra-desk.ts';
import { createMemoryStore } from '../_support/memory-store.ts';
import { GRAPH, ISSUER, LOGIN, OTHER_TENANT, TENANT } from '../_support/entra-tokens.ts';
import { DISCOVERY, METADATA_URL } from '../_support/scripted-tenant.ts';

const DAY = 24 * 3_600_000;
const DOMAIN = 'contoso.onmicrosoft.com';
const DOMAIN_URL = `${LOGIN}/${DOMAIN}/v2.0/.well-known/openid-configuration`;

test('nothing is asked of the network before the first sign-in [7]', (t) => {
  const desk = createDesk();
  t.deepEqual(desk.tenant.requests, []);
  t.deepEqual(desk.entra.health.metadata, { loadedAt: null, failure: null });
});

test('discovery is read once, at the tenant’s own path, with limits [2] [7] [11]', async (t) => {
  const desk = createDesk();
  await Promise.all([desk.begin(), desk.begin(), desk.begin()]);
  await desk.begin();
  t.is(desk.tenant.requests.length, 1);
  t.like(desk.tenant.requests[0], { url: METADATA_URL, maxBytes: 256 * 1024, timeoutMs: 10_000 });
});

test('endpoints are taken from discovery, never built from the issuer [3]', async (t) => {
  const desk = createDesk();
  desk.tenant.discovery['authorization_endpoint'] = `${LOGIN}/elsewhere/authorize`;
  const { url } = await desk.begin();
  t.is(url.pathname, '/elsewhere/authorize');
});

test('an authorization endpoint with a query keeps it [3]', async (t) => {
  const desk = createDesk();
  desk.tenant.discovery['authorization_endpoint'] = `${LOGIN}/authorize?p=1`;
  const { url } = await desk.begin();
  t.is(url.searchParams.get('p'), '1');
  t.is(url.searchParams.get('response_mode'), 'form_post');
});

/** Members that make a discovery document one that must not be trusted. */
const REFUSED = {
  'of another tenant [4] [N126]': { issuer: `${LOGIN}/${OTHER_TENANT}/v2.0` },
  'with a trailing slash in its issuer [4] [N126]': { issuer: `${ISSUER}/` },
  'of version 1.0 [4]': { issuer: `https://sts.windows.net/${TENANT}/` },
  'with a template for a tenant [4]': { issuer: `${LOGIN}/{tenantid}/v2.0` },
  'without an issuer [4]': { issuer: undefined },
  'whose issuer is a list [4]': { issuer: [ISSUER] },
  'whose issuer is at another host [4] [N126]': { issuer: `https://evil.example/${TENANT}/v2.0` },
  'with keys at another host [6] [N127]': { jwks_uri: 'https://evil.example/keys' },
  'with a token endpoint at another host [6] [N127]': {
    token_endpoint: 'https://evil.example/token',
  },
  'with a token endpoint on http [6] [N127]': {
    token_endpoint: `http://login.microsoftonline.com/token`,
  },
  'with credentials in an endpoint [6] [N127]': {
    token_endpoint: 'https://login.microsoftonline.com@evil.example/',
  },
  'with a name in an endpoint [6]': {
    token_endpoint: 'https://jane@login.microsoftonline.com/token',
  },
  'with a fragment in an endpoint [6]': { authorization_endpoint: `${LOGIN}/authorize#x` },
  'with an empty fragment in an endpoint [6]': { authorization_endpoint: `${LOGIN}/authorize#` },
  'with a line break in an endpoint [6]': { authorization_endpoint: `${LOGIN}/a\r\nSet-Cookie: x` },
  'with a number for an endpoint [6]': { token_endpoint: 7 },
  'with another port in an endpoint [6]': { jwks_uri: `${LOGIN}:8443/keys` },
  'with userinfo at another host [6] [N127]': {
    userinfo_endpoint: 'https://evil.example/userinfo',
  },
  'with logout at another host [6] [N127]': { end_session_endpoint: 'https://evil.example/logout' },
  'with login at Graph’s host [6]': { token_endpoint: `${GRAPH}/token` },
  'without keys [6]': { jwks_uri: undefined },
  'without a token endpoint [6]': { token_endpoint: undefined },
  'without an authorization endpoint [6]': { authorization_endpoint: undefined },
};

for (const [title, members] of Object.entries(REFUSED)) {
  test(`a discovery document is refused ${title}`, async (t) => {
    const desk = createDesk();
    Object.assign(desk.tenant.discovery, members);
    await t.throwsAsync(desk.begin(), { code: 'ENTRA_METADATA_REFUSED' });
    t.like(desk.entra.health.metadata, { loadedAt: null });
  });

  test(`the last good document goes on when the next is refused ${title}`, async (t) => {
    const desk = createDesk();
    await desk.begin();
    Object.assign(desk.tenant.discovery, members);
    desk.now += DAY;
    await desk.begin();
    await t.notThrowsAsync(signIn(desk));
    t.like(desk.entra.health.metadata.failure, { code: 'ENTRA_METADATA_REFUSED' });
  });
}

test('a document may lose and gain members that are not used [N129]', async (t) => {
  const desk = createDesk();
  delete desk.tenant.discovery['response_types_supported'];
  desk.tenant.discovery['brand_new_endpoint'] = 'https://elsewhere.example/';
  desk.tenant.discovery['mtls_endpoint_aliases'] = { token_endpoint: 'https://mtls.example/' };
  await t.notThrowsAsync(signIn(desk));
});

test('a document is served for a day, then renewed in the background [7]', async (t) => {
  const desk = createDesk();
  await desk.begin();
  desk.now += DAY - 1;
  await desk.begin();
  t.is(desk.tenant.requests.length, 1);
  desk.now += 1;
  desk.tenant.discovery['authorization_endpoint'] = `${LOGIN}/renewed`;
  t.not((await desk.begin()).url.pathname, '/renewed', 'nobody waits for it');
  t.is((await desk.begin()).url.pathname, '/renewed');
});

test('a failing renewal is tried once a minute, not with each sign-in [7]', async (t) => {
  const desk = createDesk();
  await desk.begin();
  desk.tenant.on(METADATA_URL, { status: 500, json: {} });
  desk.now += DAY;
  for (let index = 0; index < 10; index++) await desk.begin();
  t.is(desk.tenant.requests.length, 2);
  desk.now += 60_000;
  await desk.begin();
  t.is(desk.tenant.requests.length, 3);
});

const FAILURES = {
  'is a page': { body: '<html>', headers: { 'content-type': 'text/html' } },
  'is a redirect': { status: 302, json: {}, headers: { location: 'https://evil.example' } },
  'has status 503': { status: 503, json: {} },
  'is no JSON object': { json: [] },
  'is broken JSON': { body: '{"issuer":', headers: { 'content-type': 'application/json' } },
};

for (const [title, scripted] of Object.entries(FAILURES)) {
  test(`a sign-in cannot begin while the first document ${title} [7] [11]`, async (t) => {
    const desk = createDesk();
    desk.tenant.on(METADATA_URL, scripted);
    await t.throwsAsync(desk.begin(), { code: 'ENTRA_UNREACHABLE' });
  });
}

test('a tenant that cannot be reached is told with the cause and the mend [7]', async (t) => {
  const desk = createDesk();
  desk.tenant.on(METADATA_URL, () => {
    throw new NetError('NET_PROXY', 'the proxy refused', { next: 'Ask whoever runs the proxy.' });
  });
  const error = await t.throwsAsync(desk.begin(), { code: 'ENTRA_UNREACHABLE' });
  t.like(error, { actor: 'operator', next: 'Ask whoever runs the proxy.' });
});

test('a tenant that does not exist is told as such [4]', async (t) => {
  const desk = createDesk();
  desk.tenant.on(METADATA_URL, { status: 400, json: { error: 'invalid_tenant' } });
  await t.throwsAsync(desk.begin(), { code: 'ENTRA_TENANT_REFUSED' });
});

for (const directoryId of [
  'common',
  'organizations',
  'Consumers',
  '9188040d-6c67-4c5b-b112-36a304b66dad',
]) {
  test(`directory_id ${directoryId} is refused: it is not one tenant [5] [N130]`, (t) => {
    t.throws(() => createDesk({ config: { directoryId } }), { code: 'ENTRA_TENANT_REFUSED' });
  });
}

test('a domain name is held to the tenant that it meant first [4] [N130]', async (t) => {
  const desk = createDesk({ config: { directoryId: DOMAIN } });
  desk.tenant.on(DOMAIN_URL, () => ({ json: desk.tenant.discovery }));
  await t.notThrowsAsync(signIn(desk));
  t.true(desk.log.some((line) => line.includes(TENANT)));
  desk.tenant.discovery['issuer'] = `${LOGIN}/${OTHER_TENANT}/v2.0`;
  desk.now += DAY;
  await desk.begin();
  await desk.begin();
  t.like(desk.entra.health.metadata.failure, { code: 'ENTRA_TENANT_REFUSED' });
});

test('the tenant of a domain name is remembered over a restart [4]', async (t) => {
  const store = createMemoryStore(() => 0);
  const first = createDesk({ config: { directoryId: DOMAIN }, store });
  first.tenant.on(DOMAIN_URL, { json: DISCOVERY });
  await first.begin();
  const second = createDesk({ config: { directoryId: DOMAIN }, store });
  second.tenant.on(DOMAIN_URL, { json: { ...DISCOVERY, issuer: `${LOGIN}/${OTHER_TENANT}/v2.0` } });
  await t.throwsAsync(second.begin(), { code: 'ENTRA_TENANT_REFUSED' });
});

test('of two gateways that meet a domain name at once, both hold to one tenant [4]', async (t) => {
  const store = createMemoryStore(() => 0);
  const desks = [TENANT, OTHER_TENANT].map((tenant) => {
    const desk = createDesk({ config: { directoryId: DOMAIN }, store });
    desk.tenant.on(DOMAIN_URL, { json: { ...DISCOVERY, issuer: `${LOGIN}/${tenant}/v2.0` } });
    return desk;
  });
  const results = await Promise.allSettled(desks.map((desk) => desk.begin()));
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
});

test('an emulator replaces the login host alone [1]', async (t) => {
  const login = 'https://login.localhost:9443';
  const authority = { login, ca: null, map: { [GRAPH]: 'https://graph.localhost:9444' } };
  const desk = createDesk({ config: { ...CONFIG, authority } });
  const url = `${login}/${TENANT}/v2.0/.well-known/openid-configuration`;
  const endpoints = {
    authorization_endpoint: `${login}/a`,
    token_endpoint: `${login}/t`,
    jwks_uri: `${login}/k`,
  };
  desk.tenant.on(url, {
    json: {
      issuer: `${login}/${TENANT}/v2.0`,
      ...endpoints,
      userinfo_endpoint: 'https://graph.localhost:9444/oidc/userinfo',
    },
  });
  const round = await desk.begin();
  t.is(round.url.origin, login);
});

test('a clock that differs from Entra’s by more than a minute is warned of [92]', async (t) => {
  const desk = createDesk();
  const date = (ms: number) => ({
    json: DISCOVERY,
    headers: { date: new Date(desk.now + ms).toUTCString() },
  });
  desk.tenant.on(METADATA_URL, date(-60_000));
  await desk.begin();
  t.deepEqual(desk.log, []);
  const other = createDesk();
  other.tenant.on(METADATA_URL, date(-90_000));
  await other.begin();
  t.regex(other.log.join('\n'), /skewSeconds: 90/);
});
