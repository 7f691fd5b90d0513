import test from 'ava';

import { createTestHost, person } from '../../src/testing/index.ts';
import { writeAuthenticator } from '../_support/password-world.ts';
import { writeExtension } from '../_support/world.ts';

const GRAPH = 'https://graph.microsoft.com';

const NOTICE = `export default {
  events: {
    'signIn.denied': async (event, ctx) => {
      const { name, at, principal, code, denial, attempt, idempotencyKey } = event;
      await fetch('https://notices.example.com/v1', {
        method: 'POST',
        headers: { 'idempotency-key': idempotencyKey },
        body: JSON.stringify({ name, who: principal.username, code, denial, attempt }),
      });
      await ctx.enqueue('work.remind', { at }, { delay: 60 });
    },
    'session.ended': (event, ctx) => {
      try { ctx.token('${GRAPH}'); } catch ({ code }) { console.log(event.reason, code); }
    },
    'work.remind': ({ payload, principal }) => console.log(JSON.stringify({ payload, principal })),
    'work.broken': (event, ctx) => ctx.enqueue('work.missing'),
  },
  schedule: ({ at }, ctx) => console.log(new Date(at).toISOString(), typeof ctx.token('${GRAPH}')),
};`;

const MANIFEST = {
  requests: {
    tokens: [{ resource: GRAPH, allow: ['GET /v1.0/users'] }],
    fetch: [{ origin: 'https://notices.example.com', allow: ['POST /v1'] }],
  },
};

test('an event is told as a gateway tells it, and what the hook did and left is seen', async (t) => {
  const sent: unknown[] = [];
  await using host = await createTestHost({
    extension: writeExtension(t, 'notice', NOTICE, MANIFEST),
    http: {
      'POST https://notices.example.com/v1': ({ headers, body }) => {
        sent.push([headers?.['idempotency-key'], JSON.parse(String(body))]);
        return { status: 202 };
      },
    },
  });
  const { failure, requests, enqueued } = await host.emit(
    'signIn.denied',
    { ...person('jane').signIn(), denial: 'late', at: 1_000 },
    { attempt: 2, idempotencyKey: 'key-1' },
  );
  t.is(failure, null);
  t.like(requests, [{ method: 'POST', status: 202 }]);
  const notice = { name: 'signIn.denied', who: 'jane', code: 'SIGN_IN_DENIED', denial: 'late' };
  t.deepEqual(sent, [['key-1', { ...notice, attempt: 2 }]]);
  t.deepEqual(enqueued, [{ event: 'work.remind', payload: { at: 1_000 }, delay: 60 }]);
});

test('a session that has ended has no tokens, and work is told with its payload', async (t) => {
  const extension = writeExtension(t, 'notice', NOTICE, MANIFEST);
  await using host = await createTestHost({ extension });
  const ended = await host.emit('session.ended', person('jane').signIn());
  t.deepEqual(ended.logs, [{ level: 'info', text: 'sign_out TOKEN_ENDED' }]);
  const reminded = await host.emit('work.remind', { payload: 7 });
  t.is(reminded.logs[0]?.text, '{"payload":7,"principal":null}');
});

test('an event without a hook is a failure, and so is work that nobody does', async (t) => {
  const extension = writeExtension(t, 'notice', NOTICE, MANIFEST);
  await using host = await createTestHost({ extension });
  const { failure } = await host.emit('signIn.succeeded', person('jane').signIn());
  t.like(failure, { kind: 'invalid_result', code: 'HOOK_MISSING' });
  const broken = await host.emit('work.broken', {});
  t.like(broken, { failure: { kind: 'throw', code: 'ENQUEUE_UNKNOWN' }, enqueued: [] });
});

test('a decide that leaves work which nobody does fails, as at a gateway', async (t) => {
  const code = `export default {
    decide: (signIn, ctx) => ctx.enqueue('work.missing').then(() => ({ decision: 'allow' })),
  };`;
  await using host = await createTestHost({ extension: writeExtension(t, 'leaves', code) });
  const { failure } = await host.decide(person('jane').signIn());
  t.like(failure, { kind: 'throw', code: 'ENQUEUE_UNKNOWN' });
});

test('without hooks for events there is none, whatever stands in their place', async (t) => {
  for (const events of ['null', '5', '{ get ["signIn.denied"]() { return 5 } }']) {
    const extension = writeExtension(t, 'none', `export default { events: ${events} } as object;`);
    await using host = await createTestHost({ extension });
    const { failure } = await host.emit('signIn.denied', person('jane').signIn());
    t.like(failure, { kind: 'invalid_result', code: 'HOOK_MISSING' }, events);
  }
});

test('a schedule runs once, for the time that is given', async (t) => {
  const extension = writeExtension(t, 'notice', NOTICE, { ...MANIFEST, schedule: '0 3 * * *' });
  await using host = await createTestHost({ extension });
  const { logs, failure } = await host.schedule(Date.UTC(2026, 0, 6, 3));
  t.is(failure, null);
  t.is(logs[0]?.text, '2026-01-06T03:00:00.000Z string');
});

test('a schedule that the manifest cannot mean is refused with its place', async (t) => {
  const extension = writeExtension(t, 'notice', NOTICE, { ...MANIFEST, schedule: '0 30 * * *' });
  await t.throwsAsync(createTestHost({ extension }), {
    code: 'EXTENSION_MANIFEST_INVALID',
    message: /0 30 \* \* \*.*is no time of a schedule|minute, hour/s,
  });
});

test('who is asked about a password leaves nothing for later', async (t) => {
  const code = `export default {
    authenticate: (credentials, ctx) => ctx.enqueue('work.x', credentials.username),
    events: { 'work.x': () => undefined },
  };`;
  await using host = await createTestHost({ extension: writeAuthenticator(t, 'partner', code) });
  const { failure } = await host.authenticate({ username: 'ada', password: 'a long password' });
  t.like(failure, { kind: 'throw', code: 'ENQUEUE_REFUSED' });
});

test('in the background a thousand calls of the host are made, and not one more', async (t) => {
  const code = `export default {
    schedule: async ({ at }, ctx) => {
      for (let calls = 0; calls < at; calls++) await ctx.kv.get('k');
    },
  };`;
  const extension = writeExtension(t, 'counts', code);
  await using host = await createTestHost({ extension });
  t.is((await host.schedule(1_000)).failure, null);
  t.like((await host.schedule(1_001)).failure, { kind: 'limit', code: 'HOST_CALLS' });
});
