import test from 'ava';
import { parse } from 'yaml';

import { writeIntegrity } from '../../src/config/write-integrity.ts';

const HASH = 'sha256-6dZ0cJ0nVqHhJm3xk1oQeU2yWv9sTzR4bLaPfGiCuXw=';
const OLD = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

const COMMENTED = `# Ours. Ask Ada before you change it.
version: 1
extensions:   # in order
  # the gate
  - source: ./extensions/gate   # see its README
    mode: enforce

    config: {a:   [1,2 ,3], "b": 'x'}   # strange, and ours
  - mode: shadow
    source: "./extensions/other"
    integrity: ${OLD} # approved by Eve
services: []
`;

test('integrity comes behind source, and nothing else changes', (t) => {
  const changed = writeIntegrity(COMMENTED, 0, HASH);
  t.is(
    changed,
    COMMENTED.replace('# see its README\n', `# see its README\n    integrity: ${HASH}\n`),
  );
  t.is(parse(changed).extensions[0].integrity, HASH);
});

test('an integrity that is there is replaced, and its comment stays', (t) => {
  t.is(writeIntegrity(COMMENTED, 1, HASH), COMMENTED.replace(OLD, HASH));
});

test('an integrity without a value gets one', (t) => {
  const text = 'extensions:\n  - source: ./a\n    integrity:   # later\n    mode: enforce\n';
  t.is(parse(writeIntegrity(text, 0, HASH)).extensions[0].integrity, HASH);
});

test('an entry in one line stays in one line', (t) => {
  const text = 'extensions: [{ source: ./a, mode: shadow }, {source: ./b}]\n';
  t.is(
    writeIntegrity(text, 1, HASH),
    `extensions: [{ source: ./a, mode: shadow }, {source: ./b, integrity: ${HASH}}]\n`,
  );
});

test('JSON stays JSON', (t) => {
  const file = { version: 1, extensions: [{ source: './a', mode: 'enforce' }] };
  for (const spaces of [0, 2]) {
    const changed = writeIntegrity(JSON.stringify(file, null, spaces), 0, HASH);
    t.deepEqual(JSON.parse(changed).extensions, [
      { source: './a', integrity: HASH, mode: 'enforce' },
    ]);
  }
});

test('a file whose last line is the entry gets one more', (t) => {
  t.is(
    writeIntegrity('extensions:\n- source: ./a', 0, HASH),
    `extensions:\n- source: ./a\n  integrity: ${HASH}`,
  );
});

test('lines that end as on Windows are left as they are', (t) => {
  const text = 'extensions:\r\n  - source: ./a\r\n    mode: enforce\r\n';
  const changed = writeIntegrity(text, 0, HASH);
  t.is(parse(changed).extensions[0].integrity, HASH);
  t.is(changed.replace(/ *integrity: .*?\r?\n/, ''), text);
});

test('an entry that does not exist is an error', (t) => {
  t.throws(() => writeIntegrity(COMMENTED, 2, HASH), { instanceOf: TypeError });
  t.throws(() => writeIntegrity('version: 1\n', 0, HASH), { instanceOf: TypeError });
});

test('an entry whose source is no text of its own is an error: nothing is written', (t) => {
  const texts = [
    'extensions:\n  - mode: enforce\n',
    'here: &here ./a\nextensions:\n  - source: *here\n',
    'extensions:\n  - source: >-\n      ./a\n  - source: ./b\n', // its end is in the next line
  ];
  for (const text of texts) {
    t.throws(() => writeIntegrity(text, 0, HASH), { instanceOf: TypeError }, text);
  }
});
