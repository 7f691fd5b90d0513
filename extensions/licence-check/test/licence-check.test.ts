import test from 'ava';
import {
  allows,
  createTestHost,
  denies,
  fails,
  madeUpSignIn,
  refusesConfig,
  startApi,
  testTime,
  type CannedAnswer,
  type Scenario,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const jane = madeUpSignIn();
const SEAT = `GET https://licences.example.com/v1/products/ledgers/seats/${jane.principal.oid}`;
const SEATED = { json: { active: true } };
const base: Scenario = { extension, config: { product: 'ledgers' }, signIn: jane };

const answering = (...answers: readonly CannedAnswer[]): Scenario => ({
  ...base,
  http: { [SEAT]: answers },
});

test('whoever has a seat is let in', allows, answering(SEATED));
test(
  'whoever has a seat that is not active is denied',
  denies,
  answering({ json: { active: false } }),
  'no-licence',
);
test('whoever has none is denied, and told whom to ask', denies, answering({ status: 404 }), {
  message: 'You have no licence for this product. Ask your manager for one.',
  reason: 'jane has no seat of ledgers',
});
test('a Graph that fails lets nobody in', fails, answering({ status: 500 }), { kind: 'throw' });
test('a service that cannot be reached lets nobody in', fails, base, { kind: 'dependency' });
test('a seat that is remembered is not asked for', allows, {
  ...base,
  kv: { [`ledgers/${jane.principal.oid}`]: true },
});
test('a product that is no word of a path is refused', refusesConfig, base, {
  product: '../admin',
});

test('a seat is asked for once in eight hours', async (t) => {
  const time = testTime('2026-11-20T09:00:00Z');
  await using host = await createTestHost({ ...answering(SEATED, { status: 404 }), time });
  const decide = async () => (await host.decide(jane)).decision?.decision;
  t.is(await decide(), 'allow');
  time.advance({ hours: 7, minutes: 59 });
  t.is(await decide(), 'allow');
  time.advance({ minutes: 1 });
  t.is(await decide(), 'deny');
  host.assertHttpUsed();
});

test('a licence that was just bought works a minute later', async (t) => {
  const time = testTime('2026-11-20T09:00:00Z');
  await using host = await createTestHost({ ...answering({ status: 404 }, SEATED), time });
  const decide = async () => (await host.decide(jane)).decision?.decision;
  t.is(await decide(), 'deny');
  time.advance({ seconds: 59 });
  t.is(await decide(), 'deny');
  time.advance({ seconds: 1 });
  t.is(await decide(), 'allow');
});

test('nothing is remembered of a service that fails', async (t) => {
  await using host = await createTestHost(answering({ status: 500 }, SEATED));
  t.like(await host.decide(jane), { decision: null, failure: { kind: 'throw' } });
  t.deepEqual(await host.kv(), {});
  t.like(await host.decide(jane), { decision: { decision: 'allow' } });
});

test('over a real connection the service gets the key of the operator', async (t) => {
  const keys: unknown[] = [];
  await using licences = await startApi('https://licences.example.com', ({ headers }, response) => {
    keys.push(headers.authorization);
    response.end(JSON.stringify(SEATED.json));
  });
  const secrets = { licence_key: 'the-licence-key-0123456789' };
  await using host = await createTestHost({ ...base, secrets, http: licences.http });
  t.deepEqual((await host.decide(jane)).decision, { decision: 'allow' });
  t.deepEqual(keys, ['Bearer the-licence-key-0123456789']);
});
