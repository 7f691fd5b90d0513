import test from 'ava';
import type { ExecutionContext } from 'ava';

import { sessionCookieName } from '../../src/session/cookie.ts';
import type { SignInOutcome } from '../../src/session/sign-in.ts';
import { ORIGIN, startGateway, TRANSACTION } from '../_support/gateway-server.ts';
import type { SendOptions, TestGateway } from '../_support/gateway-server.ts';
import { CONSOLE, FILES, METHOD } from '../_support/people.ts';

const CALLBACK = `/?redirect-${METHOD}`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const post = (body: string, headers: Record<string, string> = {}): SendOptions => ({
  method: 'POST',
  body,
  headers: { ...FORM, ...headers },
});

/** A gateway whose next sign-in ends in this way. */
async function gatewayThatSays(
  t: ExecutionContext,
  outcome: Partial<Extract<SignInOutcome, { outcome: 'denied' | 'failed' }>>,
): Promise<TestGateway> {
  const gateway = await startGateway(t);
  gateway.flow.next = async () => ({
    outcome: 'failed',
    id: 'sign-in-7',
    service: null,
    returnTo: null,
    code: 'ENTRA_STATE_UNKNOWN',
    message: null,
    actor: null,
    advice: null,
    adminConsentUrl: null,
    correlationId: null,
    clear: null,
    ...outcome,
  });
  return gateway;
}

