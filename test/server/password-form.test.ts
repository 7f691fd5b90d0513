import test from 'ava';

import type { SignInOutcome } from '../../src/session/sign-in.ts';
import { type SendOptions, startGateway, type TestGateway } from '../_support/gateway-server.ts';
import { CONSOLE, FILES, method, PARTNERS } from '../_support/people.ts';

const LOGIN = '/__chsps__/login';
const ORIGIN = 'https://files.example.com';

const REJECTED: Extract<SignInOutcome, { outcome: 'denied' | 'failed' }> = {
  outcome: 'denied',
  id: 'sign-in-9',
  service: FILES,
  returnTo: '/',
  code: 'SIGN_IN_REJECTED',
  message: null,
  actor: null,
  advice: null,
  adminConsentUrl: null,
  correlationId: null,
  clear: null,
};

function start(t: Parameters<typeof startGateway>[0]): Promise<TestGateway> {
  return startGateway(t, { config: { authentications: [method(), PARTNERS] } });
}

function typed(
  fields: readonly (readonly [string, string])[] | string,
  headers: SendOptions['headers'] = {},
): SendOptions {
  const body =
    typeof fields === 'string'
      ? fields
      : new URLSearchParams(fields.map((field) => [...field])).toString();
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      ...headers,
    },
  };
}

const ADA = [
  ['service', '/'],
  ['returnTo', '/docs'],
  ['username', ' ada '],
  ['password', ' pass word '],
] as const;

test('the sign-in page has one form for methods that take a password, beside the links', async (t) => {
  const gateway = await start(t);
  const { body } = await gateway.send(`${LOGIN}?service=%2F&returnTo=%2Fdocs`);
  t.true(body.includes('Sign in with Contoso'));
  t.regex(body, /<form method="post" action="\/__chsps__\/login">\s*<h2>Partners<\/h2>/);
  t.true(body.includes('name="returnTo" value="/docs"'));
  t.regex(body, /type="password"\s+autocomplete="current-password"/);
  t.false(body.includes('Sign in with Partners'));
});

test('programs are told where the form goes', async (t) => {
  const gateway = await start(t);
  const { body } = await gateway.send(LOGIN, { headers: { accept: 'application/json' } });
  const { methods } = JSON.parse(body);
  t.like(methods[1], { id: 'partner', type: 'extension', name: 'Partners', url: LOGIN });
});

test('a link to a method that takes a password shows the form', async (t) => {
  const gateway = await start(t);
  const { status, body } = await gateway.send(`${LOGIN}?service=%2F&method=partner`);
  t.is(status, 200);
  t.true(body.includes('<h2>Partners</h2>'));
  t.deepEqual(gateway.flow.begun, []);
});

test('what was typed is asked about; spaces around the name alone are nobody’s', async (t) => {
  const gateway = await start(t);
  const reply = await gateway.send(LOGIN, typed(ADA));
  t.is(reply.status, 303);
  t.regex(reply.cookies.join(), /__Host-entrada-files?[^=]*=/);
  const [request] = gateway.flow.typed;
  t.like(request, { returnTo: '/docs', username: 'ada', service: { path: '/' } });
  t.is(request?.password.reveal(), ' pass word ');
});

test('whoever is rejected sees the form again with their name, and no password', async (t) => {
  const gateway = await start(t);
  gateway.flow.next = async () => REJECTED;
  const { status, body, headers } = await gateway.send(LOGIN, typed(ADA));
  t.is(status, 403);
  t.is(headers['cache-control'], 'no-store');
  t.true(body.includes('The username or the password is not right.'));
  t.true(body.includes('sign-in-9'));
  t.regex(body, /value="ada"/);
  t.false(body.includes('pass word'));
});

test('programs that are rejected get the code and the same sentence', async (t) => {
  const gateway = await start(t);
  gateway.flow.next = async () => REJECTED;
  const { status, body } = await gateway.send(LOGIN, typed(ADA, { accept: 'application/json' }));
  t.is(status, 403);
  t.deepEqual(JSON.parse(body), {
    code: 'SIGN_IN_REJECTED',
    message: 'The username or the password is not right.',
    requestId: 'sign-in-9',
  });
});

test('after five tries in vain nobody is asked any more, until a quarter of an hour is over', async (t) => {
  const gateway = await start(t);
  gateway.flow.next = async () => REJECTED;
  // oxlint-disable-next-line no-await-in-loop -- one try after the other
  for (let tries = 0; tries < 5; tries++) await gateway.send(LOGIN, typed(ADA));
  const { status, headers, body } = await gateway.send(LOGIN, typed(ADA));
  t.is(status, 429);
  t.is(headers['retry-after'], '900');
  t.true(body.includes('Too many tries went wrong.'));
  t.is(gateway.flow.typed.length, 5);
  gateway.clock.now += 15 * 60_000;
  t.is((await gateway.send(LOGIN, typed(ADA))).status, 403);
});

test('an extension that fails where it should reject is asked 50 times about one username at the most', async (t) => {
  const gateway = await start(t);
  gateway.flow.next = async () => ({
    ...REJECTED,
    outcome: 'failed',
    code: 'SIGN_IN_EXTENSION_FAILED',
  });
  const statuses: number[] = [];
  for (let tries = 0; tries < 52; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- one try after the other
    statuses.push((await gateway.send(LOGIN, typed(ADA))).status);
  }
  t.deepEqual(
    statuses.slice(0, 50),
    Array.from({ length: 50 }, () => 503),
  );
  t.deepEqual(statuses.slice(50), [429, 429]);
});

