/**
 * Text for people out of any value, close to what `util.inspect` of Node gives. It calls no getter of the guest, and its
 * output and its work are bounded.
 */
import { isError, showBuiltin, showFunction } from './inspect-builtins.ts';
import type { Context } from './inspect-context.ts';
import { BRACES, enclose } from './inspect-context.ts';
import { isPlatformObject, showPlatformObject } from './inspect-platform.ts';
import { constructorName, prefix, showProperties } from './inspect-properties.ts';
import { showPrimitive } from './inspect-text.ts';
import { ArrayIsArray } from './primordials.ts';
import { isObject } from './webidl.ts';

/** Unit: UTF-16 code units. */
const MAX_OUTPUT = 20_000;
const MAX_DEPTH = 32;

function showObject(value: object, context: Context): string {
  if (typeof value === 'function') {
    const shown = showFunction(value);
    const entries = showProperties(value, context);
    return entries.length === 0 ? shown : enclose(`${shown} `, BRACES, entries);
  }
  const builtin = showBuiltin(value, context);
  if (builtin !== null) return builtin;
  if (isPlatformObject(value)) return showPlatformObject(value, context);
  const start = prefix(value, 'Object');
  return enclose(start === 'Object ' ? '' : start, BRACES, showProperties(value, context));
}

/** What stands for an object that is too deep to be shown. */
function showShallow(value: object): string {
  if (ArrayIsArray(value)) return '[Array]';
  return `[${constructorName(value) ?? 'Object: null prototype'}]`;
}

function show(value: unknown, context: Context): string {
  const text = isObject(value) ? showNested(value, context) : showPrimitive(value);
  context.budget -= text.length;
  return text;
}

function showNested(value: object, context: Context): string {
  const { path, circular } = context;
  if (path.includes(value)) {
    if (!circular.has(value)) circular.set(value, circular.size + 1);
    return `[Circular *${circular.get(value)}]`;
  }
  const leaf = typeof value === 'function' || isError(value);
  if (path.length > context.depth && !leaf) return showShallow(value);
  if (context.budget <= 0) return '...';
  path.push(value);
  try {
    const text = showObject(value, context);
    const number = circular.get(value);
    return number === undefined ? text : `<ref *${number}> ${text}`;
  } finally {
    path.pop();
  }
}

/**
 * Shows any value. Never throws.
 *
 * @param depth How many levels of objects are shown below the first one.
 */
export function inspect(value: unknown, depth = 2): string {
  const context: Context = {
    depth: depth < MAX_DEPTH ? depth : MAX_DEPTH,
    path: [],
    circular: new Map(),
    budget: MAX_OUTPUT,
    show: (inner) => show(inner, context),
  };
  try {
    return show(value, context);
  } catch {
    return '[An object that cannot be shown]';
  }
}
