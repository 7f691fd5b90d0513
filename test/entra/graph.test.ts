import test from 'ava';
import { EntraInteractionError } from '../../src/entra/entra-error.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { NetError } from '../../src/net/net-error.ts';
import {
  createDesk,
  IMPLICIT_GROUPS,
  refusedWith,
  signIn,
  type Desk,
} from '../_support/entra-desk.ts';
import { GRAPH } from '../_support/entra-tokens.ts';
import { GROUPS_URL, type Scripted } from '../_support/scripted-tenant.ts';

const EMPTY: Scripted = { json: { value: [] } };
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const graphError = (code: string, status: number, headers: Scripted['headers'] = {}): Scripted => ({
  status,
  headers,
  json: { error: { code, message: 'No.', innerError: { 'request-id': 'x' } } },
});

/** A desk whose Graph answers the first calls with these, and then well. */
function deskWith(...answers: readonly Scripted[]): Desk {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  desk.tenant.on(GROUPS_URL, (_, call) => answers[call - 1] ?? EMPTY);
  return desk;
}

const calls = (desk: Desk): number => desk.tenant.to(GROUPS_URL).length;

test('Graph is asked with the token of the answer, an id for its log, and limits [11] [79]', async (t) => {
  const desk = deskWith();
  const round = await desk.begin();
  const answer = await desk.answer(round);
  await desk.entra.finish(answer);
  const [request] = desk.tenant.to(GRAPH);
  const token = answer.parameters.find(([name]) => name === 'access_token')?.[1];
  t.is(request?.headers?.['authorization'], `Bearer ${token}`);
  t.regex(request?.headers?.['client-request-id'] ?? '', GUID);
  t.truthy(request?.headers?.['user-agent']);
  t.like(request, { method: 'GET', maxBytes: 4 * 1024 * 1024 });
});

test('the id of the sign-in is that of every call [79]', async (t) => {
  const desk = deskWith();
  const round = await desk.begin();
  await desk.entra.finish(await desk.answer(round));
  const sent = desk.tenant.to(GRAPH)[0]?.headers?.['client-request-id'];
  t.is(sent, round.url.searchParams.get('client-request-id') ?? '');
});

test('one call to Graph for a sign-in, none when groups are not asked for [80]', async (t) => {
  const asked = deskWith();
  await signIn(asked);
  t.is(asked.tenant.to(GRAPH).length, 1);
  const unasked = createDesk();
  await signIn(unasked);
  t.is(unasked.tenant.to(GRAPH).length, 0);
});

/** How often a status is tried before the sign-in is refused. */
const FINAL: readonly (readonly [status: number, calls: number, code: ErrorCode])[] = [
  [400, 1, 'ENTRA_GRAPH_REFUSED'],
  [401, 1, 'ENTRA_GRAPH_UNAUTHORIZED'],
  [403, 1, 'ENTRA_GRAPH_FORBIDDEN'],
  [404, 1, 'ENTRA_GRAPH_REFUSED'],
  [302, 1, 'ENTRA_GRAPH_REFUSED'],
  [429, 4, 'ENTRA_GRAPH_THROTTLED'],
  [500, 2, 'ENTRA_GRAPH_UNREACHABLE'],
  [502, 2, 'ENTRA_GRAPH_UNREACHABLE'],
  [503, 4, 'ENTRA_GRAPH_UNREACHABLE'],
  [504, 4, 'ENTRA_GRAPH_UNREACHABLE'],
];

for (const [status, count, code] of FINAL) {
  test(`status ${status} of Graph is asked ${count} times, then ${code} [75]`, async (t) => {
    const answers = Array.from({ length: 9 }, () => graphError('UnknownError', status));
    const desk = deskWith(...answers);
    await refusedWith(t, desk, code, signIn(desk));
    t.is(calls(desk), count);
  });
}

for (const code of ['TooManyRequests', 'UnknownError', 'accessDenied']) {
  test(`429 with ${code} and then an answer is an answer: the status decides [75] [N122]`, async (t) => {
    const desk = deskWith(graphError(code, 429, { 'retry-after': '5' }));
    await t.notThrowsAsync(signIn(desk));
    t.deepEqual(desk.waits, [5000]);
  });
}

