import test, { type ExecutionContext } from 'ava';

import {
  cannedHttp,
  createTestHost,
  decisionTable,
  madeUpSignIn,
  person,
  shadowDiff,
  startApi,
  startTenant,
  type TestHostOptions,
  testTime,
  toSnapshot,
} from '../../src/testing/index.ts';
import { ended, runnersOf } from '../_support/child-processes.ts';
import { GRAPH } from '../_support/extensions.ts';
import { writeExtension } from '../_support/world.ts';

const API = 'https://api.example.com';

/** A host of an extension whose `decide` has this body. */
function deciding(t: ExecutionContext, body: string, options: TestHostOptions = {}) {
  const requests = {
    tokens: [{ resource: GRAPH, scopes: ['User.Read'], allow: ['GET /v1.0/me'] }],
    fetch: [{ origin: API, allow: ['GET /**', 'POST /**'] }],
    secrets: ['key'],
  };
  const source = `export default { async decide(signIn, ctx) { ${body} } };`;
  return createTestHost({
    extension: writeExtension(t, 'tried', source, { requests }),
    ...options,
  });
}

const ALLOW = "return { decision: 'allow' };";

// ---- people --------------------------------------------------------------------------------------------------------

test('a person is said in a sentence, and each word leaves the one before it as it was', (t) => {
  const jane = person('jane').inGroups('Finance');
  const away = jane.inGroups('Legal').from('198.51.100.7', 'curl/8').at('forward-auth', '/auth');
  t.deepEqual(
    jane.signIn().principal.groups.map(({ name }) => name),
    ['Finance'],
  );
  t.like(away.signIn(), {
    principal: { username: 'jane', groups: [{ name: 'Finance' }, { name: 'Legal' }] },
    request: { address: '198.51.100.7', userAgent: 'curl/8' },
    service: { type: 'forward-auth', path: '/auth' },
  });
});

test('what the extension is told of a person is what the builder said', async (t) => {
  await using host = await deciding(
    t,
    'ctx.log.info(JSON.stringify([signIn.principal.roles, signIn.principal.claims, signIn.request.path, signIn.method.type]));' +
      ALLOW,
  );
  const jane = person()
    .withRoles('admin')
    .withClaims({ acr: 'c1' })
    .openingPage('/x')
    .by({ type: 'ldap' });
  const { logs } = await host.decide(jane.signIn());
  t.deepEqual(JSON.parse(logs[0]?.text ?? ''), [
    [{ id: 'role-1', name: 'admin' }],
    { acr: 'c1' },
    '/x',
    'ldap',
  ]);
});

test('values that others share are told to whom consumes them alone', async (t) => {
  const source = `export default {
    decide: (signIn) => ({ decision: 'deny', code: Object.keys(signIn.shared).join().replace('.', '_') || 'none' }),
  };`;
  const extension = writeExtension(t, 'reader', source, { consumes: ['risk-score.level'] });
  await using host = await createTestHost({ extension });
  const told = person().withShared({ 'risk-score.level': 3, 'other.key': 1 }).signIn();
  t.like((await host.decide(told)).decision, { code: 'risk-score_level' });
  t.like((await host.decide(madeUpSignIn())).decision, { code: 'none' });
});

test('conditions of the manifest can be asked', async (t) => {
  const source = `export default { decide: () => ({ decision: 'allow' }) };`;
  const extension = writeExtension(t, 'some', source, { when: { groups: ['Finance'] } });
  await using host = await createTestHost({ extension });
  t.true(host.appliesTo(person().inGroups('Finance').signIn()));
  t.false(host.appliesTo(person().inGroups('Legal').signIn()));
});

// ---- canned HTTP ---------------------------------------------------------------------------------------------------

const FETCH_TWICE = `
  const one = await fetch('${API}/people/7?b=2&a=1');
  const two = await fetch('${API}/people/7');
  return { decision: 'deny', code: one.status + '-' + two.status };`;

test('a route with a query answers that query in any order, one without answers any', async (t) => {
  const http = {
    [`GET ${API}/people/*`]: { status: 404 },
    [`GET ${API}/people/7?a=1&b=2`]: { status: 202 },
  };
  await using host = await deciding(t, FETCH_TWICE, { http });
  t.like((await host.decide(madeUpSignIn())).decision, { code: '202-404' });
  t.notThrows(() => host.assertHttpUsed());
});

