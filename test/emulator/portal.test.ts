import { once } from 'node:events';

import test from 'ava';
import { APP, at, type Bed, JANE, type Json, startBed } from '../_support/emulator-bed.ts';

const page = async (
  bed: Bed,
  path: string,
): Promise<{ status: number; html: string; policy: string }> => {
  const response = await bed.browser.send(`${bed.emulator.portal}${path}`);
  const policy = response.headers.get('content-security-policy') ?? '';
  return { status: response.status, html: await response.text(), policy };
};

const control = (
  bed: Bed,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Json> =>
  bed.json(`${bed.emulator.portal}/api${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  });

test('the first page shows addresses, people and their groups', async (t) => {
  await using bed = await startBed();
  const { status, html, policy } = await page(bed, '/');
  t.is(status, 200);
  for (const text of [
    bed.emulator.login,
    'https://graph.microsoft.com',
    bed.T,
    'Jane Roe',
    'Finance, (Town Hall)',
    'guest',
    'disabled',
  ]) {
    t.true(html.includes(text), text);
  }
  t.regex(policy, /default-src 'none'/);
});

test('the page of an application says what to set in the real portal', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { logoutUrl: 'https://gw.example/__chsps__/logout' });
  const { html } = await page(bed, `/applications/${APP}`);
  for (const text of [
    'Accounts in this organizational directory only',
    'https://gw.example:8443/?redirect-9f0e',
    'https://gw.example/__chsps__/logout',
    'ID tokens (used for implicit and hybrid flows)',
    'Optional claim, ID',
    'GroupMember.Read.All',
    'granted for Contoso',
    'Assignment required',
    'application_id',
  ]) {
    t.true(html.includes(text), text);
  }
  t.false(html.includes('emu8Q~'));
  t.is((await page(bed, '/applications/none')).status, 404);
});

test('the requests page shows what came in, and is told of more', async (t) => {
  await using bed = await startBed();
  await bed.json(`/${bed.T}/discovery/v2.0/keys`);
  t.true((await page(bed, '/requests')).html.includes('GET /8b1f0c52…/discovery/v2.0/keys'));
  const waiting = bed.json(`${bed.emulator.portal}/requests.json?after=1`);
  await bed.signIn();
  const { body } = await waiting;
  t.is(at(body, 'entries', 0, 'number'), 2);
  t.true(String(at(body, 'entries', 0, 'cells', 2)).includes('authorize?client_id'));
});

test('looking at the pages is not in the journal', async (t) => {
  await using bed = await startBed();
  await page(bed, '/');
  await page(bed, '/requests');
  t.is(bed.emulator.journal.count(), 0);
});

test('faults, time and keys are controlled over HTTP', async (t) => {
  await using bed = await startBed({}, { clock: () => 1_800_000_000_000 });
  const fault = {
    endpoint: 'token',
    fault: { kind: 'fail', failure: { aadsts: 90033 } },
    times: 2,
  };
  t.is((await control(bed, 'POST', '/faults', fault)).status, 204);
  t.is((await bed.token({})).status, 503);
  t.is((await control(bed, 'DELETE', '/faults')).status, 204);
  t.is((await bed.token({})).status, 400);
  t.is((await control(bed, 'POST', '/time', { advanceMs: 1000 })).body['now'], 1_800_000_001_000);
  t.is((await control(bed, 'POST', '/time', { skewMs: -1 })).body['now'], 1_799_999_999_999);
  const { kid } = await bed.tenant.keys.current();
  t.not((await control(bed, 'POST', '/keys', { action: 'emergencyRotate' })).body['kid'], kid);
});

test('the journal is read and cleared over HTTP', async (t) => {
  await using bed = await startBed();
  await bed.json(`/${bed.T}/discovery/v2.0/keys`);
  t.is(at((await control(bed, 'GET', '/requests')).body, 'entries', 0, 'endpoint'), 'keys');
  await control(bed, 'DELETE', '/requests');
  t.is(bed.emulator.journal.count(), 0);
});

test('policies, variants and lies are controlled over HTTP', async (t) => {
  await using bed = await startBed();
  const path = `/tenants/${bed.T}`;
  t.is(
    (await control(bed, 'PATCH', `${path}/policies`, { autopilot: JANE })).body['autopilot'],
    JANE,
  );
  t.is(bed.tenant.policies.autopilot, JANE);
  await control(bed, 'PATCH', `${path}/variants`, { graphTokenFormat: 'opaque' });
  t.is(bed.tenant.variants.graphTokenFormat, 'opaque');
  await control(bed, 'POST', `${path}/tampering`, {
    name: 'sub-missing',
    times: 1,
    channel: 'token',
  });
  t.deepEqual(bed.tenant.tampering.active, ['sub-missing']);
  await control(bed, 'DELETE', `${path}/tampering`);
  t.deepEqual(bed.tenant.tampering.active, []);
});

test('people, groups, applications, consents and revocations are controlled over HTTP', async (t) => {
  await using bed = await startBed();
  const path = '/tenants/contoso.example';
  const { body } = await control(bed, 'POST', `${path}/people`, { upn: 'new@contoso.example' });
  t.is(body['oid'], bed.tenant.people.get('new@contoso.example').oid);
  await control(bed, 'POST', `${path}/groups`, {
    displayName: 'New',
    members: ['new@contoso.example'],
  });
  t.is(bed.tenant.groups.get('New').displayName, 'New');
  const app = await control(bed, 'POST', `${path}/applications`, { displayName: 'New app' });
  const application = String(app.body['appId']);
  await control(bed, 'POST', `${path}/redirect-uris`, { application, uri: 'https://new.example/' });
  t.is(bed.tenant.applications.get(application).redirectUris[0]?.uri, 'https://new.example/');
  await control(bed, 'POST', `${path}/consents`, {
    person: 'everyone',
    application: APP,
    scopes: ['openid', 'profile', 'User.Read'],
  });
  t.is((await bed.signIn({}, { consent: 'stop' })).kind, 'answer');
  await control(bed, 'DELETE', `${path}/consents`, { person: 'everyone', application: APP });
  t.is((await bed.signIn({}, { consent: 'stop' })).kind, 'page');
  await control(bed, 'POST', `${path}/revocations`, { person: JANE, reason: 50132 });
  t.is(bed.tenant.people.get(JANE).generation, 1);
});

test('orders that are wrong are refused and say why', async (t) => {
  await using bed = await startBed();
  const path = `/tenants/${bed.T}`;
  t.is((await control(bed, 'POST', `${path}/tampering`, { name: 'no-such-lie' })).status, 400);
  t.is((await control(bed, 'POST', `${path}/tampering`, { name: 'constructor' })).status, 400);
  t.is((await control(bed, 'PATCH', `${path}/variants`, { graphTokenFormat: 'opak' })).status, 400);
  t.is((await control(bed, 'POST', '/time', { advanceMs: 1e300 })).status, 400);
  for (const endpoint of ['moon', 'constructor']) {
    t.is(
      // oxlint-disable-next-line no-await-in-loop -- one order after the other
      (await control(bed, 'POST', '/faults', { endpoint, fault: { kind: 'hang' } })).status,
      400,
    );
  }
  t.is(
    (await control(bed, 'POST', `${path}/revocations`, { person: 'nobody' })).body['code'],
    'EMULATOR_UNKNOWN',
  );
  t.is(
    (await control(bed, 'POST', `${path}/applications`, { certificates: ['none'] })).body['code'],
    'EMULATOR_SEED_INVALID',
  );
  t.is((await control(bed, 'POST', '/tenants/nobody/people', { upn: 'a@b' })).status, 404);
  t.is((await control(bed, 'GET', '/nothing')).status, 404);
});

test('an order that breaks the emulator itself is not answered as if it were wrong', async (t) => {
  await using bed = await startBed();
  Object.freeze(bed.tenant.policies);
  const warned = once(process, 'warning');
  const order = control(bed, 'PATCH', `/tenants/${bed.T}/policies`, { autopilot: JANE });
  await t.throwsAsync(order, { message: 'fetch failed' });
  const [warning] = await warned;
  t.regex(String(warning), /TypeError: .*read only/);
  t.is((await control(bed, 'GET', '/requests')).status, 200);
});

test('an order that is no JSON breaks nothing', async (t) => {
  await using bed = await startBed();
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', body: 'no json', headers };
  t.true((await bed.json(`${bed.emulator.portal}/api/faults`, init)).status >= 400);
  t.is((await control(bed, 'GET', '/requests')).status < 500, true);
});

test('an application with a permission that does not exist, and one without any, are shown as they are', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { permissions: ['https://nowhere.example/Read'] });
  t.regex((await page(bed, `/applications/${APP}`)).html, /AADSTS500011/);
  bed.tenant.applications.update(APP, { permissions: [], applicationPermissions: [] });
  t.notRegex((await page(bed, `/applications/${APP}`)).html, /API permissions/);
});

test('no other web page can turn the switches', async (t) => {
  await using bed = await startBed();
  const order = { skewMs: 1 };
  t.is(
    (await control(bed, 'POST', '/time', order, { 'sec-fetch-site': 'cross-site' })).status,
    403,
  );
  t.is(
    (await control(bed, 'POST', '/time', order, { 'sec-fetch-site': 'same-origin' })).status,
    200,
  );
  t.is((await control(bed, 'POST', '/time', order, { 'content-type': 'text/plain' })).status, 403);
  t.is(
    (await control(bed, 'DELETE', '/faults', undefined, { 'sec-fetch-site': 'cross-site' })).status,
    403,
  );
});