test('an accepted answer sets the session cookie and leads to a clean address [87] [89]', async (t) => {
  const gateway = await startGateway(t);
  const reply = await gateway.send(CALLBACK, post('state=s&id_token=x'));
  t.is(reply.status, 303);
  t.is(reply.headers['location'], '/docs?a=1');
  t.is(reply.headers['cache-control'], 'no-store');
  t.is(reply.headers['referrer-policy'], 'no-referrer');
  const [session = '', transaction = ''] = reply.cookies;
  t.regex(
    session,
    /^__Host-entrada-file-browser=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  t.regex(transaction, new RegExp(`^${TRANSACTION}=; .*SameSite=None`));
  t.true(/Max-Age=0|Expires=Thu, 01 Jan 1970/.test(transaction));
});

test('the session that the cookie names is alive', async (t) => {
  const gateway = await startGateway(t);
  const { cookies } = await gateway.send(CALLBACK, post('state=s'));
  const value = cookies[0]?.split(/[=;]/)[1];
  t.is((await gateway.sessions.check(FILES, value))?.principal.username, 'ada');
  t.is(sessionCookieName('file-browser'), '__Host-entrada-file-browser');
});

test('the flow gets every parameter in order, duplicates included, and the cookies', async (t) => {
  const gateway = await startGateway(t);
  const body = 'state=a&state=b&empty=&plus=1+2%203&utf=%C3%A4&eq=a=b';
  const headers = { cookie: 'x=1; y=2', 'user-agent': `agent ${'x'.repeat(500)}` };
  await gateway.send(CALLBACK, post(body, headers));
  const [answer] = gateway.flow.answers;
  t.is(answer?.method, METHOD);
  t.is(answer?.transport, 'form_post');
  t.deepEqual(answer?.parameters, [
    ['state', 'a'],
    ['state', 'b'],
    ['empty', ''],
    ['plus', '1 2 3'],
    ['utf', 'ä'],
    ['eq', 'a=b'],
  ]);
  t.deepEqual(answer?.cookies, { x: '1', y: '2' });
  t.is(answer?.address, '127.0.0.1');
  t.is(answer?.userAgent.length, 256);
});

test('an error may come by GET', async (t) => {
  const gateway = await gatewayThatSays(t, { code: 'ENTRA_ACCESS_DENIED' });
  const reply = await gateway.send(`${CALLBACK}&error=access_denied&state=s`);
  t.is(reply.status, 403);
  t.is(gateway.flow.answers[0]?.transport, 'query');
  t.deepEqual(gateway.flow.answers[0]?.parameters, [
    ['error', 'access_denied'],
    ['state', 's'],
  ]);
});

test('the redirect URI is known with an equals sign too', async (t) => {
  const gateway = await gatewayThatSays(t, {});
  await gateway.send(`${CALLBACK}=&error=x`);
  t.deepEqual(gateway.flow.answers[0]?.parameters, [['error', 'x']]);
});

for (const name of ['id_token', 'access_token', 'code', 'refresh_token', 'id%5Ftoken']) {
  test(`${name} in a query goes no further, and into no log [26] [N73]`, async (t) => {
    const gateway = await gatewayThatSays(t, { code: 'ENTRA_RESPONSE_TRANSPORT' });
    const reply = await gateway.send(`${CALLBACK}&state=s&${name}=planted-token`);
    t.is(reply.status, 400);
    t.deepEqual(gateway.flow.answers[0]?.parameters, [['state', 's']]);
    t.false(JSON.stringify(gateway.lines).includes('planted-token'));
    t.false(JSON.stringify(gateway.lines).includes('redirect-'));
    t.false(reply.body.includes('planted-token'));
  });
}

test('a body of 64 KiB is read, a larger one is refused [26] [N77]', async (t) => {
  const gateway = await startGateway(t);
  const filled = (bytes: number): string => `state=${'x'.repeat(bytes - 6)}`;
  t.is((await gateway.send(CALLBACK, post(filled(65_536)))).status, 303);
  t.is((await gateway.send(CALLBACK, post(filled(65_537)))).status, 413);
  t.is(gateway.flow.answers.length, 1);
});

const refusedBodies: readonly (readonly [string, number, SendOptions])[] = [
  ['JSON', 415, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }],
  [
    'multipart',
    415,
    { method: 'POST', body: '--x', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
  ],
  ['text', 415, { method: 'POST', body: 'a=b', headers: { 'content-type': 'text/plain' } }],
  ['no type', 415, { method: 'POST', body: 'a=b' }],
  ['charset utf-7', 415, post('a=b', { 'content-type': `${FORM['content-type']}; charset=utf-7` })],
  ['no body at all', 400, { method: 'POST' }],
  ['a bad escape', 400, post('state=%zz')],
  ['bytes that are not UTF-8', 400, { ...post(''), body: Buffer.from([0x61, 0x3d, 0xff]) }],
  ['escapes that are not UTF-8', 400, post('state=%ff')],
  ['a field without a name', 400, post('=x')],
  ['an empty pair', 400, post('a=b&&c=d')],
  ['65 fields', 400, post(Array.from({ length: 65 }, (_, index) => `a${index}=`).join('&'))],
];

for (const [what, status, options] of refusedBodies) {
  test(`an answer with ${what} is refused with ${status} [26] [N77]`, async (t) => {
    const gateway = await startGateway(t);
    t.is((await gateway.send(CALLBACK, options)).status, status);
    t.deepEqual(gateway.flow.answers, []);
  });
}

test('charset utf-8 is what a form is written in', async (t) => {
  const gateway = await startGateway(t);
  const type = `${FORM['content-type']}; charset="UTF-8"`;
  t.is((await gateway.send(CALLBACK, post('a=b', { 'content-type': type }))).status, 303);
});

test('parameters beside the body are refused', async (t) => {
  const gateway = await startGateway(t);
  t.is((await gateway.send(`${CALLBACK}&state=x`, post('state=s'))).status, 400);
  t.deepEqual(gateway.flow.answers, []);
});

for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']) {
  test(`${method} on the redirect URI is refused with 405 [N88]`, async (t) => {
    const gateway = await startGateway(t);
    const reply = await gateway.send(CALLBACK, { method });
    t.is(reply.status, 405);
    t.is(reply.headers['allow'], 'POST, GET');
  });
}

for (const target of ['/?redirect-unknown', '/?redirect-', `/?redirect-${METHOD}x`]) {
  for (const options of [{}, post('state=s'), { method: 'PUT' }]) {
    test(`${options.method ?? 'GET'} ${target} is the redirect URI of nobody`, async (t) => {
      const gateway = await startGateway(t);
      t.is((await gateway.send(target, options)).status, 404);
      t.deepEqual(gateway.flow.answers, []);
    });
  }
}

