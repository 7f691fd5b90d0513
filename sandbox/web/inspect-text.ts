/** How strings, keys and other primitive values are shown. */
import { StringSlice, uncurry } from './primordials.ts';

/** Unit: UTF-16 code units. */
const MAX_STRING = 10_000;

const symbolToString = uncurry(Symbol.prototype.toString);
const numberToString = uncurry(Number.prototype.toString);

function quote(text: string): string {
  const mark = !text.includes("'")
    ? "'"
    : !text.includes('"')
      ? '"'
      : !text.includes('`')
        ? '`'
        : "'";
  const escaped = text.replace(
    // oxlint-disable-next-line no-control-regex -- they are what is escaped
    /[\0-\x1f\x7f\\]|[\ud800-\udfff]/gu,
    (unit) => ESCAPES[unit] ?? escape(unit),
  );
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}

const ESCAPES: { readonly [unit: string]: string } = {
  __proto__: null,
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
} as never;

function escape(unit: string): string {
  const code = unit.charCodeAt(0);
  const hex = numberToString(code, 16).toUpperCase();
  return code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex}`;
}

function showString(text: string): string {
  if (text.length <= MAX_STRING) return quote(text);
  const rest = text.length - MAX_STRING;
  return `${quote(StringSlice(text, 0, MAX_STRING))}... ${rest} more characters`;
}

export function showPrimitive(value: unknown): string {
  if (typeof value === 'string') return showString(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol') return symbolToString(value);
  return `${value as null}`;
}

export function showKey(key: PropertyKey): string {
  if (typeof key === 'symbol') return symbolToString(key);
  return /^[A-Za-z_$][\w$]*$/.test(key as string) ? (key as string) : quote(key as string);
}
