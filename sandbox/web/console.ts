/**
 * `console`. Every call becomes one line of the extension's log.
 *
 * @see https://console.spec.whatwg.org/
 */
import type { LogLevel } from '../contract.ts';
import { now } from './clock.ts';
import { format } from './format.ts';
import { inspect } from './inspect.ts';
import { parts } from './parts.ts';
import { ArrayPush, ErrorCaptureStackTrace, SymbolToStringTag } from './primordials.ts';
import { host } from './services.ts';
import { isObject, toDOMString } from './webidl.ts';

let indent = '';
const counts: Map<string, number> = new Map();
const timers: Map<string, number> = new Map();

/** Deeper groups are not indented any further. Unit: characters. */
const MAX_INDENT = 40;

function write(level: LogLevel, text: string): void {
  host.log(level, indent === '' ? text : indent + text.replaceAll('\n', `\n${indent}`));
}

function label(value: unknown): string {
  return value === undefined ? 'default' : toDOMString(value);
}

/** A timer's reading; null, with a warning, when there is no such timer. */
function readTimer(name: string): string | null {
  const start = timers.get(name);
  if (start !== undefined) return `${name}: ${now() - start}ms`;
  write('warn', `Timer '${name}' does not exist`);
  return null;
}

function startGroup(values: readonly unknown[]): void {
  if (values.length > 0) write('info', format(values));
  if (indent.length < MAX_INDENT) indent += '  ';
}

const methods = {
  assert(condition: unknown = false, ...values: unknown[]): void {
    if (condition) return;
    if (typeof values[0] === 'string') values[0] = `Assertion failed: ${values[0]}`;
    else values.unshift(values.length === 0 ? 'Assertion failed' : 'Assertion failed:');
    write('error', format(values));
  },
  clear(): void {
    indent = '';
  },
  count(name: unknown = undefined): void {
    const key = label(name);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    write('info', `${key}: ${count}`);
  },
  countReset(name: unknown = undefined): void {
    const key = label(name);
    if (!counts.delete(key)) write('warn', `Count for '${key}' does not exist`);
  },
  debug(...values: unknown[]): void {
    write('debug', format(values));
  },
  dir(value: unknown = undefined, options: unknown = undefined): void {
    const { depth } = (isObject(options) ? options : {}) as { depth?: unknown };
    const levels = depth === null ? Infinity : typeof depth === 'number' ? depth : 2;
    write('info', inspect(value, levels));
  },
  dirxml(...values: unknown[]): void {
    write('info', format(values));
  },
  error(...values: unknown[]): void {
    write('error', format(values));
  },
  group(...values: unknown[]): void {
    startGroup(values);
  },
  groupCollapsed(...values: unknown[]): void {
    startGroup(values);
  },
  groupEnd(): void {
    indent = indent.slice(2);
  },
  info(...values: unknown[]): void {
    write('info', format(values));
  },
  log(...values: unknown[]): void {
    write('info', format(values));
  },
  table(data: unknown = undefined, properties: unknown = undefined): void {
    write('info', parts.consoleTable().formatTable(data, properties) ?? format([data]));
  },
  time(name: unknown = undefined): void {
    const key = label(name);
    if (timers.has(key)) write('warn', `Timer '${key}' already exists`);
    else timers.set(key, now());
  },
  timeEnd(name: unknown = undefined): void {
    const key = label(name);
    const reading = readTimer(key);
    timers.delete(key);
    if (reading !== null) write('info', reading);
  },
  timeLog(name: unknown = undefined, ...values: unknown[]): void {
    const reading = readTimer(label(name));
    if (reading !== null) write('info', format([reading, ...values]));
  },
  timeStamp(): void {},
  trace(...values: unknown[]): void {
    const holder: { stack?: string } = {};
    ErrorCaptureStackTrace(holder, methods.trace);
    const frames = (holder.stack ?? '').split('\n').slice(1);
    const lines: string[] = [`Trace${values.length === 0 ? '' : `: ${format(values)}`}`];
    for (const frame of frames) ArrayPush(lines, frame);
    write('debug', lines.join('\n'));
  },
  warn(...values: unknown[]): void {
    write('warn', format(values));
  },
};

/** A namespace object: its prototype is an empty object of its own. */
export const console: typeof globalThis.console = Object.assign(Object.create({}), methods);
Object.defineProperty(console, SymbolToStringTag, { value: 'console', configurable: true });
