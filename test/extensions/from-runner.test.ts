import test from 'ava';
import fc from 'fast-check';

import type { FromRunner } from '../../sandbox/contract.ts';
import { readFromRunner } from '../../src/extensions/from-runner.ts';

const FAILURE = {
  kind: 'throw',
  code: 'THROWN',
  message: 'x',
  frames: [{ file: 'a.ts', line: 1, column: 2, function: 'f' }],
} as const;
const USAGE = { wallMs: 1.5, cpuMs: 0, heapBytes: 0 };

const MESSAGES: readonly FromRunner[] = [
  { type: 'ready', v8: '14', node: '26' },
  { type: 'loaded', extension: 'a@b' },
  { type: 'unloadable', extension: 'a@b', failure: FAILURE },
  { type: 'call', id: 1, call: 2, op: 'fetch', argument: '{}' },
  { type: 'log', id: 1, level: 'info', text: 'hello' },
  { type: 'done', id: 1, outcome: { ok: true, result: '{}' }, usage: USAGE },
  { type: 'done', id: 1, outcome: { ok: false, failure: FAILURE }, usage: USAGE },
  { type: 'sick', id: 1, reason: 'x' },
  { type: 'sick', id: null, reason: 'x' },
  { type: 'compiled', extension: 'a@b', cache: 'AA==', platformCache: '' },
];

for (const message of MESSAGES) {
  test(`a message of type ${message.type} is read as it is (${JSON.stringify(message).length})`, (t) => {
    t.deepEqual(readFromRunner(message), message);
  });

  test(`a message of type ${message.type} with any field missing or of another type is none (${JSON.stringify(message).length})`, (t) => {
    for (const field of Object.keys(message)) {
      t.is(readFromRunner({ ...message, [field]: undefined }), undefined, field);
      t.is(readFromRunner({ ...message, [field]: Symbol.iterator }), undefined, field);
      t.is(readFromRunner({ ...message, [field]: [] }), undefined, field);
    }
  });
}

const WRONG: readonly unknown[] = [
  null,
  [],
  'done',
  { type: 'constructor' },
  { type: '__proto__' },
  { type: 'invoke' },
  { ...MESSAGES[4], level: 'fatal' },
  { ...MESSAGES[4], text: 'x'.repeat(9_000) },
  { ...MESSAGES[3], id: -1 },
  { ...MESSAGES[3], id: 1.5 },
  { ...MESSAGES[3], id: '1' },
  { ...MESSAGES[7], id: '1' },
  { ...MESSAGES[9], cache: 'x'.repeat(4 * 1024 * 1024 + 1) },
  { ...MESSAGES[5], usage: { ...USAGE, wallMs: Number.NaN } },
  { ...MESSAGES[5], usage: { ...USAGE, cpuMs: -1 } },
  { ...MESSAGES[5], outcome: { ok: 1, result: '{}' } },
  { ...MESSAGES[6], outcome: { ok: false, failure: { ...FAILURE, kind: 'accept' } } },
  { ...MESSAGES[2], failure: { ...FAILURE, frames: ['a.ts:1:2'] } },
  { ...MESSAGES[2], failure: 'a text' },
  {
    ...MESSAGES[6],
    outcome: { ok: false, failure: { ...FAILURE, frames: [{ file: 1, line: 1, column: 1 }] } },
  },
  {
    ...MESSAGES[6],
    outcome: {
      ok: false,
      failure: { ...FAILURE, frames: Array.from({ length: 51 }, () => FAILURE.frames[0]) },
    },
  },
];

for (const [index, message] of WRONG.entries()) {
  test(`what is no message is not read (${index})`, (t) =>
    t.is(readFromRunner(message), undefined));
}

test('no value makes the reader throw, and nothing beyond the contract comes through', (t) => {
  const names = MESSAGES.flatMap((message) => Object.keys(message));
  const value = fc.dictionary(fc.constantFrom(...names, 'extra'), fc.anything());
  fc.assert(
    fc.property(value, fc.constantFrom(...MESSAGES), (over, message) => {
      const read = readFromRunner({ ...message, ...over });
      return read === undefined || !('extra' in read);
    }),
  );
  t.pass();
});
