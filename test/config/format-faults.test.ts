import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import type { Fault } from '../../src/config/config.ts';
import { formatFaults } from '../../src/config/format-faults.ts';
import { readConfig } from '../../src/config/load.ts';
import { filesOf } from '../_support/config-file.ts';

const GOLDEN = new URL('golden/', import.meta.url);

const FAULT: Fault = {
  severity: 'error',
  code: 'CONFIG_INVALID_VALUE',
  message: 'This is wrong.',
  path: 'a',
  position: { file: 'a.yaml', line: 12, column: 4 },
  line: 'a: wrong',
  caret: 4,
  length: 5,
};

/** The line with the caret, without its gutter. */
function caretOf(fault: Partial<Fault>): string {
  const text = formatFaults([{ ...FAULT, ...fault }], { color: false });
  return /^ +\| (.*\^.*)$/m.exec(text)?.[1] ?? '';
}

test('formatFaults prints a file with many faults as it always did', (t) => {
  const text = readFileSync(new URL('many-faults.yaml', GOLDEN), 'utf8');
  const { faults } = readConfig(text, 'many-faults.yaml', { environment: {}, files: filesOf({}) });
  const printed = formatFaults(faults, { color: false });
  t.is(printed, readFileSync(new URL('many-faults.txt', GOLDEN), 'utf8'));
});

test('formatFaults prints nothing for no faults', (t) => {
  t.is(formatFaults([], { color: false }), '');
});

test('formatFaults with colours prints the same text', (t) => {
  const warning: Fault = { ...FAULT, severity: 'warning', next: 'Write something else.' };
  const colored = formatFaults([FAULT, warning], { color: true });
  t.not(colored, stripVTControlCharacters(colored));
  t.is(stripVTControlCharacters(colored), formatFaults([FAULT, warning], { color: false }));
});

test('formatFaults counts errors and warnings', (t) => {
  const warning: Fault = { ...FAULT, severity: 'warning' };
  t.true(formatFaults([FAULT], { color: false }).endsWith('\n1 error.\n'));
  t.true(
    formatFaults([FAULT, FAULT, warning], { color: false }).endsWith('\n2 errors, 1 warning.\n'),
  );
});

test('formatFaults prints a fault without a place', (t) => {
  const { position: _, ...fault } = FAULT;
  t.true(formatFaults([fault], { color: false }).startsWith('error CONFIG_INVALID_VALUE at a\n'));
});

test('formatFaults sets the caret below its place, whatever stands before it', (t) => {
  t.is(caretOf({ line: '\tn: x', caret: 5, length: 1 }), '\t   ^');
  t.is(caretOf({ line: '漢字: x', caret: 5, length: 1 }), `${' '.repeat(6)}^`);
  t.is(caretOf({ line: 'e\u{301}: x', caret: 5, length: 1 }), `${' '.repeat(3)}^`);
});

test('formatFaults cuts a long line around the caret', (t) => {
  const line = `${'a'.repeat(500)}wrong${'b'.repeat(500)}`;
  const text = formatFaults([{ ...FAULT, line, caret: 501 }], { color: false });
  t.true(text.split('\n').every((printed) => printed.length < 120));
  t.true(text.includes('wrong'));
  const [shown = '', carets = ''] = text.split('\n').slice(2, 4);
  t.is(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1), 'wrong');
});
