import test from 'ava';
import type { ExecutionContext } from 'ava';

import type { EndSessionsCall, SessionsOf } from '../../../sandbox/contract.ts';
import type { BrokerContext } from '../../../src/extensions/broker/broker.ts';
import type { SessionDesk } from '../../../src/extensions/broker/sessions.ts';
import { effectiveGrant } from '../../../src/extensions/grant.ts';
import { StoreError } from '../../../src/store/store-error.ts';
import { type Bed, startBroker } from '../../_support/broker.ts';
import { grantOf, manifestOf } from '../../_support/extensions.ts';

const never = (): Promise<never> => Promise.reject(new Error('nothing is reachable'));
const CALL = { oid: 'a1', code: 'risk' };
const END = { end: true };
const GRANTED = effectiveGrant(manifestOf({ sessions: END }), grantOf({ sessions: END }));

/** Says what it was asked, and ends two sessions each time. */
function recording(): SessionDesk & { readonly asked: (SessionsOf | EndSessionsCall)[] } {
  const asked: (SessionsOf | EndSessionsCall)[] = [];
  return {
    asked,
    count: async (of) => {
      asked.push(of);
      return 2;
    },
    end: async (call) => {
      asked.push(call);
      return 2;
    },
  };
}

const brokerWith = (t: ExecutionContext, context: Partial<BrokerContext>): Promise<Bed> =>
  startBroker(t, { clients: { public: never, any: never } }, { context });

test('sessions are ended where both sides said so, and the record says how many and why', async (t) => {
  const sessions = recording();
  const { ask, broker } = await brokerWith(t, { grant: GRANTED, sessions });
  t.true(broker.isRepeatable);
  t.deepEqual(await ask('sessions.end', CALL), { ok: true, value: 2 });
  t.deepEqual(sessions.asked, [CALL]);
  t.false(broker.isRepeatable, 'whoever signs in meanwhile is not signed out by a repeat');
  t.like(broker.calls, [
    { method: 'END', url: 'entrada:sessions/a1', rule: 'sessions: end', done: 'risk: 2 ended' },
  ]);
});

test('who was not granted it ends none, whichever side left it out', async (t) => {
  const sides = [
    [{ sessions: END }, {}],
    [{}, { sessions: END }],
  ] as const;
  for (const [asked, given] of sides) {
    const sessions = recording();
    const grant = effectiveGrant(manifestOf(asked), grantOf(given));
    // oxlint-disable-next-line no-await-in-loop -- two of them
    const { ask, broker } = await brokerWith(t, { grant, sessions });
    // oxlint-disable-next-line no-await-in-loop -- two of them
    const answer = await ask('sessions.end', CALL);
    t.like(answer, { ok: false, error: { code: 'SESSIONS_NOT_GRANTED' } });
    t.deepEqual(sessions.asked, []);
    t.like(broker.calls, [{ code: 'SESSIONS_NOT_GRANTED', rule: null }]);
  }
});

test('a hook that a person waits for ends none', async (t) => {
  const { ask } = await brokerWith(t, { grant: GRANTED });
  t.like(await ask('sessions.end', CALL), { ok: false, error: { code: 'SESSIONS_REFUSED' } });
});

test('in shadow mode it is counted and noted, and none is ended', async (t) => {
  const sessions = { ...recording(), end: never };
  const { ask, broker } = await brokerWith(t, { grant: GRANTED, sessions, shadow: true });
  t.deepEqual(await ask('sessions.end', CALL), { ok: true, value: 2 });
  t.like(broker.calls, [{ code: 'SHADOW_NOT_SENT', done: 'risk: 2 ended' }]);
  t.true(broker.isRepeatable);
});

test('beyond its allowance, and without a store, the extension is told so', async (t) => {
  const full = { ...recording(), end: async () => undefined };
  const limited = await brokerWith(t, { grant: GRANTED, sessions: full });
  t.like(await limited.ask('sessions.end', CALL), { error: { code: 'SESSIONS_LIMIT' } });
  const down = {
    ...recording(),
    end: () => Promise.reject(new StoreError('STORE_UNAVAILABLE', 'at /var/secret/path')),
  };
  const { ask } = await brokerWith(t, { grant: GRANTED, sessions: down });
  const answer = await ask('sessions.end', CALL);
  t.like(answer, { ok: false, error: { code: 'SESSIONS_UNAVAILABLE' } });
  t.false(JSON.stringify(answer).includes('secret'));
});

test('what breaks in the gateway is told to its log, and to the extension without a word of it', async (t) => {
  const broken: unknown[] = [];
  const fault = new TypeError('at /var/secret/path');
  const sessions = { ...recording(), end: () => Promise.reject(fault) };
  const told = { broken: (error: unknown) => void broken.push(error) };
  const { ask, broker } = await brokerWith(t, { grant: GRANTED, sessions, ...told });
  const answer = await ask('sessions.end', CALL);
  t.like(answer, { ok: false, error: { code: 'OPERATION_FAILED' } });
  t.false(JSON.stringify(answer).includes('secret'));
  t.deepEqual(broken, [fault]);
  t.false(broker.isRepeatable, 'some of them may have ended');
});

test('what names nobody, or has no code, is refused before anybody is asked', async (t) => {
  const wrong = [
    {},
    { code: 'risk' },
    { oid: '', code: 'risk' },
    { oid: 'a b', code: 'risk' },
    { oid: ['a1'], code: 'risk' },
    { oid: 'a1' },
    { oid: 'a1', code: 'Two words' },
    { oid: 'a1', code: 'risk', signIn: null },
    { oid: 'a1', code: 'risk', service: '/console' },
  ];
  const sessions = recording();
  const { ask } = await brokerWith(t, { grant: GRANTED, sessions });
  const answers = await Promise.all(wrong.map((call) => ask('sessions.end', call)));
  for (const answer of answers) t.like(answer, { ok: false, error: { code: 'ARGUMENT_INVALID' } });
  t.deepEqual(sessions.asked, []);
});