test('answers of a list are given once each, and then there are none', async (t) => {
  const http = { [`GET ${API}/**`]: [{ status: 503 }, { status: 200 }] };
  await using host = await deciding(t, FETCH_TWICE, { http });
  t.like((await host.decide(madeUpSignIn())).decision, { code: '503-200' });
  const { failure } = await host.decide(madeUpSignIn());
  t.like(failure, { kind: 'dependency', code: 'NET_UNREACHABLE' });
});

test('answers that nothing asked for are told, and what is left of lists', async (t) => {
  const http = { [`GET ${API}/never`]: {}, [`GET ${API}/people/7`]: [{}, {}, {}] };
  await using host = await deciding(t, FETCH_TWICE, { http });
  await host.decide(madeUpSignIn());
  t.deepEqual(host.unusedHttp, [`GET ${API}/never`, `GET ${API}/people/7 (1 of 3 answers)`]);
  t.throws(() => host.assertHttpUsed(), { code: 'EXTENSION_TEST_HTTP_UNUSED' });
});

for (const route of [
  'https://api.example.com/',
  'GET /path',
  'GET https://x.example/ y',
  'get https://x.example/',
]) {
  test(`${JSON.stringify(route)} is no route`, (t) => {
    t.throws(() => cannedHttp({ [route]: {} }), { code: 'EXTENSION_TEST_ROUTE' });
  });
}

test('an answer that is larger than the request may have is none', async (t) => {
  const client = cannedHttp({ [`GET ${API}/long`]: { text: 'abcd' } });
  const request = { method: 'GET', url: `${API}/long`, headers: {}, timeoutMs: 1000 } as const;
  t.is((await client({ ...request, maxBytes: 4 })).body.toString(), 'abcd');
  await t.throwsAsync(client({ ...request, maxBytes: 3 }), { code: 'NET_TOO_LARGE' });
});

test('a request passes every check of grants before a canned answer is given', async (t) => {
  const http = { [`PUT ${API}/people/7`]: {} };
  await using host = await deciding(
    t,
    `await fetch('${API}/people/7', { method: 'PUT' }); ${ALLOW}`,
    { http },
  );
  const { decision, failure, requests } = await host.decide(madeUpSignIn());
  t.is(decision, null);
  t.like(failure, { code: 'PATH_NOT_GRANTED' });
  t.like(requests, [{ status: null, rule: null }]);
  t.deepEqual(host.unusedHttp, [`PUT ${API}/people/7`]);
});

// ---- tokens, secrets, grants ---------------------------------------------------------------------------------------

test('the answer sees tokens and secrets, the extension never does', async (t) => {
  const sent: unknown[] = [];
  await using host = await deciding(
    t,
    `const held = [ctx.secrets.key, ctx.token('${GRAPH}')];
     await fetch('${API}/x', { headers: { 'x-key': ctx.secrets.key } });
     await fetch('${GRAPH}/v1.0/me', { headers: { authorization: 'Bearer ' + ctx.token('${GRAPH}') } });
     return { decision: 'deny', code: held.every((text) => text.startsWith('entrada.')) ? 'stand-ins' : 'values' };`,
    {
      secrets: { key: 'value-of-the-key-0123456789' },
      tokens: { [GRAPH]: 'token-of-the-test' },
      http: {
        [`GET ${API}/x`]: ({ headers }) => (sent.push(headers?.['x-key']), {}),
        [`GET ${GRAPH}/v1.0/me`]: ({ headers }) => (sent.push(headers?.['authorization']), {}),
      },
    },
  );
  t.like((await host.decide(madeUpSignIn())).decision, { code: 'stand-ins' });
  t.deepEqual(sent, ['value-of-the-key-0123456789', 'Bearer token-of-the-test']);
});

test('a resource that a test has no token for has none, and the hook fails', async (t) => {
  await using host = await deciding(t, READ_ME, { tokens: {} });
  const { decision, failure, requests } = await host.decide(madeUpSignIn());
  t.deepEqual([decision, requests], [null, []]);
  t.like(failure, { code: 'TOKEN_NOT_GRANTED' });
});

test('without an extension there is no hook to run', async (t) => {
  await using host = await createTestHost();
  await t.throwsAsync(host.decide(madeUpSignIn()), {
    message: 'createTestHost was given no extension',
  });
  t.is((await host.evaluate('1 + 1')).value, 2);
});

test('what a test does not grant cannot be done, whatever the manifest asks for', async (t) => {
  await using host = await deciding(t, `ctx.token('${GRAPH}'); ${ALLOW}`, {
    grant: { tokens: [] },
  });
  t.like((await host.decide(madeUpSignIn())).failure, { code: 'TOKEN_NOT_GRANTED' });
});

