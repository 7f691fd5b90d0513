import test from 'ava';
import fc from 'fast-check';
import {
  DURATION_PATTERN,
  durationUpTo,
  parseDuration,
} from '../../../src/config/values/duration.ts';
import { megabytes, parseSize, SIZE_PATTERN } from '../../../src/config/values/size.ts';

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

test('parseDuration multiplies a whole number by its unit', (t) => {
  const unit = fc.constantFrom(...(['ms', 's', 'm', 'h', 'd'] as const));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), unit, (number, name) => {
      t.deepEqual(parseDuration(`${number}${name}`), {
        ok: true,
        value: number * MILLISECONDS[name],
      });
    }),
  );
});

test('parseDuration refuses what is no duration, nothing, or longer than 400 days', (t) => {
  for (const text of [
    '',
    '5',
    's',
    '5 s',
    '1.5h',
    '-5s',
    '5S',
    '5sec',
    '0s',
    '401d',
    '5__proto__',
  ]) {
    t.false(parseDuration(text).ok, text);
  }
});

test('parseDuration accepts only what its pattern does, and never throws', (t) => {
  const pattern = new RegExp(`^(?:${DURATION_PATTERN})$`);
  fc.assert(fc.property(fc.string(), (text) => !parseDuration(text).ok || pattern.test(text)));
  t.pass();
});

test('durationUpTo holds its limit', (t) => {
  const parse = durationUpTo('30s');
  t.true(parse('30s').ok);
  t.true(parse('30000ms').ok);
  t.false(parse('30001ms').ok);
  t.false(parse('x').ok);
});

test('parseSize counts in multiples of 1024', (t) => {
  t.deepEqual(parseSize('128MB'), { ok: true, value: 128 * 1024 * 1024 });
  t.deepEqual(parseSize('128MiB'), parseSize('128MB'));
  t.deepEqual(parseSize('1GB'), { ok: true, value: 1024 ** 3 });
  t.deepEqual(parseSize('7B'), { ok: true, value: 7 });
});

test('parseSize refuses what is no size, nothing, or more than can be counted', (t) => {
  for (const text of ['', '5', 'MB', '1.5MB', '-1MB', '0MB', '5mb', `${'9'.repeat(20)}GB`]) {
    t.false(parseSize(text).ok, text);
  }
});

test('parseSize accepts only what its pattern does, and never throws', (t) => {
  const pattern = new RegExp(`^(?:${SIZE_PATTERN})$`);
  fc.assert(fc.property(fc.string(), (text) => !parseSize(text).ok || pattern.test(text)));
  t.pass();
});

test('megabytes takes whole megabytes between its limits', (t) => {
  const parse = megabytes(8, 512);
  t.deepEqual(parse('8MB'), { ok: true, value: 8 });
  t.deepEqual(parse('8192KB'), { ok: true, value: 8 });
  for (const text of ['7MB', '513MB', '8193KB', '1B', 'x']) t.false(parse(text).ok, text);
});
