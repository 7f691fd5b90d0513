/**
 * Text for people out of any value, close to what `util.inspect` of Node gives. It calls no getter of the guest, and its
 * output and its work are bounded.
 */
import { isDOMException } from './dom-exception.ts';
import {
  ArrayBufferByteLength,
  ArrayIsArray,
  ArrayPush,
  ReflectApply,
  ReflectGetOwnPropertyDescriptor,
  ReflectGetPrototypeOf,
  ReflectOwnKeys,
  StringSlice,
  TypedArrayByteLength,
  TypedArrayTag,
  WeakSetHas,
  getterOf,
  uncurry,
} from './primordials.ts';
import { isArrayBuffer, isObject, platformPrototypes } from './webidl.ts';

/** How much is shown. Units: entries, and UTF-16 code units. */
const MAX_ENTRIES = 100;
const MAX_STRING = 10_000;
const MAX_OUTPUT = 20_000;
const MAX_DEPTH = 32;
/** The properties of longer lists, beside their items, are not looked for. */
const MAX_LIST = 10_000;
const LINE_WIDTH = 76;

interface Context {
  readonly depth: number;
  /** The objects that are being shown, outermost first. */
  readonly path: object[];
  /** The objects that something inside refers back to; a number names each. */
  readonly circular: Map<object, number>;
  /** What may still be written. Unit: UTF-16 code units. */
  budget: number;
}

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
const numberValue = uncurry(Number.prototype.valueOf);
const stringValue = uncurry(String.prototype.valueOf);
const booleanValue = uncurry(Boolean.prototype.valueOf);
const bigintValue = uncurry(BigInt.prototype.valueOf);
const symbolValue = uncurry(Symbol.prototype.valueOf);
const symbolToString = uncurry(Symbol.prototype.toString);
const numberToString = uncurry(Number.prototype.toString);
const isError = (Error as never as { isError(value: unknown): boolean }).isError;

/** True when the function accepts the receiver. */
function accepts<T>(method: (self: T) => unknown, value: object): value is T & object {
  try {
    method(value as T);
    return true;
  } catch {
    return false;
  }
}

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

function showPrimitive(value: unknown): string {
  if (typeof value === 'string') return showString(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol') return symbolToString(value);
  return `${value as null}`;
}

/** A data property, wherever on the chain, without a getter being called. */
function dataProperty(value: object, key: PropertyKey): unknown {
  for (let holder: object | null = value; holder !== null; holder = ReflectGetPrototypeOf(holder)) {
    const descriptor = ReflectGetOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor.value;
  }
  return undefined;
}

/** The name of the class that made the object; null for an object without one. */
function constructorName(value: object): string | null {
  for (let holder: object | null = value; holder !== null; holder = ReflectGetPrototypeOf(holder)) {
    const maker: unknown = ReflectGetOwnPropertyDescriptor(holder, 'constructor')?.value;
    if (typeof maker !== 'function') continue;
    const name: unknown = ReflectGetOwnPropertyDescriptor(maker, 'name')?.value;
    if (typeof name === 'string' && name !== '') return name;
  }
  return null;
}

function prefix(value: object, fallback: string, size?: number): string {
  const name = constructorName(value);
  const tag = dataProperty(value, Symbol.toStringTag);
  const shown = name ?? `[${fallback}: null prototype]`;
  const counted = size === undefined ? shown : `${shown}(${size})`;
  const differs = typeof tag === 'string' && tag !== '' && tag !== name;
  return differs ? `${counted} [${tag}] ` : `${counted} `;
}

function showKey(key: PropertyKey): string {
  if (typeof key === 'symbol') return symbolToString(key);
  return /^[A-Za-z_$][\w$]*$/.test(key as string) ? (key as string) : quote(key as string);
}

function showProperty(value: object, key: PropertyKey, context: Context): string {
  const descriptor = ReflectGetOwnPropertyDescriptor(value, key);
  if (descriptor === undefined) return `${showKey(key)}: undefined`;
  if (descriptor.get) return `${showKey(key)}: [Getter${descriptor.set ? '/Setter' : ''}]`;
  if (descriptor.set) return `${showKey(key)}: [Setter]`;
  return `${showKey(key)}: ${show(descriptor.value, context)}`;
}

function isIndex(key: PropertyKey): boolean {
  return typeof key === 'string' && /^(?:0|[1-9]\d{0,9})$/.test(key);
}

/** The own enumerable keys that are shown, indexes of lists excepted. */
function shownKeys(value: object, list: boolean): PropertyKey[] {
  const keys: PropertyKey[] = [];
  if (list && (value as unknown[]).length > MAX_LIST) return keys; // only listing the indexes would fill the memory
  const own = ReflectOwnKeys(value);
  for (let index = 0; index < own.length; index++) {
    const key = own[index]!;
    if (list && isIndex(key)) continue;
    if (ReflectGetOwnPropertyDescriptor(value, key)?.enumerable) ArrayPush(keys, key);
  }
  return keys;
}

function showProperties(value: object, context: Context, list = false): string[] {
  const keys = shownKeys(value, list);
  const shown: string[] = [];
  for (let index = 0; index < keys.length; index++) {
    if (index >= MAX_ENTRIES || context.budget <= 0) {
      ArrayPush(shown, `... ${keys.length - index} more properties`);
      break;
    }
    ArrayPush(shown, showProperty(value, keys[index]!, context));
  }
  return shown;
}

function more(count: number): string {
  return `... ${count} more item${count === 1 ? '' : 's'}`;
}

/** The items of an array; holes are counted. */
function showItems(value: readonly unknown[], length: number, context: Context): string[] {
  const shown: string[] = [];
  let index = 0;
  while (index < length && shown.length < MAX_ENTRIES && context.budget > 0) {
    const start = index;
    while (index < length && ReflectGetOwnPropertyDescriptor(value, index) === undefined) {
      if (++index - start > MAX_STRING) index = length;
    }
    const holes = index - start;
    if (holes > 0) {
      ArrayPush(shown, `<${holes} empty item${holes === 1 ? '' : 's'}>`);
      continue;
    }
    const item = ReflectGetOwnPropertyDescriptor(value, index++)!;
    ArrayPush(shown, 'value' in item ? show(item.value, context) : '[Getter]');
  }
  if (index < length) ArrayPush(shown, more(length - index));
  return shown;
}

function showEntries(value: Map<unknown, unknown>, context: Context): string[] {
  const shown: string[] = [];
  let count = 0;
  mapForEach(value, (item, key) => {
    if (count++ >= MAX_ENTRIES || context.budget <= 0) return;
    ArrayPush(shown, `${show(key, context)} => ${show(item, context)}`);
  });
  if (count > shown.length) ArrayPush(shown, more(count - shown.length));
  return shown;
}

function showMembers(value: Set<unknown>, context: Context): string[] {
  const shown: string[] = [];
  let count = 0;
  setForEach(value, (item) => {
    if (count++ >= MAX_ENTRIES || context.budget <= 0) return;
    ArrayPush(shown, show(item, context));
  });
  if (count > shown.length) ArrayPush(shown, more(count - shown.length));
  return shown;
}

/** Puts entries on one line where they fit, else one on each. */
function enclose(
  start: string,
  [open, close]: readonly [string, string],
  entries: string[],
): string {
  if (entries.length === 0) return `${start}${open}${close}`;
  const line = `${start}${open} ${entries.join(', ')} ${close}`;
  if (line.length <= LINE_WIDTH && !line.includes('\n')) return line;
  return `${start}${open}\n  ${entries.join(',\n').replaceAll('\n', '\n  ')}\n${close}`;
}

const BRACES = ['{', '}'] as const;
const BRACKETS = ['[', ']'] as const;

function showFunction(value: Function): string {
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
    ArrayPush(entries, `[${key}]: ${show(descriptor.value, context)}`);
  }
  return entries.length === 0 ? head : enclose(`${head} `, BRACES, entries);
}

