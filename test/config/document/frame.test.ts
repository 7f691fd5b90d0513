import test from 'ava';
import { z } from 'zod';
import { readDocument } from '../../../src/config/document.ts';
import { withTraits } from '../../../src/config/document/traits.ts';

const SCHEMA = z.strictObject({
  a: z.strictObject({
    password: withTraits(z.string(), { secret: true }).optional(),
    keys: withTraits(z.array(z.string()), { secret: true }).optional(),
    n: z.number().optional(),
    list: z.array(z.string()).optional(),
  }),
});

/** The printed lines of all faults, each with its caret below it. */
function framesOf(text: string): readonly string[] {
  return readDocument(text, 'a.yaml', SCHEMA).faults.map(
    ({ line, caret = 1, length = 1 }) => `${line}\n${' '.repeat(caret - 1)}${'^'.repeat(length)}`,
  );
}

test('the caret stands below the value', (t) => {
  t.deepEqual(framesOf('a:\n  n: many\n'), ['  n: many\n     ^^^^']);
});

test('the caret stands below a key that nobody knows, and its value is not shown', (t) => {
  t.deepEqual(framesOf('a: { pasword: hunter2, n: 1 }'), ['a: { pasword: …, n: 1 }\n     ^^^^^^^']);
});

test('everything below a key that nobody knows is hidden', (t) => {
  const frames = framesOf('a:\n  old: { x: hunter2, y: [hunter3] }\n');
  t.deepEqual(frames, ['  old: …\n  ^^^']);
});

test('the caret stands below the first key of an entry that lacks one', (t) => {
  t.deepEqual(framesOf('b: 1\n'), ['b: …\n^', 'b: …\n^']);
});

test('a secret before the caret moves it', (t) => {
  t.deepEqual(framesOf('a: { password: hunter2hunter2, n: x }'), [
    'a: { password: [secret], n: x }\n                            ^',
  ]);
});

test('a secret at the caret is marked whole', (t) => {
  t.deepEqual(framesOf('a: { password: 1234567890123 }'), [
    'a: { password: [secret] }\n               ^^^^^^^^',
  ]);
});

test('a comment is not shown, for it may be the secret before', (t) => {
  t.deepEqual(framesOf('a:\n  password: 7 # was hunter2\n'), [
    '  password: [secret] \n            ^^^^^^^^',
  ]);
  t.deepEqual(framesOf('a:\n  password: #hunter2\n'), ['  password: \n  ^^^^^^^^']);
});

test('a secret of several lines is hidden on each', (t) => {
  const text = 'a:\n  keys:\n    - one\n    - "two\n      three"\n    - 7\n  n: x\n';
  t.false(framesOf(text).join('\n').includes('one'));
  t.deepEqual(framesOf(text)[0], '    - [secret]\n      ^^^^^^^^');
});

test('a password without a space behind its colon is hidden', (t) => {
  for (const text of [
    'a: password:hunter2',
    'a: { "password=hunter2": 1 }',
    'a: [x, password:hunter2]',
  ]) {
    t.false(framesOf(text).join('\n').includes('hunter2'), text);
  }
});

test('a text that is not sound hides every line that belongs to a secret', (t) => {
  const texts = [
    'a:\n  password: "hunter2\n',
    'a:\n  password: hunter2: x\n',
    'a:\n  password: @hunter2\n',
    'a:\n  password:hunter2\n  n: 1\n',
    'a:\n  password: |\n hunter2\n  n: 1\n',
    'a:\n  keys:\n    - one\n   - hunter2\n',
    'a:\n  password = hunter2\n  n: 1\n',
    'a:\n  password:\n\thunter2\n',
    '{ a: { "password": hunter2 ] }',
    'a: { n: 1, password: hunter2, ]',
  ];
  for (const text of texts) {
    const frames = framesOf(text);
    t.true(frames.length > 0, text);
    t.false(frames.join('\n').includes('hunter2'), text);
  }
});

test('a reference to a secret is shown, for it says where and not what', (t) => {
  t.deepEqual(
    framesOf('a: { password: "${env:X}", n: x }')[0]?.split('\n')[0],
    'a: { password: "${env:X}", n: x }',
  );
  t.deepEqual(
    framesOf("a: { keys: ['${file:secrets/keys.txt}'], n: x }")[0]?.split('\n')[0],
    "a: { keys: ['${file:secrets/keys.txt}'], n: x }",
  );
});

test('a line shows nothing that a terminal would obey', (t) => {
  const [frame] = framesOf('a: { n: "\u{1b}[2J\u{202e}x" }');
  t.deepEqual(frame?.split('\n')[0], 'a: { n: "\u{fffd}[2J\u{fffd}x" }');
});