test('a sign-in that breaks is nobody’s try', async (t) => {
  const gateway = await start(t);
  gateway.flow.next = async () => {
    throw new Error('broken');
  };
  // oxlint-disable-next-line no-await-in-loop -- one try after the other
  for (let tries = 0; tries < 8; tries++) t.is((await gateway.send(LOGIN, typed(ADA))).status, 500);
  t.false(JSON.stringify(gateway.lines).includes('pass word'));
});

const SENT_ELSEWHERE = [
  ['from another site', { 'sec-fetch-site': 'cross-site' }],
  ['from a neighbour of the same site', { 'sec-fetch-site': 'same-site' }],
  ['with the origin of another site', { 'sec-fetch-site': '', origin: 'https://evil.example' }],
] as const;

for (const [what, headers] of SENT_ELSEWHERE) {
  test(`a form that comes ${what} signs nobody in`, async (t) => {
    const gateway = await start(t);
    const sent = typed(ADA, headers);
    const { 'sec-fetch-site': site, ...others } = sent.headers ?? {};
    const kept = site === '' ? others : { ...others, 'sec-fetch-site': site ?? '' };
    const reply = await gateway.send(LOGIN, { ...sent, headers: kept });
    t.is(reply.status, 403);
    t.deepEqual(reply.cookies, []);
    t.deepEqual(gateway.flow.typed, []);
  });
}

test('a form without any word of where it comes from signs nobody in', async (t) => {
  const gateway = await start(t);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const reply = await gateway.send(LOGIN, { ...typed(ADA), headers });
  t.is(reply.status, 403);
  t.deepEqual(gateway.flow.typed, []);
});

test('a browser without fetch metadata may send it from our own origin', async (t) => {
  const gateway = await start(t);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN };
  const { publicUrl } = gateway.config.server;
  const sent = { ...typed(ADA), headers: { ...headers, origin: publicUrl } };
  t.is((await gateway.send(LOGIN, sent)).status, 303);
});

const ILL_FORMED = [
  ['no password', [['username', 'ada']], 400],
  [
    'an empty password',
    [
      ['username', 'ada'],
      ['password', ''],
    ],
    400,
  ],
  ['no username', [['password', 'x']], 400],
  [
    'a username of spaces',
    [
      ['username', '   '],
      ['password', 'x'],
    ],
    400,
  ],
  [
    'two usernames',
    [
      ['username', 'ada'],
      ['username', 'eve'],
      ['password', 'x'],
    ],
    400,
  ],
  [
    'two passwords',
    [
      ['username', 'ada'],
      ['password', 'x'],
      ['password', 'y'],
    ],
    400,
  ],
  [
    'two services',
    [
      ['service', '/'],
      ['service', '/console'],
      ['username', 'ada'],
      ['password', 'x'],
    ],
    400,
  ],
  [
    'a username of 257 characters',
    [
      ['username', 'a'.repeat(257)],
      ['password', 'x'],
    ],
    400,
  ],
  [
    'a password of 1025 characters',
    [
      ['username', 'ada'],
      ['password', 'x'.repeat(1025)],
    ],
    400,
  ],
  [
    'a service that does not exist',
    [
      ['service', '/nope'],
      ['username', 'ada'],
      ['password', 'x'],
    ],
    404,
  ],
  [
    'more than 64 KiB',
    [
      ['username', 'ada'],
      ['password', 'x'.repeat(70_000)],
    ],
    413,
  ],
] as const;

for (const [what, fields, status] of ILL_FORMED) {
  test(`a form with ${what} is refused, and nobody is asked`, async (t) => {
    const gateway = await start(t);
    t.is((await gateway.send(LOGIN, typed(fields))).status, status);
    t.deepEqual(gateway.flow.typed, []);
  });
}

test('a body that is no form is refused', async (t) => {
  const gateway = await start(t);
  const sent = typed('{"username":"ada","password":"x"}', { 'content-type': 'application/json' });
  t.is((await gateway.send(LOGIN, sent)).status, 415);
});

test('a post without a body is refused, and nobody is asked', async (t) => {
  const gateway = await start(t);
  const headers = { 'sec-fetch-site': 'same-origin' };
  t.is((await gateway.send(LOGIN, { method: 'POST', headers })).status, 400);
  t.deepEqual(gateway.flow.typed, []);
});

test('a password in the address signs nobody in, and is not in the log', async (t) => {
  const gateway = await start(t);
  await gateway.send(`${LOGIN}?service=%2F&username=ada&password=in-the-address`);
  t.deepEqual(gateway.flow.typed, []);
  t.false(JSON.stringify(gateway.lines).includes('in-the-address'));
});

test('a service whose methods take no password has no form, and takes none', async (t) => {
  const services = [FILES, { ...CONSOLE, authentications: [method().id] }];
  const gateway = await startGateway(t, {
    config: { authentications: [method(), PARTNERS], services },
  });
  const { body } = await gateway.send(`${LOGIN}?service=%2Fconsole`);
  t.false(body.includes('<form'));
  const fields = [
    ['service', '/console'],
    ['username', 'ada'],
    ['password', 'x'],
  ] as const;
  t.is((await gateway.send(LOGIN, typed(fields))).status, 404);
});

test('where no method takes a password, there is no such address', async (t) => {
  const gateway = await startGateway(t);
  t.is((await gateway.send(LOGIN, typed(ADA))).status, 405);
});
