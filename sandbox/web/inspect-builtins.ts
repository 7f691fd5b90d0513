/** Objects of the language that are shown otherwise than by their properties. */
import { brands } from './brands.ts';
import type { Context } from './inspect-context.ts';
import { BRACES, BRACKETS, MAX_ENTRIES, accepts, enclose, more } from './inspect-context.ts';
import { constructorName, prefix, showItems, showProperties } from './inspect-properties.ts';
import { showPrimitive } from './inspect-text.ts';
import {
  ArrayBufferByteLength,
  ArrayIsArray,
  ArrayPush,
  ReflectGetOwnPropertyDescriptor,
  ReflectGetPrototypeOf,
  TypedArrayByteLength,
  TypedArrayTag,
  getterOf,
  uncurry,
} from './primordials.ts';
import { isArrayBuffer } from './webidl.ts';

const mapSize: (self: Map<unknown, unknown>) => number = getterOf(Map.prototype, 'size');
const setSize: (self: Set<unknown>) => number = getterOf(Set.prototype, 'size');
const mapForEach = uncurry(Map.prototype.forEach);
const setForEach = uncurry(Set.prototype.forEach);
const weakMapHas = uncurry(WeakMap.prototype.has);
const weakSetHas = uncurry(WeakSet.prototype.has);
const dateToISO = uncurry(Date.prototype.toISOString);
const dateValue = uncurry(Date.prototype.valueOf);
const regExpToString = uncurry(RegExp.prototype.toString);
const regExpSource: (self: RegExp) => string = getterOf(RegExp.prototype, 'source');
const functionToString = uncurry(Function.prototype.toString);
export const isError: (value: unknown) => boolean = (
  Error as never as { isError(value: unknown): boolean }
).isError;

function showEntries(value: Map<unknown, unknown>, context: Context): string[] {
  const shown: string[] = [];
  let count = 0;
  mapForEach(value, (item, key) => {
    if (count++ >= MAX_ENTRIES || context.budget <= 0) return;
    ArrayPush(shown, `${context.show(key)} => ${context.show(item)}`);
  });
  if (count > shown.length) ArrayPush(shown, more(count - shown.length));
  return shown;
}

function showMembers(value: Set<unknown>, context: Context): string[] {
  const shown: string[] = [];
  let count = 0;
  setForEach(value, (item) => {
    if (count++ >= MAX_ENTRIES || context.budget <= 0) return;
    ArrayPush(shown, context.show(item));
  });
  if (count > shown.length) ArrayPush(shown, more(count - shown.length));
  return shown;
}

export function showFunction(value: Function): string {
  const text = functionToString(value);
  const name: unknown = ReflectGetOwnPropertyDescriptor(value, 'name')?.value;
  const label = typeof name === 'string' && name !== '' ? name : '(anonymous)';
  if (/^class\b/.test(text)) {
    const parent = ReflectGetPrototypeOf(value);
    const base: unknown = parent && ReflectGetOwnPropertyDescriptor(parent, 'name')?.value;
    return `[class ${label}${typeof base === 'string' && base !== '' ? ` extends ${base}` : ''}]`;
  }
  const kind = constructorName(value) ?? 'Function';
  return label === '(anonymous)' ? `[${kind} (anonymous)]` : `[${kind}: ${label}]`;
}

/** The stack of an error where it has one, else its name and message. */
function showErrorHead(error: object): string {
  try {
    const { stack } = error as { stack?: unknown };
    if (typeof stack === 'string' && stack !== '') return stack;
    const { message, name } = error as { message?: unknown; name?: unknown };
    return `[${String(name)}${message === '' ? '' : `: ${String(message)}`}]`;
  } catch {
    return '[Error]';
  }
}

function showError(error: object, context: Context): string {
  const head = showErrorHead(error);
  const entries = showProperties(error, context);
  for (const key of ['cause', 'errors']) {
    const descriptor = ReflectGetOwnPropertyDescriptor(error, key);
    if (descriptor === undefined || descriptor.enumerable) continue;
    ArrayPush(entries, `[${key}]: ${context.show(descriptor.value)}`);
  }
  return entries.length === 0 ? head : enclose(`${head} `, BRACES, entries);
}

const BOXED: readonly (readonly [string, (self: never) => unknown])[] = [
  ['Number', uncurry(Number.prototype.valueOf)],
  ['String', uncurry(String.prototype.valueOf)],
  ['Boolean', uncurry(Boolean.prototype.valueOf)],
  ['BigInt', uncurry(BigInt.prototype.valueOf)],
  ['Symbol', uncurry(Symbol.prototype.valueOf)],
];

/** Built-in objects that are shown otherwise than by their properties; null for all others. */
export function showBuiltin(value: object, context: Context): string | null {
  if (ArrayIsArray(value)) {
    const { length } = value as unknown[];
    const plain = constructorName(value) === 'Array';
    const items = showItems(value as unknown[], length, context);
    ArrayPush(items, ...showProperties(value, context, true));
    return enclose(plain ? '' : prefix(value, 'Array', length), BRACKETS, items);
  }
  if (isError(value) || brands.isDOMException(value)) return showError(value, context);
  if (TypedArrayTag(value) !== undefined) {
    const view = value as Uint8Array;
    const length = TypedArrayByteLength(view) / view.BYTES_PER_ELEMENT;
    const items = showItems(view as never, length, context);
    return enclose(prefix(value, 'TypedArray', length), BRACKETS, items);
  }
  if (isArrayBuffer(value)) {
    return enclose(prefix(value, 'ArrayBuffer'), BRACES, [
      `byteLength: ${ArrayBufferByteLength(value)}`,
    ]);
  }
  if (accepts(mapSize, value)) {
    const start = prefix(value, 'Map', mapSize(value));
    return enclose(start, BRACES, [
      ...showEntries(value, context),
      ...showProperties(value, context),
    ]);
  }
  if (accepts(setSize, value)) {
    const start = prefix(value, 'Set', setSize(value));
    return enclose(start, BRACES, [
      ...showMembers(value, context),
      ...showProperties(value, context),
    ]);
  }
  return showLeaf(value, context);
}

function isPromise(value: object): boolean {
  return value instanceof Promise;
}

/** Built-in objects without anything inside that could be shown. */
function showLeaf(value: object, context: Context): string | null {
  if (accepts(dateValue, value)) {
    return Number.isNaN(dateValue(value)) ? 'Invalid Date' : dateToISO(value);
  }
  if (accepts(regExpSource, value) && value !== RegExp.prototype) return regExpToString(value);
  if (accepts((self: never) => weakMapHas(self, {}), value)) return 'WeakMap { <items unknown> }';
  if (accepts((self: never) => weakSetHas(self, {}), value)) return 'WeakSet { <items unknown> }';
  if (isPromise(value)) {
    return enclose(prefix(value, 'Promise'), BRACES, showProperties(value, context));
  }
  for (const [name, method] of BOXED) {
    if (accepts(method, value)) return `[${name}: ${showPrimitive(method(value))}]`;
  }
  return null;
}
