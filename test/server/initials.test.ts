import test from 'ava';

import { initials } from '../../src/server/pages/initials.ts';

/** The text of the image. */
const shown = (name: string): string | undefined =>
  />([^<>]*)<\/text/.exec(initials(name).toString())?.[1]?.trim();

test('initials are the first letters of the first and the last name', (t) => {
  t.is(shown('Jane Roe'), 'JR');
  t.is(shown('Jane Q. Public Roe'), 'JR');
  t.is(shown('jane'), 'J');
  t.is(shown('élodie “Lo” d’Arc'), 'ÉD');
  t.is(shown('李 小龍'), '李小');
  t.is(shown('O\u0308zlem Şahin'), 'O\u0308Ş');
});

test('a name that has no letter has no initials, and nothing of a name is markup', (t) => {
  t.is(shown('12 34'), '');
  t.is(shown(''), '');
  t.false(initials('<script> "x"').toString().includes('<script>'));
});