test('waits without Retry-After grow, and differ from gateway to gateway [75]', async (t) => {
  const desk = deskWith(graphError('x', 503), graphError('x', 503), graphError('x', 503));
  await signIn(desk);
  const [one = 0, two = 0, three = 0] = desk.waits;
  t.true(one >= 500 && one < 1000 && two >= 1000 && two < 2000 && three >= 2000 && three < 4000);
});

test('a wait that is longer than the sign-in may take is not begun [75]', async (t) => {
  const desk = deskWith(graphError('x', 429, { 'retry-after': '15' }));
  await refusedWith(t, desk, 'ENTRA_GRAPH_THROTTLED', signIn(desk));
  t.deepEqual(desk.waits, []);
});

test('403 names the permissions that are missing [77] [N121]', async (t) => {
  const desk = deskWith(graphError('Authorization_RequestDenied', 403));
  const error = await refusedWith(t, desk, 'ENTRA_GRAPH_FORBIDDEN', signIn(desk));
  t.is(error.actor, 'administrator');
  t.regex(error.next ?? '', /GroupMember\.Read\.All/);
  t.regex(error.message, /Authorization_RequestDenied/);
});

const CHALLENGE = { access_token: { acrs: { essential: true, value: 'c1' } } };
const HEADER = `Bearer error="insufficient_claims", claims="${Buffer.from(JSON.stringify(CHALLENGE)).toString('base64')}"`;

for (const status of [401, 403]) {
  test(`a claims challenge with status ${status} can be passed on, with the person [76] [N120]`, async (t) => {
    const desk = deskWith(
      graphError('x', status, { 'www-authenticate': ['Basic realm="x"', HEADER] }),
    );
    const error = await refusedWith(t, desk, 'ENTRA_GRAPH_CHALLENGE', signIn(desk));
    t.true(error instanceof EntraInteractionError);
    t.deepEqual((error as EntraInteractionError).challenge, { claims: CHALLENGE });
    t.is(error.person?.loginHint, 'Jane.R@contoso.example');
    t.false(error.signIn?.challenged ?? true);
  });
}

test('a claims challenge in the second round is told as one [76] [N81]', async (t) => {
  const desk = deskWith(graphError('x', 401, { 'www-authenticate': HEADER }));
  const round = await desk.begin({
    challenge: { loginHint: 'x', oid: 'c3d7e1a0-1b2c-4d3e-8f90-a1b2c3d4e5f6' },
  });
  const error = await refusedWith(
    t,
    desk,
    'ENTRA_GRAPH_CHALLENGE',
    desk.entra.finish(await desk.answer(round)),
  );
  t.true(error.signIn?.challenged);
});

test('a challenge that cannot be read is a plain 401 [76] [N120]', async (t) => {
  const header = 'Bearer error="insufficient_claims", claims="%%%"';
  const desk = deskWith(graphError('x', 401, { 'www-authenticate': header }));
  await refusedWith(t, desk, 'ENTRA_GRAPH_UNAUTHORIZED', signIn(desk));
});

test('Graph’s own id of the request is told [79]', async (t) => {
  const requestId = '22222222-3333-4444-8555-666666666666';
  const desk = deskWith(graphError('x', 403, { 'request-id': requestId }));
  const error = await refusedWith(t, desk, 'ENTRA_GRAPH_FORBIDDEN', signIn(desk));
  t.is(error.correlationId, requestId);
});

for (const code of ['NET_TIMEOUT', 'NET_TOO_LARGE', 'NET_PROXY', 'NET_UNREACHABLE'] as const) {
  test(`Graph that ends with ${code} refuses the sign-in, without another try [11] [N124]`, async (t) => {
    const desk = createDesk({ config: IMPLICIT_GROUPS });
    desk.tenant.on(GROUPS_URL, () => {
      throw new NetError(code, 'no answer');
    });
    const error = await refusedWith(t, desk, 'ENTRA_GRAPH_UNREACHABLE', signIn(desk));
    t.like(error.cause, { code });
    t.is(calls(desk), 1);
  });
}

for (const [title, scripted] of Object.entries<Scripted>({
  'a page': { body: '<html>', headers: { 'content-type': 'text/html' } },
  'no object': { json: [] },
  'broken JSON': { body: '{"value":[', headers: { 'content-type': 'application/json' } },
})) {
  test(`Graph that answers with ${title} refuses the sign-in [11] [72]`, async (t) => {
    const desk = deskWith(scripted);
    await refusedWith(t, desk, 'ENTRA_GRAPH_REFUSED', signIn(desk));
  });
}
