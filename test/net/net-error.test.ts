import test from 'ava';

import { toNetError } from '../../src/net/net-error.ts';

function withCode(code: string): Error {
  return Object.assign(new Error(`it failed: ${code}`), { code });
}

test('of several addresses that were tried, the first that says why gives the code', (t) => {
  const tried = new AggregateError(
    [withCode('EODD'), withCode('CERT_HAS_EXPIRED'), 'a text'],
    'all failed',
  );
  const cause = new TypeError('fetch failed', { cause: tried });
  t.like(toNetError(cause, 'login.test'), { code: 'NET_TLS', cause });
});

test('what is thrown and is no error is an unreachable host', (t) => {
  t.like(toNetError('a text', 'login.test'), { code: 'NET_UNREACHABLE', cause: 'a text' });
  t.like(toNetError(new Error('odd'), 'login.test'), { code: 'NET_UNREACHABLE' });
});
