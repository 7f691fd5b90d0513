/** What the methods of `console` make of their arguments. */
import { inspect } from './inspect.ts';
import { showPrimitive } from './inspect-text.ts';
import { StringSlice } from './primordials.ts';
import { isObject } from './webidl.ts';

/** Unit: UTF-16 code units. */
const MAX_OUTPUT = 20_000;

function formatInteger(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'symbol' ? 'NaN' : `${Math.trunc(parseFloat(String(value)))}`;
}

function formatNumber(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'symbol' || isObject(value) ? 'NaN' : `${Number(value)}`;
}

function formatText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'symbol') return showPrimitive(value);
  return isObject(value) ? inspect(value, 0) : showPrimitive(value);
}

function formatJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '[Circular]';
  }
}

const SPECIFIERS: { readonly [letter: string]: (value: unknown) => string } = {
  s: formatText,
  d: formatNumber,
  i: formatInteger,
  f: (value) => (typeof value === 'symbol' ? 'NaN' : `${parseFloat(String(value))}`),
  j: formatJson,
  o: (value) => inspect(value, 4),
  O: (value) => inspect(value),
  c: () => '',
};

/** Replaces the specifiers of a format string; returns the text and how many values it took. */
function fillSpecifiers(values: readonly unknown[]): { text: string; taken: number } {
  let taken = 1;
  const text = (values[0] as string).replace(/%([sdifjoOc%])/g, (specifier, letter: string) => {
    if (letter === '%') return '%';
    return taken < values.length ? SPECIFIERS[letter]!(values[taken++]) : specifier;
  });
  return { text, taken };
}

/** What `console.log` writes: format specifiers are filled, the rest is joined by spaces. Never throws. */
export function format(values: readonly unknown[]): string {
  try {
    const formatted = typeof values[0] === 'string' && values.length > 1;
    const { text, taken } = formatted ? fillSpecifiers(values) : { text: '', taken: 0 };
    let line = text;
    for (let index = taken; index < values.length; index++) {
      const value = values[index];
      line += `${index === 0 ? '' : ' '}${typeof value === 'string' ? value : inspect(value)}`;
      if (line.length > MAX_OUTPUT) return `${StringSlice(line, 0, MAX_OUTPUT)}...`;
    }
    return line;
  } catch {
    return '[Values that cannot be shown]';
  }
}
