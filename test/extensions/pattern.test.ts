import test from 'ava';
import fc from 'fast-check';

import { covers, matches, parsePattern, type Pattern } from '../../src/extensions/pattern.ts';

function pattern(text: string): Pattern {
  const parsed = parsePattern(text);
  if (!parsed) throw new Error(`no pattern: ${text}`);
  return parsed;
}

const MATCHES: readonly (readonly [pattern: string, request: string, expected: boolean])[] = [
  ['GET /v1.0/me', 'GET /v1.0/me', true],
  ['GET /v1.0/me', 'GET /v1.0/me/', false],
  ['GET /v1.0/me', 'GET /v1.0/meme', false],
  ['GET /v1.0/me', 'POST /v1.0/me', false],
  ['GET /v1.0/me', 'GET /v1.0/Me', false],
  ['GET /users/*', 'GET /users/7', true],
  ['GET /users/*', 'GET /users/', false],
  ['GET /users/*', 'GET /users', false],
  ['GET /users/*', 'GET /users/7/photo', false],
  ['GET /users/*/photo', 'GET /users/7/photo', true],
  ['GET /me/**', 'GET /me/manager', true],
  ['GET /me/**', 'GET /me/drive/root', true],
  ['GET /me/**', 'GET /me', false],
  ['GET /**', 'GET /anything/at/all', true],
  ['GET /a/', 'GET /a/', true],
  ['GET /a/', 'GET /a', false],
  ['POST', 'POST /whatever', true],
  ['POST', 'GET /whatever', false],
  ['GET /me', 'GET /me?anything=goes', true],
  ['GET /me?', 'GET /me', true],
  ['GET /me?', 'GET /me?a=1', false],
  ['GET /me?$select', 'GET /me?$select=id,mail', true],
  ['GET /me?$select', 'GET /me', true],
  ['GET /me?$select', 'GET /me?$select=id&$expand=manager', false],
  ['GET /me?$select', 'GET /me?$select=id&$select=mail', false],
  ['GET /me?$select', 'GET /me?%24select=id', true],
  ['GET /me?$select=id', 'GET /me?$select=id', true],
  ['GET /me?$select=id', 'GET /me?$select=mail', false],
  ['GET /me?%24select', 'GET /me?$select=id', true],
];

for (const [text, request, expected] of MATCHES) {
  const [method = '', pathname = ''] = request.split(' ');
  test(`${text} ${expected ? 'matches' : 'does not match'} ${request}`, (t) => {
    t.is(matches(pattern(text), method, new URL(pathname, 'https://x')), expected);
  });
}

const NOT_PATTERNS = [
  '',
  'get /me',
  '* /me',
  'GET me',
  'GET  /me',
  'GET /me extra',
  'GET /a/**/b',
  'GET /a*',
  'GET /a/../b',
  'GET /a/./b',
  'GET /a#b',
  'GET /a?%zz',
  'GET /a\\b',
];

for (const text of NOT_PATTERNS) {
  test(`${JSON.stringify(text)} is no pattern`, (t) => t.is(parsePattern(text), undefined));
}

const COVERS: readonly (readonly [outer: string, inner: string, expected: boolean])[] = [
  ['GET /a', 'GET /a', true],
  ['GET /a/*', 'GET /a/b', true],
  ['GET /a/b', 'GET /a/*', false],
  ['GET /a/*', 'GET /a/*', true],
  ['GET /a/**', 'GET /a/*', true],
  ['GET /a/**', 'GET /a/**', true],
  ['GET /a/*', 'GET /a/**', false],
  ['GET /a/**', 'GET /a', false],
  ['POST /a', 'GET /a', false],
  ['POST', 'POST', true],
  ['POST', 'POST /a', false],
  ['GET /a', 'GET /a?b', true],
  ['GET /a?b', 'GET /a', false],
  ['GET /a?b', 'GET /a?b=1', true],
  ['GET /a?b=1', 'GET /a?b', false],
  ['GET /a?b&c', 'GET /a?c', true],
];

for (const [outer, inner, expected] of COVERS) {
  test(`${outer} ${expected ? 'covers' : 'does not cover'} ${inner}`, (t) => {
    t.is(covers(pattern(outer), pattern(inner)), expected);
  });
}

const segment = fc.constantFrom('a', 'b', 'me', '*');
const patternText = fc
  .tuple(
    fc.constantFrom('GET', 'POST'),
    fc.array(segment, { minLength: 1, maxLength: 4 }),
    fc.boolean(),
  )
  .map(
    ([method, segments, open]) => `${method} /${[...segments, ...(open ? ['**'] : [])].join('/')}`,
  );
const pathname = fc
  .array(fc.constantFrom('a', 'b', 'me', 'x'), { minLength: 1, maxLength: 6 })
  .map((segments) => `/${segments.join('/')}`);

test('what an inner pattern matches, every pattern that covers it matches', (t) => {
  let met = 0;
  fc.assert(
    fc.property(patternText, patternText, pathname, (one, other, path) => {
      const [outer, inner] = [pattern(one), pattern(other)];
      const url = new URL(path, 'https://x');
      if (!covers(outer, inner) || !matches(inner, inner.method, url)) return true;
      met++;
      return matches(outer, inner.method, url);
    }),
    { numRuns: 20_000, seed: 1 },
  );
  t.true(met > 10);
});

test('no text makes the parser throw', (t) => {
  fc.assert(fc.property(fc.string(), (text) => parsePattern(text) !== null));
  t.pass();
});
