import { styleText } from 'node:util';
import type { Fault } from './config.ts';

/** Longer lines are shown in part, around the caret. Unit: columns. */
const MOST_COLUMNS = 100;

export interface FormatOptions {
  /** True for a terminal that shows colours. */
  readonly color: boolean;
}

type Style = (format: Parameters<typeof styleText>[0], text: string) => string;

/**
 * Faults as a terminal shows them: place, code, the line with a caret, what would be right; last their number. Empty when
 * there are none. As JSON, a `Fault` is printed as it is.
 */
export function formatFaults(faults: readonly Fault[], { color }: FormatOptions): string {
  if (faults.length === 0) return '';
  const style: Style = (format, text) =>
    color ? styleText(format, text, { validateStream: false }) : text;
  return [...faults.map((fault) => formatFault(fault, style)), `${count(faults)}.\n`].join('\n');
}

function formatFault(fault: Fault, style: Style): string {
  const { position, severity, code, message, next, path } = fault;
  const place = position ? `${position.file}:${position.line}:${position.column} ` : '';
  const kind = style(severity === 'error' ? 'red' : 'yellow', `${severity} ${code}`);
  return [
    `${style('bold', place)}${kind}${path === '' ? '' : ` at ${path}`}`,
    `  ${message}`,
    ...frame(fault, style),
    ...(next === undefined ? [] : [`  ${style('green', next)}`]),
    '',
  ].join('\n');
}

function frame({ position, line, caret = 1, length = 1, severity }: Fault, style: Style): string[] {
  if (position === undefined || line === undefined) return [];
  const number = String(position.line);
  const { text, start } = clip(line, caret - 1);
  const marks = '^'.repeat(Math.max(1, Math.min(length, MOST_COLUMNS, text.length - start)));
  const gutter = style('dim', `  ${' '.repeat(number.length)} |`);
  return [
    `${style('dim', `  ${number} |`)} ${text}`,
    `${gutter} ${blank(text.slice(0, start))}${style(severity === 'error' ? 'red' : 'yellow', marks)}`,
  ];
}

/** The part of a long line around the caret, and where the caret is in it. */
function clip(line: string, start: number): { readonly text: string; readonly start: number } {
  if (line.length <= MOST_COLUMNS) return { text: line, start };
  const from = Math.max(0, start - MOST_COLUMNS / 4);
  const part = line.slice(from, from + MOST_COLUMNS);
  const before = from > 0 ? '…' : '';
  const after = from + MOST_COLUMNS < line.length ? '…' : '';
  return { text: `${before}${part}${after}`, start: start - from + before.length };
}

const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}/u;

/** Space as wide as a text, so that the caret stands below its place. */
function blank(text: string): string {
  return text.replaceAll(/./gsu, blankCharacter);
}

function blankCharacter(character: string): string {
  if (character === '\t') return character;
  if (/^\p{M}/u.test(character)) return '';
  return WIDE.test(character) ? '  ' : ' ';
}

/** `2 errors, 1 warning`. */
function count(faults: readonly Fault[]): string {
  const kinds = (['error', 'warning'] as const).map((severity) => {
    const number = faults.filter((fault) => fault.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? '' : 's'}`];
  });
  return kinds.flat().join(', ');
}
