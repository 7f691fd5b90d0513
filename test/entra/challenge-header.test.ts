import test from 'ava';
import fc from 'fast-check';
import { parseChallenges, readClaimsChallenge } from '../../src/entra/challenge-header.ts';

const CLAIMS = { access_token: { nbf: { essential: true, value: '1604106651' } } };
const ENCODED = Buffer.from(JSON.stringify(CLAIMS)).toString('base64');
const bearer = (claims: string): string =>
  `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`;

test('a claims challenge of Graph is read [76]', (t) => {
  t.deepEqual(readClaimsChallenge([bearer(ENCODED)]), CLAIMS);
});

test('base64 is read with and without padding, in both alphabets [76]', (t) => {
  const claims = { id_token: { acrs: { essential: true, value: '>>>???' } } };
  for (const encoding of ['base64', 'base64url'] as const) {
    const text = Buffer.from(JSON.stringify(claims)).toString(encoding);
    t.deepEqual(readClaimsChallenge([bearer(text)]), claims);
    t.deepEqual(readClaimsChallenge([bearer(text.replace(/=+$/, ''))]), claims);
  }
});

test('parameters come in any order, quoted or not, in any case [76]', (t) => {
  const header = `BEARER Claims=${ENCODED.replaceAll('=', '')} , ERROR=insufficient_claims`;
  t.deepEqual(readClaimsChallenge([header]), CLAIMS);
});

test('of several challenges, in one header or in two, the one with claims is read [76] [N120]', (t) => {
  t.deepEqual(readClaimsChallenge([`Basic realm="x", ${bearer(ENCODED)}`]), CLAIMS);
  t.deepEqual(
    readClaimsChallenge(['Negotiate', 'Bearer error="invalid_token"', bearer(ENCODED)]),
    CLAIMS,
  );
  t.deepEqual(readClaimsChallenge([bearer('%%%'), bearer(ENCODED)]), CLAIMS);
});

/** Headers from which no claims can be had. */
const USELESS: readonly (readonly [string, readonly string[]])[] = [
  ['nothing', []],
  ['no claims', ['Bearer error="insufficient_claims"']],
  ['another error', [bearer(ENCODED).replace('insufficient_claims', 'invalid_token')]],
  ['another scheme', [bearer(ENCODED).replace('Bearer', 'PoP')]],
  ['no base64', [bearer('%7B%7D')]],
  ['no JSON', [bearer(Buffer.from('{"a":').toString('base64'))]],
  ['a list', [bearer(Buffer.from('[1]').toString('base64'))]],
  ['claims twice', [`${bearer(ENCODED)}, claims="${ENCODED}"`]],
  ['an open quote', [bearer(ENCODED).slice(0, -1)]],
  ['a header of 20,000 characters', [`${bearer(ENCODED)}, x="${'a'.repeat(20_000)}"`]],
  ['parameters without a scheme', [bearer(ENCODED).replace('Bearer ', '')]],
];

for (const [title, headers] of USELESS) {
  test(`a header with ${title} is no claims challenge [76] [N120]`, (t) => {
    t.is(readClaimsChallenge(headers), undefined);
  });
}

test('what a quoted text escapes is taken back [76]', (t) => {
  const [challenge] = parseChallenges(['Bearer a="x\\"y\\\\z, b=c"']);
  t.is(challenge?.parameters.get('a'), 'x"y\\z, b=c');
  t.is(challenge?.parameters.size, 1);
});

test('any header is read without a crash, and quickly [76]', (t) => {
  const piece = fc.constantFrom(
    'Bearer',
    ' ',
    ',',
    '=',
    '"',
    '\\',
    'claims',
    'error',
    'a',
    '\t',
    ';',
    'é',
  );
  const header = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 400 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(fc.array(header, { maxLength: 4 }), (headers) =>
      Array.isArray(parseChallenges(headers)),
    ),
  );
  const start = performance.now();
  for (const unit of ['"', 'a="', ',', ' ', 'a=', '\\"', 'a', 'a ', 'Bearer a="\\']) {
    parseChallenges([unit.repeat(16 * 1024).slice(0, 16 * 1024)]);
  }
  t.true(performance.now() - start < 1000);
});

/** A name that means something to JavaScript, at any depth. */
const namesPrototype = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (Object.hasOwn(value, '__proto__') || Object.values(value).some(namesPrototype));

test('claims that are written are read back [76]', (t) => {
  const name = fc.oneof({ arbitrary: fc.string(), weight: 9 }, fc.constant('__proto__'));
  const claims = fc.dictionary(name, fc.jsonValue({ maxDepth: 3 }));
  const seen = { read: 0, refused: 0 };
  fc.assert(
    fc.property(claims, (object) => {
      const text = JSON.stringify(object);
      const read = readClaimsChallenge([bearer(Buffer.from(text).toString('base64'))]);
      const written: unknown = JSON.parse(text);
      const isRefused = namesPrototype(written);
      seen[isRefused ? 'refused' : 'read']++;
      return isRefused ? read === undefined : JSON.stringify(read) === JSON.stringify(written);
    }),
  );
  t.true(seen.read > 0);
  t.true(seen.refused > 0);
});
