import test from 'ava';
import fc from 'fast-check';

import {
  newSessionCookie,
  readCookie,
  SESSION_COOKIE,
  sessionCookieName,
  sessionIdOf,
  TRANSACTION_COOKIE,
} from '../../src/session/cookie.ts';

test('the session cookie is out of reach of scripts, other hosts and plain HTTP', (t) => {
  t.deepEqual(SESSION_COOKIE, { path: '/', secure: true, httpOnly: true, sameSite: 'lax' });
  t.deepEqual(TRANSACTION_COOKIE, { ...SESSION_COOKIE, sameSite: 'none' });
});

test('each service type has a cookie of its own', (t) => {
  t.is(sessionCookieName('file-browser'), '__Host-entrada-file-browser');
  t.is(sessionCookieName('forward-auth'), '__Host-entrada-forward-auth');
});

test('the id of a session is never taken for an option of a command', (t) => {
  const ids = Array.from({ length: 2_000 }, () => newSessionCookie().id);
  t.deepEqual(
    ids.filter((id) => id.startsWith('-')),
    [],
  );
});

test('a fresh cookie names the session that it came with', (t) => {
  const { cookie, id } = newSessionCookie();
  t.is(sessionIdOf(cookie), id);
  t.not(cookie, id);
});

const headers: readonly (readonly [string | undefined, string | undefined])[] = [
  [undefined, undefined],
  ['', undefined],
  ['name=value', 'value'],
  ['a=b; name=value; c=d', 'value'],
  ['a=b;name=value', 'value'],
  ['a=b; name=value ', 'value'],
  ['name=first; name=second', 'first'],
  ['xname=no; name=yes', 'yes'],
  ['a=name=no; name=yes', 'yes'],
  ['names=no', undefined],
  ['a=;name', undefined],
  ['name=', ''],
];

for (const [header, value] of headers) {
  test(`the cookie header ${header} has ${value}`, (t) => {
    t.is(readCookie(header, 'name'), value);
  });
}

test('a cookie is found among any others', (t) => {
  const pair = fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), fc.stringMatching(/^[\w-]{0,6}$/));
  const property = fc.property(fc.array(pair), fc.array(pair), (before, after) => {
    const all = [...before, ['the-name', 'the-value'] as const, ...after];
    const header = all.map(([name, value]) => `${name}=${value}`).join('; ');
    return readCookie(header, 'the-name') === 'the-value';
  });
  t.notThrows(() => fc.assert(property));
});
