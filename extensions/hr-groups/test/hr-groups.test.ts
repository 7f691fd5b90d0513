import test from 'ava';
import {
  createTestHost,
  enriches,
  madeUpSignIn,
  startApi,
  testTime,
  type CannedAnswer,
  type Listener,
  type TestHostOptions,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const jane = madeUpSignIn();
const TEAMS = `GET https://hr.example.com/v2/people/${jane.principal.oid}/teams`;
const PAYROLL = { json: { teams: ['payroll-2'] } };
const ADD_PAYROLL = { groups: { add: ['Payroll'] } };

const base: TestHostOptions = {
  extension,
  config: { teams: { ledgers: 'Ledgers', 'payroll-2': 'Payroll', admins: 'Administrators' } },
  secrets: { hr_key: 'the-key-of-the-hr-service-0123456789' },
};

const answering = (...answers: readonly CannedAnswer[]): TestHostOptions => ({
  ...base,
  http: { [TEAMS]: answers },
});

test('teams become groups', enriches, answering(PAYROLL), ADD_PAYROLL);
test(
  'teams that stand for no group are left out',
  enriches,
  answering({ json: { teams: ['gym', 'payroll-2'] } }),
  ADD_PAYROLL,
);
test('whoever the service does not know gets nothing', enriches, answering({ status: 404 }), {});

test('a group that is not granted is refused, and with it the whole patch', async (t) => {
  await using host = await createTestHost(answering({ json: { teams: ['payroll-2', 'admins'] } }));
  t.like(await host.enrich(jane), { patch: null, failure: { code: 'PATCH_NOT_GRANTED' } });
});

test('the service is asked once in a quarter of an hour', async (t) => {
  const time = testTime('2026-11-20T09:00:00Z');
  await using host = await createTestHost({ ...answering(PAYROLL, { json: { teams: [] } }), time });
  t.deepEqual((await host.enrich(jane)).patch, ADD_PAYROLL);
  time.advance({ minutes: 14 });
  t.deepEqual((await host.enrich(jane)).patch, ADD_PAYROLL);
  time.advance({ minutes: 1 });
  t.deepEqual((await host.enrich(jane)).patch, {});
  host.assertHttpUsed();
});

test('while the service is down, what it said in the last day counts', async (t) => {
  const time = testTime('2026-11-20T09:00:00Z');
  await using host = await createTestHost({
    ...answering(PAYROLL, { status: 503 }, { status: 503 }),
    time,
  });
  await host.enrich(jane);
  time.advance({ hours: 23 });
  const { patch, logs } = await host.enrich(jane);
  t.deepEqual(patch, ADD_PAYROLL);
  t.like(logs, [{ level: 'warn' }]);
  time.advance({ hours: 1 });
  t.like(await host.enrich(jane), { patch: null, failure: { kind: 'throw' } });
});

test('without anything kept, a service that is down is a failure', async (t) => {
  await using host = await createTestHost({ ...base, http: {} });
  t.like(await host.enrich(jane), { patch: null, failure: { kind: 'dependency' } });
});

test('over a real connection the service gets the key, and the extension’s lines and values never do', async (t) => {
  const keys: unknown[] = [];
  const listener: Listener = ({ headers }, response) => {
    keys.push(headers['x-api-key']);
    response.end(JSON.stringify({ teams: ['ledgers'] }));
  };
  await using hr = await startApi('https://hr.example.com', listener);
  await using host = await createTestHost({ ...base, http: hr.http });
  const run = await host.enrich(jane);
  t.deepEqual(run.patch, { groups: { add: ['Ledgers'] } });
  t.deepEqual(keys, ['the-key-of-the-hr-service-0123456789']);
  t.false(JSON.stringify([run, await host.kv()]).includes('the-key-of-the-hr-service'));
});
