import test from 'ava';

import type { SignInRecord } from '../../src/session/record.ts';
import { startGateway } from '../_support/gateway-server.ts';
import { ADA, CONSOLE, newSession, principal } from '../_support/people.ts';

const record: SignInRecord = {
  id: 'sign-in-1',
  startedAt: 0,
  endedAt: 1,
  service: { type: 'file-browser', path: '/' },
  method: { id: 'm', type: 'entra-id', name: 'Contoso' },
  request: { address: '203.0.113.7', userAgent: 'x', path: '/' },
  outcome: 'allowed',
  code: null,
  denial: null,
  message: null,
  reason: null,
  actor: null,
  next: null,
  aadsts: null,
  correlationId: null,
  verdicts: [],
  principal: principal(),
  remarks: [],
  groups: { base: [], matched: [], ignored: [{ oid: 'x', name: 'Strangers' }], ambiguous: [] },
  tokens: [],
  extensions: [
    {
      extension: 'department-gate',
      version: 'sha256-x',
      hook: 'decide',
      mode: 'enforce',
      decision: { decision: 'allow' },
      patch: null,
      instead: null,
      failure: null,
      hostCalls: [
        {
          method: 'GET',
          url: 'https://graph.microsoft.com/v1.0/me',
          status: 200,
          rule: 'GET /v1.0/me',
          code: null,
          ms: 3,
        },
      ],
      unavailable: [],
      usage: null,
      durationMs: 12.3,
    },
    {
      extension: 'shadow-gate',
      version: 'sha256-y',
      hook: 'decide',
      mode: 'shadow',
      decision: { decision: 'deny', code: 'late' },
      patch: null,
      instead: 'deny',
      failure: null,
      hostCalls: [
        {
          method: 'GET',
          url: 'https://hr.example',
          status: null,
          rule: null,
          code: 'NOT_GRANTED',
          ms: 0,
        },
      ],
      unavailable: [],
      usage: null,
      durationMs: 1,
    },
    {
      extension: 'manager-claims',
      version: 'sha256-z',
      hook: 'enrich',
      mode: 'enforce',
      decision: null,
      patch: { claims: { cost_center: '42' } },
      instead: null,
      failure: null,
      hostCalls: [],
      unavailable: [],
      usage: null,
      durationMs: 2,
    },
    {
      extension: 'broken',
      version: 'sha256-w',
      hook: 'enrich',
      mode: 'shadow',
      decision: null,
      patch: null,
      instead: null,
      failure: { kind: 'timeout', code: 'WALL', message: 'secret of the author', frames: [] },
      hostCalls: [],
      unavailable: [],
      usage: null,
      durationMs: 5000,
    },
  ],
  steps: [],
};

test('without a session the page leads to the sign-in page, and back', async (t) => {
  const gateway = await startGateway(t);
  const reply = await gateway.send('/?view=list');
  t.is(reply.status, 303);
  t.is(reply.headers['location'], '/__chsps__/login?service=%2F&returnTo=%2F%3Fview%3Dlist');
  t.is(
    (await gateway.send('/console')).headers['location'],
    '/__chsps__/login?service=%2Fconsole&returnTo=%2Fconsole',
  );
});

test('without a session a program gets 401 and no redirect', async (t) => {
  const gateway = await startGateway(t);
  const reply = await gateway.send('/', { headers: { accept: 'application/json' } });
  t.is(reply.status, 401);
  t.is(JSON.parse(reply.body).code, 'SERVER_SIGN_IN_NEEDED');
});

test('a signed-in person sees who they are and which extension decided what', async (t) => {
  const gateway = await startGateway(t);
  gateway.records.set('sign-in-1', record);
  const tokens = [
    {
      resource: 'https://graph.microsoft.com',
      scopes: ['User.Read', 'Mail.Read'],
      expiresAt: Date.UTC(2026, 5, 1, 12),
    },
  ];
  const claims = { cost_center: '42', '<x>': ['&'] };
  const roles = [{ id: 'r', name: 'Auditor' }];
  const cookie = await gateway.signIn({
    tokens,
    principal: principal({ claims, roles, home: '/home/ada' }),
  });
  const { status, body, headers } = await gateway.send('/', { headers: { cookie } });
  t.is(status, 200);
  t.is(headers['cache-control'], 'no-store');
  const expected = [
    'Ada Lovelace',
    'ada.lovelace@contoso.example',
    ADA,
    'Staff',
    'Auditor',
    '/home/ada',
    'Strangers',
    'department-gate',
    'allow',
    'GET https://graph.microsoft.com/v1.0/me 200',
    'shadow-gate',
    'deny: late',
    'shadow: not applied',
    'NOT_GRANTED',
    'manager-claims',
    'failed: timeout',
    'User.Read Mail.Read',
    '2026-06-01 12:00 UTC',
    '&lt;x&gt;: <code>[&quot;&amp;&quot;]</code>',
    'sign-in-1',
    '203.0.113.7',
    'Sign out',
  ];
  t.deepEqual(
    expected.filter((text) => !body.includes(text)),
    [],
  );
  t.false(body.includes('secret of the author'));
});

test('the page stands when the record of the sign-in is gone, and nothing is known but the name', async (t) => {
  const gateway = await startGateway(t);
  const { name: _name, email: _email, upn: _upn, ...bare } = principal({ groups: [] });
  const cookie = await gateway.signIn({ principal: bare });
  const { status, body } = await gateway.send('/', { headers: { cookie } });
  t.is(status, 200);
  t.true(body.includes('Signed in as ada'));
  t.true(body.includes('You are in no group.'));
});

test('the page never shows the session’s id or cookie', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn();
  const { sessions } = await gateway.sessions.list({ limit: 1 });
  for (const accept of ['text/html', 'application/json']) {
    const { body } = await gateway.send('/', { headers: { cookie, accept } });
    t.false(body.includes(sessions[0]!.session.id));
    t.false(body.includes(cookie.split('=')[1]!));
  }
});

test('a program gets the same as JSON', async (t) => {
  const gateway = await startGateway(t);
  gateway.records.set('sign-in-1', record);
  const cookie = await gateway.signIn();
  const reply = await gateway.send('/', { headers: { cookie, accept: 'application/json' } });
  const { principal: who, session, extensions } = JSON.parse(reply.body);
  t.is(who.oid, ADA);
  t.is(session.signIn, newSession().signIn);
  t.is(extensions.length, 4);
});

test('a session of one service is none at another', async (t) => {
  const gateway = await startGateway(t);
  const [files, console_] = [await gateway.signIn(), await gateway.signIn({ service: CONSOLE })];
  t.is((await gateway.send('/console', { headers: { cookie: files } })).status, 303);
  t.is((await gateway.send('/console', { headers: { cookie: console_ } })).status, 200);
  const renamed = files.replace('file-browser', 'management-console');
  t.is((await gateway.send('/console', { headers: { cookie: renamed } })).status, 303);
});

test('an ended session leads to the sign-in page', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn();
  gateway.clock.now += 31 * 60_000;
  t.is((await gateway.send('/', { headers: { cookie } })).status, 303);
});

test('a store that does not answer is 503, not a sign-in page', async (t) => {
  const gateway = await startGateway(t);
  const cookie = await gateway.signIn();
  await gateway.store[Symbol.asyncDispose]();
  const reply = await gateway.send('/', { headers: { cookie } });
  t.is(reply.status, 503);
  t.true(reply.body.includes('STORE_UNAVAILABLE'));
});
