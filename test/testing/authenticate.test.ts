import test from 'ava';

import { createTestHost } from '../../src/testing/index.ts';
import { KNOWS_ADA, PASSWORD, writeAuthenticator } from '../_support/password-world.ts';

test('a test types a username and a password, and gets the verdict', async (t) => {
  await using host = await createTestHost({
    extension: writeAuthenticator(t, 'partner-login', KNOWS_ADA),
  });
  const ada = await host.authenticate({ username: 'ada', password: PASSWORD });
  t.is(ada.failure, null);
  t.like(ada.verdict, { verdict: 'accept', id: '4711', claims: { customer: 'C-9' } });
  const wrong = await host.authenticate({ username: 'ada', password: 'x' });
  t.deepEqual(wrong.verdict, { verdict: 'reject', code: 'wrong-password' });
  const zoe = await host.authenticate({ username: 'zoe', password: PASSWORD });
  t.deepEqual(zoe.verdict, { verdict: 'next' });
});

test('what is no verdict is a failure, with the place in the source', async (t) => {
  const code = `export default {
  authenticate({ username }) {
    if (username === 'thrown') throw new Error('no such directory');
  },
};`;
  await using host = await createTestHost({ extension: writeAuthenticator(t, 'partner', code) });
  const nothing = await host.authenticate({ username: 'ada', password: PASSWORD });
  t.like(nothing, { verdict: null, failure: { kind: 'invalid_result', code: 'VERDICT_MISSING' } });
  const thrown = await host.authenticate({ username: 'thrown', password: PASSWORD });
  t.like(thrown.failure, { kind: 'throw', message: 'Error: no such directory' });
  t.like(thrown.failure?.frames[0], { line: 3 });
});

test('there are no tokens, and lines show no password', async (t) => {
  const code = `export default {
  authenticate({ password }, ctx) {
    console.log('typed', password);
    ctx.token('https://graph.microsoft.com');
  },
};`;
  await using host = await createTestHost({
    extension: writeAuthenticator(t, 'partner', code, {
      requests: { tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /**'] }] },
    }),
  });
  const { failure, logs } = await host.authenticate({ username: 'ada', password: PASSWORD });
  t.is(failure?.code, 'TOKEN_NOT_GRANTED');
  t.deepEqual(logs, [{ level: 'info', text: 'typed [secret]' }]);
});