/** Accessors whose use would change the object. */
const UNTOUCHED: { readonly [name: string]: true } = { __proto__: null, body: true } as never;

/** The attributes of an object of the platform, read with the platform's own getters. */
function showAttributes(value: object, context: Context): string[] {
  const shown: string[] = [];
  for (let holder = ReflectGetPrototypeOf(value); holder; holder = ReflectGetPrototypeOf(holder)) {
    if (!WeakSetHas(platformPrototypes, holder)) continue;
    for (const key of ReflectOwnKeys(holder)) {
      const descriptor = ReflectGetOwnPropertyDescriptor(holder, key)!;
      if (!descriptor.get || typeof key === 'symbol' || UNTOUCHED[key]) continue;
      const attribute: unknown = ReflectApply(descriptor.get, value, []);
      ArrayPush(shown, `${key}: ${show(attribute, context)}`);
    }
  }
  return shown;
}

/** The name and value pairs of `Headers`, `FormData` and `URLSearchParams`. */
function showPairs(value: object, context: Context): string[] | null {
  const { forEach } = value as { forEach?: unknown };
  if (typeof forEach !== 'function') return null;
  const shown: string[] = [];
  ReflectApply(forEach, value, [
    (item: unknown, key: unknown) => {
      if (shown.length < MAX_ENTRIES)
        ArrayPush(shown, `${show(key, context)}: ${show(item, context)}`);
    },
  ]);
  return shown;
}

function isPlatformObject(value: object): boolean {
  for (let holder = ReflectGetPrototypeOf(value); holder; holder = ReflectGetPrototypeOf(holder)) {
    if (WeakSetHas(platformPrototypes, holder)) return !WeakSetHas(platformPrototypes, value);
  }
  return false;
}

function showPlatformObject(value: object, context: Context): string {
  const start = prefix(value, 'Object');
  try {
    return enclose(start, BRACES, showPairs(value, context) ?? showAttributes(value, context));
  } catch {
    return `${start}{}`;
  }
}

const BOXED: readonly (readonly [string, (self: never) => unknown])[] = [
  ['Number', numberValue],
  ['String', stringValue],
  ['Boolean', booleanValue],
  ['BigInt', bigintValue],
  ['Symbol', symbolValue],
];

/** Built-in objects that are shown otherwise than by their properties; null for all others. */
function showBuiltin(value: object, context: Context): string | null {
  if (ArrayIsArray(value)) {
    const { length } = value as unknown[];
    const plain = constructorName(value) === 'Array';
    const items = showItems(value as unknown[], length, context);
    ArrayPush(items, ...showProperties(value, context, true));
    return enclose(plain ? '' : prefix(value, 'Array', length), BRACKETS, items);
  }
  if (isError(value) || isDOMException(value)) return showError(value, context);
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
  };
  try {
    return show(value, context);
  } catch {
    return '[An object that cannot be shown]';
  }
}

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
