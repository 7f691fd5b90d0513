import test from 'ava';
import fc from 'fast-check';

import { EntradaError } from '../../src/errors.ts';
import { fieldOf, parseForm } from '../../src/server/form.ts';
import { readFormBody } from '../../src/server/form-body.ts';

const invalid = { code: 'SERVER_FORM_INVALID' };

test('a form is read in order, with duplicates', (t) => {
  t.deepEqual(parseForm('a=1&b=&a=2&c'), [
    ['a', '1'],
    ['b', ''],
    ['a', '2'],
    ['c', ''],
  ]);
  t.deepEqual(parseForm(''), []);
});

test('what a browser writes is read as it was meant', (t) => {
  const field = fc.tuple(fc.string({ minLength: 1 }), fc.string());
  const property = fc.property(fc.array(field, { maxLength: 20 }), (fields) => {
    const text = new URLSearchParams(fields.map(([name, value]) => [name, value])).toString();
    return JSON.stringify(parseForm(text)) === JSON.stringify(fields);
  });
  t.notThrows(() => fc.assert(property));
});

for (const text of ['=1', '&', 'a&', 'a=%', 'a=%f', 'a=%gg', 'a=%ff', 'a=%C3', '%zz=1']) {
  test(`the form ${text} is refused`, (t) => {
    t.throws(() => parseForm(text), invalid);
  });
}

test('a form has 64 fields at most', (t) => {
  t.is(parseForm(Array.from({ length: 64 }, () => 'a=1').join('&')).length, 64);
  t.throws(() => parseForm(Array.from({ length: 65 }, () => 'a=1').join('&')), invalid);
});

test('a field that may come once is refused when it comes twice', (t) => {
  t.is(fieldOf(parseForm('a=1&b=2'), 'b'), '2');
  t.is(fieldOf([], 'b'), null);
  t.throws(() => fieldOf(parseForm('b=1&b=2'), 'b'), invalid);
});

test('an error never holds what was sent', (t) => {
  const error = t.throws(() => parseForm('id_token=planted%zz'), invalid);
  t.false(error?.message.includes('planted') ?? true);
});

test('a body is UTF-8, and says nothing else', (t) => {
  const type = 'application/x-www-form-urlencoded';
  const body = Buffer.from('a=%C3%A4');
  for (const charset of ['', ';charset=utf-8', '; charset="UTF-8"', '; charset = utf-8']) {
    t.deepEqual(readFormBody(type + charset, body), [['a', 'ä']]);
  }
  for (const charset of [';charset=utf-7', ';charset=iso-8859-1', ';charset=']) {
    t.throws(() => readFormBody(type + charset, body), { code: 'SERVER_MEDIA_TYPE' });
  }
  t.throws(() => readFormBody(type, Buffer.from([0x61, 0x3d, 0xc3])), invalid);
});

test('any body of any kind is a list of fields, or is refused as none [26] [N77]', (t) => {
  const piece = fc.constantFrom('a', '=', '&', '%', '%41', '%ff', '+', ';', '\uFEFF', 'ä', 'state');
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(piece, { maxLength: 200 }).map((pieces) => Buffer.from(pieces.join(''))),
  );
  const type = fc.option(
    fc.oneof(fc.string(), fc.constantFrom('application/x-www-form-urlencoded; charset=utf-8')),
    { nil: undefined },
  );
  const property = fc.property(type, bytes, (contentType, body) => {
    try {
      const fields = readFormBody(contentType, body);
      return fields.length <= 64 && fields.every(([name]) => name !== '');
    } catch (error) {
      return (
        error instanceof EntradaError &&
        ['SERVER_FORM_INVALID', 'SERVER_MEDIA_TYPE'].includes(error.code)
      );
    }
  });
  t.notThrows(() => fc.assert(property, { numRuns: 1000 }));
});
