/** An extension that may end sessions tries to end those that it may not, and to do so with what is no name of anybody. */
import test from 'ava';

import { createTestHost, person } from '../../src/testing/index.ts';
import { writeExtension } from '../_support/world.ts';

const TRIES = `
const told = async (run) => {
  try { return await run(); } catch (error) { return error.code ?? error.name; }
};
const tries = (end) => [
  () => end({ oid: 'a1', service: { type: 'management-console' } }, 'x'),
  () => end({ oid: ['a1'] }, 'x'),
  () => end({ oid: '*' }, 'x'),
  () => end({ oid: "a1' OR 1=1 --" }, 'x'),
  () => end({ get oid() { throw new RangeError('no'); } }, 'x'),
  () => end({ oid: { toJSON: () => 'a1' }, tid: '__proto__' }, 'x'),
  () => end(new Proxy({}, { get: (_, name) => (name === 'oid' ? 'a1' : undefined) }), 'x'),
  () => end({ oid: 'a1' }, 'x'.repeat(65)),
  () => end({ oid: 'a1' }, { toJSON: () => 'x', secret: 1 }),
  () => end(undefined, 'x'),
];
export default {
  async decide(_, ctx) {
    console.log(await told(() => ctx.sessions.end({ oid: 'a1' }, 'x')));
    return { decision: 'allow' };
  },
  async schedule(_, ctx) {
    const { end } = ctx.sessions;
    Object.prototype.tid = 'polluted';
    console.log(await told(() => end({ oid: 'a1' }, 'x')));
    delete Object.prototype.tid;
    for (const run of tries(end)) console.log(String(await told(run)));
    console.log(Object.isFrozen(ctx.sessions));
  },
};`;

const ASKED = { requests: { sessions: { end: true } } };
const ADMIN = person('admin').with({ oid: 'a1' }).at('management-console', '/console');
const EMIL = person('emil').with({ oid: 'b2' });

test('no argument reaches a session of the console, or of anybody else', async (t) => {
  const extension = writeExtension(t, 'ender', TRIES, ASKED);
  await using host = await createTestHost({ extension, sessions: [ADMIN, EMIL] });
  const { failure, logs } = await host.schedule();
  t.is(failure, null);
  t.deepEqual(
    logs.map(({ text }) => text),
    [
      '0', // a tenant that there is not
      '0',
      'ARGUMENT_INVALID',
      'ARGUMENT_INVALID',
      'ARGUMENT_INVALID',
      'RangeError',
      '0',
      '0',
      'ARGUMENT_INVALID',
      '0',
      'TypeError',
      'true',
    ],
  );
  t.is((await host.sessions()).length, 2);
});

test('an extension that asked for it and was not given it ends none, and one that only was given it neither', async (t) => {
  const jane = person('jane').with({ oid: 'a1' });
  const one = writeExtension(t, 'asks', TRIES, ASKED);
  await using asks = await createTestHost({
    extension: one,
    sessions: [jane],
    grant: { sessions: { end: false } },
  });
  t.is((await asks.schedule()).logs[0]?.text, 'SESSIONS_NOT_GRANTED');
  const other = writeExtension(t, 'given', TRIES);
  await using given = await createTestHost({
    extension: other,
    sessions: [jane],
    grant: { sessions: { end: true } },
  });
  t.is((await given.schedule()).logs[0]?.text, 'SESSIONS_NOT_GRANTED');
  t.is((await asks.sessions()).length + (await given.sessions()).length, 2);
});

test('while a person waits no session ends, whatever was granted', async (t) => {
  const jane = person('jane').with({ oid: 'a1' });
  const extension = writeExtension(t, 'ender', TRIES, ASKED);
  await using host = await createTestHost({ extension, sessions: [jane] });
  const { logs } = await host.decide(jane.signIn());
  t.is(logs[0]?.text, 'SESSIONS_REFUSED');
  t.is((await host.sessions()).length, 1);
});