test('a refused sign-in says what happened, by which number, and where to start again', async (t) => {
  const gateway = await gatewayThatSays(t, {
    outcome: 'denied',
    code: 'SIGN_IN_DENIED',
    denial: 'department',
    message: 'This is for <b>Finance</b>.',
    correlationId: 'c0ffee',
    service: CONSOLE,
    returnTo: '/console?x=1',
    clear: TRANSACTION,
  });
  const { status, body, headers, cookies } = await gateway.send(CALLBACK, post('state=s'));
  t.is(status, 403);
  t.is(headers['cache-control'], 'no-store');
  t.is(headers['referrer-policy'], 'no-referrer');
  for (const text of [
    'This is for &lt;b&gt;Finance&lt;/b&gt;.',
    'department',
    'sign-in-7',
    'c0ffee',
  ]) {
    t.true(body.includes(text), text);
  }
  t.true(body.includes('/__chsps__/login?service=%2Fconsole&amp;returnTo=%2Fconsole%3Fx%3D1'));
  t.regex(cookies[0] ?? '', new RegExp(`^${TRANSACTION}=;`));
});

test('a program gets a refusal as JSON', async (t) => {
  const gateway = await gatewayThatSays(t, { denial: 'no', correlationId: 'c0ffee' });
  const reply = await gateway.send(CALLBACK, post('state=s', { accept: 'application/json' }));
  t.is(reply.status, 400);
  const { code, requestId, denial, correlationId } = JSON.parse(reply.body);
  t.deepEqual(
    [code, requestId, denial, correlationId],
    ['ENTRA_STATE_UNKNOWN', 'sign-in-7', 'no', 'c0ffee'],
  );
});

test('a return address of the flow is checked once more', async (t) => {
  const gateway = await startGateway(t);
  const { next } = gateway.flow;
  gateway.flow.next = async () =>
    ({ ...(await next()), returnTo: '//evil.example' }) as SignInOutcome;
  t.is((await gateway.send(CALLBACK, post('state=s'))).headers['location'], '/');
});

test('a challenge leads to one more round, with a cookie of its own', async (t) => {
  const gateway = await startGateway(t);
  const url = 'https://login.microsoftonline.com/again';
  const cookie = { name: '__Host-entrada-tx-second', value: 'v', maxAgeSeconds: 180 };
  gateway.flow.next = async () => ({
    outcome: 'challenged',
    id: 'x',
    begun: { url, cookie },
    clear: TRANSACTION,
  });
  const reply = await gateway.send(CALLBACK, post('state=s'));
  t.is(reply.status, 303);
  t.is(reply.headers['location'], url);
  t.regex(
    reply.cookies[1] ?? '',
    /^__Host-entrada-tx-second=v; Max-Age=180; Path=\/; HttpOnly; Secure; SameSite=None$/,
  );
});

test('a flow that breaks is a 500 with a request id, and nothing of the cause', async (t) => {
  const gateway = await startGateway(t);
  gateway.flow.next = () => Promise.reject(new Error('planted secret'));
  const reply = await gateway.send(CALLBACK, post('state=s'));
  t.is(reply.status, 500);
  t.false(reply.body.includes('planted'));
  t.true(reply.body.includes(reply.headers['x-request-id'] ?? 'none'));
  t.truthy(gateway.lines.find(({ code }) => code === 'SERVER_INTERNAL'));
});

test('a spoofed host changes nothing that is sent [N89]', async (t) => {
  const gateway = await startGateway(t);
  const headers = { 'x-forwarded-host': 'evil.example' };
  const reply = await gateway.send(CALLBACK, post('state=s', headers));
  t.is(reply.headers['location'], '/docs?a=1');
  t.is(ORIGIN, gateway.config.server.publicUrl);
});
