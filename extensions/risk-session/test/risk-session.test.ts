import test from 'ava';
import {
  allows,
  createTestHost,
  denies,
  enriches,
  fails,
  person,
  startApi,
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
test('a service that fails lets nobody in', fails, answering({ status: 500 }), { kind: 'throw' });
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
