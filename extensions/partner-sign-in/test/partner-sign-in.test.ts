import test from 'ava';
import { createTestHost, startApi, type CannedAnswer, type TestHostOptions } from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const SESSIONS = 'POST https://partner.example.com/v1/sessions';
const base: TestHostOptions = { extension, config: { domain: 'partner.example' } };
const answering = (answer: CannedAnswer): TestHostOptions => ({
  ...base,
  http: { [SESSIONS]: answer },
});
const PAT = { username: 'Pat@Partner.example', password: 'correct horse battery' };
const ACCOUNT = { id: 4711, display_name: 'Pat Parker', email: 'pat@partner.example' };

test('whom the partner knows is accepted, by the number and not by the name', async (t) => {
  await using host = await createTestHost(answering({ status: 201, json: ACCOUNT }));
  const { verdict, failure } = await host.authenticate(PAT);
  t.is(failure, null);
  t.deepEqual(verdict, {
    verdict: 'accept',
    id: '4711',
    username: 'pat@partner.example',
    name: 'Pat Parker',
    email: 'pat@partner.example',
  });
});

test('whom the partner does not know is rejected', async (t) => {
  await using host = await createTestHost(answering({ status: 401 }));
  t.like((await host.authenticate(PAT)).verdict, { verdict: 'reject', code: 'partner' });
});

test('others are left to the next method, and the partner never hears of them', async (t) => {
  await using host = await createTestHost(answering({}));
  for (const username of ['jane@contoso.example', 'pat@partner.example.evil.example', 'pat']) {
    const { verdict, requests } = await host.authenticate({ ...PAT, username });
    t.deepEqual(verdict, { verdict: 'next' });
    t.deepEqual(requests, []);
  }
});

for (const status of [400, 403, 429, 500, 503]) {
  test(`a ${status} is a failure, and no verdict`, async (t) => {
    await using host = await createTestHost(answering({ status }));
    t.like(await host.authenticate(PAT), { verdict: null, failure: { kind: 'throw' } });
  });
}

test('an answer without a number accepts nobody', async (t) => {
  await using host = await createTestHost(answering({ json: { display_name: 'Pat' } }));
  t.like(await host.authenticate(PAT), { verdict: null, failure: { kind: 'throw' } });
});

test('the partner gets the password, and nothing that is left of the run has it', async (t) => {
  let body = '';
  await using partner = await startApi('https://partner.example.com', (request, response) => {
    request.on('data', (chunk: { toString(): string }) => (body += chunk.toString()));
    request.on('end', () => response.writeHead(201).end(JSON.stringify(ACCOUNT)));
  });
  await using host = await createTestHost({ ...base, http: partner.http });
  const run = await host.authenticate(PAT);
  t.like(run.verdict, { verdict: 'accept' });
  t.is(JSON.parse(body).password, PAT.password);
  t.false(JSON.stringify(run).includes(PAT.password));
});
