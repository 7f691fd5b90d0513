import test from 'ava';
import {
  createTestHost,
  person,
  startApi,
  type CannedAnswer,
  type TestHostOptions,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const URL_OF_TEAMS = 'https://contoso.webhook.example.com/workflows/7/secret-of-the-channel';
const base: TestHostOptions = {
  extension,
  config: {},
  grant: { fetch: [{ name: 'teams', url: URL_OF_TEAMS, allow: ['POST'] }] },
};
const answering = (...answers: readonly CannedAnswer[]): TestHostOptions => ({
  ...base,
  http: { [`POST ${URL_OF_TEAMS}`]: answers },
});

const sam = person('sam').from('198.51.100.7').signIn();
const denied = { ...sam, denial: 'department', reason: 'sam is in Sales' };

test('a channel is told who was denied, why, and from where', async (t) => {
  const bodies: string[] = [];
  await using teams = await startApi(new URL(URL_OF_TEAMS).origin, (request, response) => {
    let body = '';
    request.on('data', (chunk: { toString(): string }) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(202).end();
    });
  });
  await using host = await createTestHost({ ...base, http: teams.http });
  const run = await host.emit('signIn.denied', denied);
  t.is(run.failure, null);
  const { facts } = JSON.parse(bodies[0] ?? '').attachments[0].content.body[1];
  t.deepEqual(
    Object.fromEntries(
      facts.map((fact: { title: string; value: string }) => [fact.title, fact.value]),
    ),
    {
      Person: 'sam@example.com',
      Reason: 'sam is in Sales',
      Service: 'file-browser /',
      From: '198.51.100.7',
      'Sign-in': sam.id,
    },
  );
  t.false(JSON.stringify(run).includes('secret-of-the-channel'));
});

test('an event that comes again is told once', async (t) => {
  await using host = await createTestHost(answering({ status: 202 }));
  const key = { idempotencyKey: 'the same' };
  t.is((await host.emit('signIn.denied', denied, key)).failure, null);
  t.is((await host.emit('signIn.denied', denied, { ...key, attempt: 2 })).failure, null);
  host.assertHttpUsed();
});

test('a Teams that fails is a failure, so that it is tried again, and then it is told', async (t) => {
  await using host = await createTestHost(answering({ status: 429 }, { status: 202 }));
  const key = { idempotencyKey: 'the same' };
  t.like((await host.emit('signIn.denied', denied, key)).failure, { kind: 'throw' });
  t.deepEqual(await host.kv(), {});
  t.is((await host.emit('signIn.denied', denied, { ...key, attempt: 2 })).failure, null);
  host.assertHttpUsed();
});

test('other denials than those that were asked for are not told', async (t) => {
  await using host = await createTestHost({ ...base, config: { codes: ['office-hours'] } });
  const run = await host.emit('signIn.denied', denied);
  t.like(run, { failure: null, requests: [] });
});

test('somebody whom nobody vouched for is unknown', async (t) => {
  const bodies: unknown[] = [];
  const http = {
    [`POST ${URL_OF_TEAMS}`]: ({ body }: { body?: unknown }) => (bodies.push(String(body)), {}),
  };
  await using host = await createTestHost({ ...base, http });
  await host.emit('signIn.denied', { ...denied, principal: null });
  t.regex(String(bodies[0]), /"Person","value":"unknown"/);
});
