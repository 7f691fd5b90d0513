import test from 'ava';
import fc from 'fast-check';
import { z } from 'zod';
import { readDocument } from '../../../src/config/document.ts';
import { anyCharacter } from '../../_support/any-character.ts';

const ANYTHING = z.unknown();

/** Faults of a text that no schema judges, as `CODE line:column`. */
function faultsOf(text: string): readonly string[] {
  return readDocument(text, 'a.yaml', ANYTHING).faults.map(
    ({ code, position }) => `${code} ${position?.line}:${position?.column}`,
  );
}

const SYNTAX: Readonly<Record<string, readonly [text: string, place: string]>> = {
  'an open list': ['a: [1, 2', '1:9'],
  'an open quote': ['a: "x', '1:4'],
  'a reference without quotes in a list': ['a: [${env:A}]\nb: 1', '1:6'],
  'the same before quotes that are closed': ["a: [${env:A}]\nb: ''", '1:6'],
  'a tab as indentation': ['\ta: 1', '1:1'],
  'a map in a value': ['a: b: c', '1:4'],
  'a key without its colon': ['a: 1\nb', '2:1'],
  'a wrong escape': ['a: "\\h"', '1:5'],
  'a value that begins with @': ['a: @b', '1:4'],
  'a second document': ['a: 1\n---\nb: 2', '2:1'],
  'a tag': ['a: !secret b', '1:4'],
  'a list as a key': ['? [a]\n: b', '1:3'],
  'an alias': ['a: &x 1\nb: *x', '2:4'],
};

for (const [what, [text, place]] of Object.entries(SYNTAX)) {
  test(`${what} is a fault of syntax at its place`, (t) => {
    t.deepEqual(faultsOf(text), [`CONFIG_SYNTAX ${place}`]);
  });
}

test('a key that stands twice is a duplicate', (t) => {
  t.deepEqual(faultsOf('a: 1\nb: 2\na: 3\n'), ['CONFIG_DUPLICATE 3:1']);
});

test('a number that JavaScript would change is a fault', (t) => {
  for (const number of ['12345678901234567890', '.nan', '.inf', '-.inf', '1e999']) {
    t.deepEqual(faultsOf(`a: ${number}`), ['CONFIG_INVALID_VALUE 1:4'], number);
  }
  t.deepEqual(faultsOf('a: [9007199254740991, 1.5, 0x10, -7]'), []);
});

test('a key called __proto__ is a fault, and pollutes nothing', (t) => {
  t.deepEqual(faultsOf('a: { __proto__: { admin: true } }'), ['CONFIG_INVALID_VALUE 1:6']);
  t.is(Reflect.get({}, 'admin'), undefined);
});

test('aliases that multiply are refused before they do', (t) => {
  const lines = Array.from({ length: 30 }, (_, level) => {
    const below = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${below}, ${below}, ${below}]`;
  });
  t.true(faultsOf(lines.join('\n')).every((fault) => fault.startsWith('CONFIG_SYNTAX')));
});

test('words of YAML 1.1 are text, whatever the file asks for', (t) => {
  const { faults } = readDocument(
    '%YAML 1.1\n---\na: [yes, off, 010, 1:30]\n',
    'a.yaml',
    z.strictObject({
      a: z.tuple([z.literal('yes'), z.literal('off'), z.number(), z.literal('1:30')]),
    }),
  );
  t.deepEqual(faults, []);
});

test('brackets ten thousand deep are a fault, not a crash', (t) => {
  t.true(faultsOf('['.repeat(10_000)).length > 0);
  t.true(faultsOf('{a: '.repeat(10_000)).length > 0);
});

test('readDocument never throws, and places every fault within the text', (t) => {
  const token = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    ' ',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    '|',
    '>',
    '#',
    '&a',
    '*a',
    '!',
    '%',
    '\t',
    ',',
    '?',
    '1',
    'password',
    '${env:A}',
    '\u{1F600}',
  );
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.array(token, { maxLength: 30 }).map((all) => all.join('')),
  );
  const schema = z.strictObject({ a: z.string(), password: z.string().optional() });
  fc.assert(
    fc.property(text, (given) => {
      const lines = given.split('\n');
      for (const { position, line, caret = 0 } of readDocument(given, 'a.yaml', schema).faults) {
        const { line: number, column } = position ?? { line: 0, column: 0 };
        t.true(number >= 1 && number <= lines.length);
        t.true(column >= 1 && column <= (lines[number - 1]?.length ?? 0) + 1);
        t.true(caret >= 1 && caret <= (line?.length ?? 0) + 1);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a text that is nested too deeply to be read is told of in words', (t) => {
  const deep = `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const [fault] = readDocument(deep, 'a.yaml', ANYTHING).faults;
  t.like(fault, { code: 'CONFIG_SYNTAX', message: 'Lists and maps are nested too deeply.' });
});
