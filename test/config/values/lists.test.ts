import test from 'ava';
import fc from 'fast-check';
import { splitLines, splitWords } from '../../../src/config/values/word-list.ts';

const word = fc.stringMatching(/^[a-z0-9@.:/-]{1,8}$/);
const separator = fc.constantFrom(',', ', ', ' ,', '\n', '\r\n', ' ', ',\n', '\t');

test('splitWords gives back the words, whatever parts them', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(word, separator)), (pairs) => {
      t.deepEqual(
        splitWords(pairs.flat().join('')),
        pairs.map(([text]) => text),
      );
    }),
  );
});

test('splitLines gives back the lines, with the commas in them', (t) => {
  t.deepEqual(splitLines('a, b\r\n\n  c\n'), ['a, b', 'c']);
  t.deepEqual(splitLines(''), []);
});
