import test from 'ava';
import fc from 'fast-check';
import { EntraError } from '../../src/entra/entra-error.ts';
import { parseUnambiguousObject } from '../../src/entra/json.ts';
import { parseJwt } from '../../src/entra/jwt.ts';
import { forge } from '../_support/entra-tokens.ts';
import { anyCharacter } from '../_support/any-character.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('any text is a token that can be taken apart or one that is malformed: nothing else happens [35]', (t) => {
  const segment = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.json().map((json) => Buffer.from(json).toString('base64url')),
  );
  const token = fc.oneof(
    fc.string(),
    fc.array(segment, { maxLength: 6 }).map((segments) => segments.join('.')),
  );
  fc.assert(
    fc.property(token, (text) => {
      try {
        const { header, payload } = parseJwt(text);
        return typeof header === 'object' && typeof payload === 'object';
      } catch (error) {
        return error instanceof EntraError && error.code === 'ENTRA_TOKEN_MALFORMED';
      }
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

test('base64url is read in the one form that an encoder writes [35] [N64]', (t) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const object = Buffer.from('{}').toString('base64url');
  const reads = (segment: string): boolean => {
    try {
      return parseJwt(`${object}.${object}.${segment}`) !== undefined;
    } catch {
      return false;
    }
  };
  const unit = fc.constantFrom(...Array.from(`${alphabet}=+/ .`));
  fc.assert(
    fc.property(fc.string({ unit, minLength: 1, maxLength: 9 }), (segment) => {
      const isCanonical = Buffer.from(segment, 'base64url').toString('base64url') === segment;
      return reads(segment) === isCanonical;
    }),
    { numRuns: 5000 },
  );
  t.pass();
});

test('what a token says is read as it was written [35]', (t) => {
  const object = fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__')),
  );
  fc.assert(
    fc.property(object, object, (header, payload) => {
      const token = forge(header, payload, 'AAAA');
      const { signed, signature, ...said } = parseJwt(token);
      return (
        JSON.stringify(said) === JSON.stringify({ header, payload }) &&
        `${signed}.AAAA` === token &&
        Buffer.from(signature).equals(Buffer.alloc(3))
      );
    }),
  );
  t.pass();
});

test('an object in which any name comes twice is refused, wherever and however it is written [35]', (t) => {
  const name = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__');
  const value = fc
    .json({ maxDepth: 2, stringUnit: anyCharacter })
    .filter((json) => !json.includes('__proto__'));
  const wrap = fc.constantFrom(
    (json: string) => json,
    (json: string) => `{"a":${json}}`,
    (json: string) => `{"a":[0,"x\\":",${json}]}`,
  );
  fc.assert(
    fc.property(name, value, value, wrap, (key, one, other, around) => {
      const written = JSON.stringify(key);
      const twice = around(`{${written} : ${one},\n${written}:${other}}`);
      const once = around(`{${written} : ${one}}`);
      return (
        parseUnambiguousObject(bytes(twice)) === undefined &&
        parseUnambiguousObject(bytes(once)) !== undefined
      );
    }),
  );
  t.pass();
});

test('texts that look like names do not count as names [35]', (t) => {
  const object = { a: 'b":', c: '"d":1', 'e":"f': ['{"g":1}', '\\', '\\"'], '': { '': 1 } };
  t.deepEqual(parseUnambiguousObject(bytes(JSON.stringify(object, null, 2))), object);
});

test('32 levels are read, 33 are not [35]', (t) => {
  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  t.truthy(parseUnambiguousObject(bytes(nested(32))));
  t.is(parseUnambiguousObject(bytes(nested(34))), undefined);
});
