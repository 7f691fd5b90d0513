import test from 'ava';
import fc from 'fast-check';
import { generateKey, looksRandom, parseKey, parseKeys } from '../../src/config/keys.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/);

test('generateKey makes a line that parseKey reads, another each time', (t) => {
  fc.assert(
    fc.property(id, (name) => {
      const line = generateKey(name);
      const key = parseKey(line);
      t.is(key.ok ? `${key.value.id}:${key.value.secret.reveal()}` : '', line);
      t.true(key.ok && looksRandom(key.value));
      t.not(generateKey(name), line);
    }),
    { numRuns: 20 },
  );
});

test('generateKey refuses an id that a line cannot hold', (t) => {
  for (const name of ['', 'a:b', 'a b', 'x'.repeat(33)]) {
    t.throws(() => generateKey(name), { instanceOf: RangeError }, name);
  }
});

test('parseKey refuses bytes of another length, and another spelling of the same bytes', (t) => {
  const of = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64url');
  t.true(parseKey(`k:${of(32)}`).ok);
  for (const encoded of [of(31), of(33), `${of(32)}=`, `${of(32).slice(0, -1)}d`, '']) {
    t.false(parseKey(`k:${encoded}`).ok, encoded);
  }
});

test('parseKeys never shows a key in a problem', (t) => {
  const secret = 'Zx'.repeat(21);
  for (const line of [`k:${secret}`, secret, `${secret}:k`, `a b:${secret}`]) {
    const result = parseKeys(line);
    t.false(result.ok);
    t.false(
      JSON.stringify(result.ok ? '' : [result.problem.says('it'), result.problem]).includes(secret),
    );
  }
});