test('a limit of a test is held', async (t) => {
  await using host = await deciding(t, 'for (;;) {}', { limits: { cpuMs: 50 } });
  t.like((await host.decide(madeUpSignIn())).failure, { kind: 'cpu' });
});

// ---- time and values -----------------------------------------------------------------------------------------------

test('Date stands still where the test puts it, in every form', async (t) => {
  const time = testTime('2026-02-28T23:59:30Z');
  await using host = await createTestHost({ time });
  const source = `[Date.now(), new Date().toISOString(), Date(), new Date(0).getTime(), new Date() instanceof Date,
    new Date().constructor === Date, new (class extends Date {})().getTime(), Date.UTC(1970, 0, 2), Date.name]`;
  const at = Date.parse('2026-02-28T23:59:30Z');
  const { value } = await host.evaluate(source);
  const [now, iso, text, ...rest] = value as readonly unknown[];
  t.deepEqual(
    [now, iso, ...rest],
    [at, '2026-02-28T23:59:30.000Z', 0, true, true, at, 86_400_000, 'Date'],
  );
  t.is(Date.parse(String(text)), at);
  time.advance({ minutes: 1 });
  t.is((await host.evaluate('new Date().toISOString()')).value, '2026-03-01T00:00:30.000Z');
});

test('without a time Date is what it is', async (t) => {
  await using host = await createTestHost();
  const { value } = await host.evaluate('Date.now()');
  t.true(Math.abs(Number(value) - Date.now()) < 60_000);
});

test('deadlines go on while Date stands still', async (t) => {
  const time = testTime('2020-01-01T00:00:00Z');
  const body = `
    const before = ctx.remaining();
    await new Promise((resolve) => setTimeout(resolve, 30));
    return { decision: 'deny', code: before > 1000 && before <= 5000 && ctx.remaining() < before ? 'runs' : 'stands' };`;
  await using host = await deciding(t, body, { time });
  t.like((await host.decide(madeUpSignIn())).decision, { code: 'runs' });
});

test('a moment without a zone, and what is no moment, are refused', (t) => {
  for (const moment of ['2026-11-20T09:30:00', 'tomorrow', '2026-13-01T00:00:00Z']) {
    t.throws(() => testTime(moment), { instanceOf: RangeError });
  }
});

test('values end when their time comes', async (t) => {
  const time = testTime('2026-11-20T09:00:00Z');
  const body = `
    if ((await ctx.kv.get('seen')) !== undefined) return { decision: 'deny', code: 'seen' };
    await ctx.kv.set('seen', true, { ttl: 3600 }); ${ALLOW}`;
  await using host = await deciding(t, body, { time });
  const decide = async () => (await host.decide(madeUpSignIn())).decision?.decision;
  t.is(await decide(), 'allow');
  time.advance({ minutes: 59 });
  t.is(await decide(), 'deny');
  time.advance({ minutes: 1 });
  t.is(await decide(), 'allow');
});

test('values can be there before, and be read after', async (t) => {
  const body = `await ctx.kv.set('count', (await ctx.kv.get('count')) + 1); ${ALLOW}`;
  await using host = await deciding(t, body, { kv: { count: 41, other: null } });
  await host.decide(madeUpSignIn());
  t.deepEqual(await host.kv(), { count: 42, other: null });
});

test('a value that a gateway would not keep is refused before anything runs', async (t) => {
  const kv = { fits: 1, long: 'x'.repeat(1024 * 1024) };
  await t.throwsAsync(deciding(t, ALLOW, { kv }), {
    instanceOf: TypeError,
    message: /^kv: long: /,
  });
});

test.serial('a host that is refused leaves no runner of its own behind', async (t) => {
  const before = new Set(runnersOf(process.pid));
  const kv = { long: 'x'.repeat(1024 * 1024) };
  await t.throwsAsync(createTestHost({ ownRunner: true, kv }), { message: /^kv: long: / });
  const left = runnersOf(process.pid).filter((pid) => !before.has(pid));
  await ended(left);
  t.pass('all of them ended');
});

// ---- shadow and snapshots ------------------------------------------------------------------------------------------

