import test from 'ava';
import fc from 'fast-check';

import { checkUsername, toUsername } from '../../src/principal/username.ts';
import { anyCharacter } from '../_support/any-character.ts';

const SUFFIXES = ['@contoso.example', '@contoso.onmicrosoft.com', '.example'];

const NAMES: readonly (readonly [name: string, expected: string])[] = [
  ['jane@contoso.example', 'jane'],
  ['jane@contoso.onmicrosoft.com', 'jane'],
  ['jane@fabrikam.example', 'jane@fabrikam'],
  ['jane@fabrikam.test', 'jane@fabrikam.test'],
  ['jane@Contoso.example', 'jane@Contoso'],
  ['jane@contoso.example.example', 'jane@contoso.example'],
  ['@contoso.example@fabrikam.test', '@contoso.example@fabrikam.test'],
  ['jane_gmail.com#EXT#@contoso.onmicrosoft.com', 'jane_gmail.com#EXT#'],
  ['張偉@contoso.example', '張偉'],
];

for (const [name, expected] of NAMES) {
  test(`${name} becomes ${expected} [49] [N67]`, (t) => {
    t.deepEqual(toUsername(name, SUFFIXES), { ok: true, username: expected });
  });
}

test('the first suffix of the list that matches is removed, and no other [49] [N67]', (t) => {
  t.deepEqual(toUsername('a.x.y', ['.y', '.x.y']), { ok: true, username: 'a.x' });
  t.deepEqual(toUsername('a.x.y', ['.x.y', '.y']), { ok: true, username: 'a' });
});

test('without suffixes a name stays as it is', (t) => {
  t.deepEqual(toUsername('jane@contoso.example', []), {
    ok: true,
    username: 'jane@contoso.example',
  });
});

const REFUSED = [
  '',
  ' jane',
  'jane ',
  'a/b',
  'a\\b',
  '../admin',
  '.hidden',
  'a\u0000b',
  'a\nb',
  'a\u202eb',
  'a\u2066b',
  'a\ufeffb',
  'a\ud800b',
  'x'.repeat(257),
];

for (const name of REFUSED) {
  test(`${JSON.stringify(name).slice(0, 30)} is refused as a username [48] [N65]`, (t) =>
    t.false(checkUsername(name).ok));
}

test('a name of which the suffix leaves nothing is refused [49] [N67]', (t) => {
  t.false(toUsername('@contoso.example', SUFFIXES).ok);
});

test('an accepted name never has a slash, a control character or a leading dot [48] [N65]', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 20 }), (name) => {
      const checked = checkUsername(name);
      return !checked.ok || !/[/\\\p{Cc}]|^\./u.test(checked.username);
    }),
  );
  t.pass();
});
