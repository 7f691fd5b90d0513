import test from 'ava';
import {
  allows,
  createTestHost,
  denies,
  enriches,
  fails,
  person,
  startApi,
  testTime,
  type CannedAnswer,
  type Scenario,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const ASSESS = 'POST https://risk.example.com/v1/assessments';
const base: Scenario = { extension, signIn: person('jane').from('198.51.100.7') };
const answering = (answer: CannedAnswer): Scenario => ({ ...base, http: { [ASSESS]: answer } });
const after = (minutes: number): Scenario => ({
  ...base,
  signIn: person().withShared({ 'risk-session.minutes': minutes }),
});

test('no risk is let in', allows, answering({ json: { level: 'none', minutes: 0 } }));
test('some risk is let in', allows, answering({ json: { level: 'some', minutes: 30 } }));
test('high risk is not', denies, answering({ json: { level: 'high', minutes: 0 } }), 'risk');
test('a service of risks that fails lets nobody in', fails, answering({ status: 500 }), {
  kind: 'throw',
});
test('a service that is down lets nobody in', fails, base, { kind: 'dependency' });
test('a session ends when the service wants to be asked again', enriches, after(30), {
  session: { absolute: 1800, idle: 300 },
});
test('a session that is shorter than a pause ends as early', enriches, after(2), {
  session: { absolute: 120, idle: 120 },
});
test('without a risk a session is as long as the operator has it', enriches, base, {});

test('what is not granted is refused', async (t) => {
  await using host = await createTestHost({ ...after(30), grant: { enrich: { session: false } } });
  const signIn = person().withShared({ 'risk-session.minutes': 30 }).signIn();
  t.like(await host.enrich(signIn), { patch: null, failure: { code: 'PATCH_NOT_GRANTED' } });
});

test('the service gets the key, and who signs in from where', async (t) => {
  let key: unknown;
  let body = '';
  await using risk = await startApi('https://risk.example.com', (request, response) => {
    key = request.headers['x-api-key'];
    request.on('data', (chunk: { toString(): string }) => (body += chunk.toString()));
    request.on('end', () => response.end(JSON.stringify({ level: 'none', minutes: 0 })));
  });
  const secrets = { risk_key: 'the-key-of-the-risk-service' };
  await using host = await createTestHost({ extension, secrets, http: risk.http });
  const signIn = person('jane').from('198.51.100.7', 'curl/8').openingPage('/x').signIn();
  t.deepEqual((await host.decide(signIn)).decision, { decision: 'allow' });
  t.is(key, 'the-key-of-the-risk-service');
  t.deepEqual(JSON.parse(body), {
    subject: signIn.principal.oid,
    address: '198.51.100.7',
    userAgent: 'curl/8',
    path: '/x',
  });
});

const ALERTS = 'GET https://risk.example.com/v1/alerts';
const JANE = person('jane').with({ oid: 'a1' });
const EMIL = person('emil').with({ oid: 'b2' });

test('whoever became a risk is signed out, everywhere, and nobody else', async (t) => {
  await using host = await createTestHost({
    extension,
    sessions: [JANE, JANE.at('forward-auth', '/auth'), EMIL],
    http: { [`${ALERTS}?since=0`]: { json: [{ subject: 'a1', at: 7 }] } },
  });
  const { failure, logs } = await host.schedule();
  t.is(failure, null);
  t.deepEqual(logs, [{ level: 'warn', text: '2 sessions of a1 ended' }]);
  const left = await host.sessions();
  t.deepEqual(
    left.map(({ principal }) => principal.username),
    ['emil'],
  );
  t.deepEqual(await host.kv(), { since: 7 });
});

test('a run that fails is gone on with where it came to', async (t) => {
  const alerts = Array.from({ length: 101 }, (_, at) => ({ subject: `p${at}`, at }));
  const sessions = alerts.map(({ subject }) => person(subject).with({ oid: subject }));
  const time = testTime('2026-11-20T08:00:00Z');
  await using host = await createTestHost({
    extension,
    sessions,
    time,
    http: {
      [`${ALERTS}?since=0`]: { json: alerts },
      [`${ALERTS}?since=99`]: { json: alerts.slice(100) },
    },
  });
  t.like((await host.schedule()).failure, { kind: 'throw', code: 'SESSIONS_LIMIT' });
  t.is((await host.sessions()).length, 1);
  time.advance({ hours: 1 });
  t.is((await host.schedule()).failure, null);
  t.deepEqual(await host.sessions(), []);
  host.assertHttpUsed();
});

test('a service that is down ends no session, and is asked again', async (t) => {
  const http = { [ALERTS]: { status: 503 } };
  await using host = await createTestHost({ extension, sessions: [JANE], http });
  t.like((await host.schedule()).failure, { kind: 'throw' });
  t.is((await host.sessions()).length, 1);
});

test('where ending sessions is not granted, the run fails and says so', async (t) => {
  const http = { [ALERTS]: { json: [{ subject: 'a1', at: 7 }] } };
  const grant = { sessions: { end: false } };
  await using host = await createTestHost({ extension, sessions: [JANE], http, grant });
  t.like((await host.schedule()).failure, { code: 'SESSIONS_NOT_GRANTED' });
  t.is((await host.sessions()).length, 1);
});