test('in shadow what reads is sent and what writes is not, and the decision is compared', async (t) => {
  const body = `
    await fetch('${API}/read');
    await fetch('${API}/write', { method: 'POST' }).catch(() => undefined);
    await ctx.kv.set('a', 1);
    return { decision: 'deny', code: 'late' };`;
  await using host = await deciding(t, body, { http: { [`GET ${API}/read`]: {} } });
  const run = await host.shadow(madeUpSignIn());
  t.like(run, { decision: { code: 'late' }, instead: 'deny' });
  t.deepEqual(
    run.notSent.map(({ method, url }) => `${method} ${url}`),
    [`POST ${API}/write`, 'SET entrada:kv/a'],
  );
  t.deepEqual(await host.kv(), {});
});

const BY_NAME = (name: string) =>
  `return signIn.principal.username === '${name}' ? { decision: 'deny', code: 'named' } : { decision: 'allow' };`;

test('whom another version treats otherwise is told, and nobody else', async (t) => {
  const signIns = {
    Jane: person('jane').signIn(),
    Sam: person('sam').signIn(),
    Kim: person('kim').signIn(),
  };
  await using current = await deciding(t, BY_NAME('jane'));
  await using candidate = await deciding(t, BY_NAME('sam'));
  t.deepEqual(await shadowDiff(current, candidate, signIns), {
    Jane: { current: 'deny named', candidate: 'allow' },
    Sam: { current: 'allow', candidate: 'deny named' },
  });
  t.deepEqual(await decisionTable(current, signIns), {
    Jane: 'deny named',
    Sam: 'allow',
    Kim: 'allow',
  });
});

test('a snapshot has what somebody wrote, and neither times nor ids', async (t) => {
  const body = `await fetch('${API}/a?secret=1'); ctx.log.warn('late'); throw new Error('no');`;
  await using host = await deciding(t, body, { http: { [`GET ${API}/a`]: { status: 204 } } });
  const [one, two] = [await host.decide(madeUpSignIn()), await host.decide(madeUpSignIn())];
  t.deepEqual(toSnapshot(one), toSnapshot(two));
  t.like(toSnapshot(one), { decision: null, logs: ['warn late'] });
  t.regex(toSnapshot(one).failure ?? '', /^throw \w+: .*no \(index\.ts:1\)$/);
  t.regex(toSnapshot(one).requests[0] ?? '', /^GET https:\/\/api\.example\.com\/a.* 204$/);
});

// ---- real APIs -----------------------------------------------------------------------------------------------------

const READ_ME = `
  const response = await fetch('${GRAPH}/v1.0/me?$select=department', {
    headers: { authorization: 'Bearer ' + ctx.token('${GRAPH}') },
  });
  const { department } = await response.json();
  return { decision: 'deny', code: String(department ?? response.status).toLowerCase() };`;

test('the emulator answers with what it knows of the person whose token it issued', async (t) => {
  await using contoso = await startTenant();
  const [jane, lena] = ['jane', 'lena'].map((name) => contoso.person(`${name}@contoso.example`));
  if (!jane || !lena) return t.fail();
  await using janes = await deciding(t, READ_ME, jane.backend);
  await using lenas = await deciding(t, READ_ME, lena.backend);
  const [one, two] = await Promise.all([janes.decide(jane.signIn()), lenas.decide(lena.signIn())]);
  t.like(one.decision, { code: 'finance' });
  t.like(two.decision, { code: 'legal' });
  t.like(jane.signIn().principal, { upn: 'jane@contoso.example', tid: contoso.tenant.id });
});

test('whom the tenant does not let in has no token, and the hook fails', async (t) => {
  await using contoso = await startTenant();
  const dora = contoso.person('dora@contoso.example');
  await using host = await deciding(t, READ_ME, dora.backend);
  const { decision, failure } = await host.decide(dora.signIn());
  t.is(decision, null);
  t.like(failure, { code: 'TOKEN_UNAVAILABLE' });
});

test('a tenant that breaks while it is asked for a token says why', async (t) => {
  await using contoso = await startTenant();
  const { tokens } = contoso.person('jane@contoso.example').backend;
  contoso.emulator.failNext('token', 90033);
  await t.throwsAsync(tokens(GRAPH, ['User.Read']), {
    code: 'EXTENSION_TEST_SIGN_IN',
    message: /^the tenant gives no token: AADSTS90033/,
  });
});

test('an API of the test is reached over TLS by the origin that it stands for', async (t) => {
  await using api = await startApi(API, (request, response) => {
    response.end(JSON.stringify({ host: request.url }));
  });
  const body = `const { host } = await (await fetch('${API}/v1/x')).json(); return { decision: 'deny', code: host.replaceAll('/', '') };`;
  await using host = await deciding(t, body, { http: api.http });
  t.like((await host.decide(madeUpSignIn())).decision, { code: 'v1x' });
});
