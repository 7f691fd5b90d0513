import test from 'ava';

import { ERRORS } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { refuse, statusOf } from '../../src/server/respond.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

test('every code has a status that says that it was refused', (t) => {
  const wrong = codes.filter((code) => statusOf(code) < 400 || statusOf(code) > 599);
  t.deepEqual(wrong, []);
});

test('every code has a page with a sentence, the code and the number, and nothing to run', (t) => {
  for (const code of codes) {
    const { body, headers } = refuse({ code, requestId: 'request-1' }, { wantsJson: false });
    t.true(body.includes(code), code);
    t.true(body.includes('request-1'), code);
    t.regex(body, /<h1>[^<]+<\/h1>\s*<p>[^<]{10,}<\/p>/);
    t.false(/<script| style=| on[a-z]+=/i.test(body));
    t.is(headers['cache-control'], 'no-store');
  }
});

test('every code is told to programs in a form that does not change', (t) => {
  for (const code of codes) {
    const { body } = refuse({ code, requestId: 'request-1' }, { wantsJson: true });
    const { message, ...rest } = JSON.parse(body);
    t.deepEqual(rest, { code, requestId: 'request-1' });
    t.true(message.length > 10);
  }
});

test('a page without a way to start again has no link', (t) => {
  const without = refuse(
    { code: 'SERVER_NOT_FOUND', requestId: 'x', again: null },
    { wantsJson: false },
  );
  t.notRegex(without.body, /start again/i, 'nor does it tell anybody to');
});

test('what a person has to do is said once', (t) => {
  const advice = 'Choose an account of Contoso.';
  const problem = { code: 'ENTRA_TOKEN_TENANT', requestId: 'x', again: '/', advice } as const;
  const { body } = refuse(problem, { wantsJson: false });
  t.true(body.includes(advice));
  t.notRegex(body, /start again/i, 'nothing beside it');
});

test('statuses stand in one place', (t) => {
  t.deepEqual(
    {
      SERVER_SIGN_IN_NEEDED: statusOf('SERVER_SIGN_IN_NEEDED'),
      SERVER_GROUP_NEEDED: statusOf('SERVER_GROUP_NEEDED'),
      SIGN_IN_DENIED: statusOf('SIGN_IN_DENIED'),
      ENTRA_TOO_MANY_PENDING: statusOf('ENTRA_TOO_MANY_PENDING'),
      STORE_UNAVAILABLE: statusOf('STORE_UNAVAILABLE'),
    },
    {
      SERVER_SIGN_IN_NEEDED: 401,
      SERVER_GROUP_NEEDED: 403,
      SIGN_IN_DENIED: 403,
      ENTRA_TOO_MANY_PENDING: 429,
      STORE_UNAVAILABLE: 503,
    },
  );
});
