import test from 'ava';
import fc from 'fast-check';

import { safeReturnTo, safeReturnUrl } from '../../src/server/return-to.ts';
import { anyCharacter } from '../_support/any-character.ts';

const ORIGIN = 'https://files.example.com';

const cases: readonly (readonly [asked: string | null | undefined, emitted: string])[] = [
  [null, '/'],
  [undefined, '/'],
  ['', '/'],
  ['/', '/'],
  ['/docs', '/docs'],
  ['/docs/a%20b?x=1&y=%2F', '/docs/a%20b?x=1&y=%2F'],
  ['/docs#part', '/docs'],
  ['/docs/../x', '/x'],
  ['/ä', '/%C3%A4'],
  ['/a b', '/a%20b'],
  ['docs', '/'],
  ['https://files.example.com/', '/'],
  ['https:/docs', '/'],
  ['https:evil.example', '/'],
  ['//evil.example', '/'],
  ['///evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['\n//evil.example', '/'],
  ['/\n/evil.example', '/'],
  ['/.//evil.example', '/'],
  ['/..//evil.example', '/'],
  ['/a/..//evil.example', '/'],
  ['/%2e//evil.example', '/'],
  ['/a//b', '/'],
  ['/%2f%2fevil.example', '/'],
  ['/%5cevil.example', '/'],
  ['/a\\b', '/'],
  ['/a%0d%0aSet-Cookie:x', '/'],
  ['/?a=%0d%0aSet-Cookie:x', '/'],
  ['/a\r\nSet-Cookie: x', '/'],
  ['/%00', '/'],
  ['/__chsps__/login?method=x', '/'],
  ['/__chsps__/logout', '/'],
  ['/%5f%5fchsps__/logout', '/%5f%5fchsps__/logout'],
  [`/${'x'.repeat(2048)}`, '/'],
  ['javascript:alert(1)', '/'],
  ['data:text/html,x', '/'],
];

for (const [asked, emitted] of cases) {
  test(`the page ${JSON.stringify(asked)} becomes ${emitted} [23] [N82]`, (t) => {
    t.is(safeReturnTo(asked), emitted);
  });
}

for (const [asked, emitted] of [
  [`${ORIGIN}/docs?a=1`, '/docs?a=1'],
  [`${ORIGIN}/`, '/'],
  [ORIGIN, '/'],
  [`${ORIGIN}//evil.example`, '/'],
  [`${ORIGIN}.evil.example/docs`, '/'],
  [`${ORIGIN}:444/docs`, '/'],
  ['http://files.example.com/docs', '/'],
  ['/docs', '/docs'],
  [null, '/'],
] as const) {
  test(`the URL ${asked} becomes ${emitted} [23] [N82]`, (t) => {
    t.is(safeReturnUrl(asked, ORIGIN), emitted);
  });
}

const piece = fc.constantFrom(
  '/',
  '//',
  '\\',
  '.',
  '..',
  '%2e',
  '%2f',
  '%5c',
  '%09',
  '%0a',
  '%0d',
  '\t',
  '\n',
  '\r',
  '\0',
  ' ',
  '@',
  ':',
  '?',
  '#',
  ';',
  'https:',
  'javascript:',
  'evil.example',
  'docs',
  'ä',
  '\u2028',
  '\ud800',
  '／',
  '。',
  '[',
  ']',
  '|',
  '%',
  '__chsps__',
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 10 }).map((all) => all.join('')),
  fc.string({ unit: anyCharacter }),
);

test('whatever is asked for, what is emitted is a path of this origin to every reader [23] [N82]', (t) => {
  const property = fc.property(text, (asked) => {
    const emitted = safeReturnTo(asked);
    const url = new URL(emitted, ORIGIN);
    return (
      /^\/(?![/\\])[\x21-\x7e]*$/.test(emitted) &&
      url.origin === ORIGIN &&
      `${url.pathname}${url.search}` === emitted &&
      safeReturnTo(emitted) === emitted &&
      safeReturnUrl(emitted, ORIGIN) === emitted
    );
  });
  t.notThrows(() => fc.assert(property, { numRuns: 20_000 }));
});

test('whatever URL is asked for, what is emitted is a path of this origin [23] [N82]', (t) => {
  const property = fc.property(text, (asked) => {
    const emitted = safeReturnUrl(`${ORIGIN}${asked}`, ORIGIN);
    return new URL(emitted, ORIGIN).origin === ORIGIN && /^\/(?![/\\])/.test(emitted);
  });
  t.notThrows(() => fc.assert(property, { numRuns: 5000 }));
});
