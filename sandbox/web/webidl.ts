/**
 * The conversions of Web IDL between what guest code passes and what the platform works with, and the shape that Web
 * IDL gives to interfaces.
 *
 * @see https://webidl.spec.whatwg.org/#js-type-mapping
 */
import {
  ArrayBufferByteLength,
  ArrayBufferIsView,
  ArrayPush,
  DataViewBuffer,
  DataViewByteLength,
  DataViewByteOffset,
  NativeString,
  NativeTypeError,
  ReflectApply,
  ReflectDefineProperty,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  SafeUint8Array,
  StringCharCodeAt,
  StringToWellFormed,
  SymbolIterator,
  SymbolToStringTag,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
  TypedArrayTag,
  WeakSetAdd,
} from './primordials.ts';

/** A class of the platform, whatever its constructor takes. */
export type Interface = abstract new (...args: never[]) => object;

/** A JavaScript object in the sense of ECMAScript: functions too. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Refuses a call with fewer arguments than the operation has. */
export function requireArguments(given: number, required: number, operation: string): void {
  if (given >= required) return;
  const noun = required === 1 ? 'argument' : 'arguments';
  throw new NativeTypeError(`${operation} needs ${required} ${noun}, but only ${given} given`);
}

/** Throws what a constructor throws that exists only for `instanceof`. */
export function illegalConstructor(): never {
  throw new NativeTypeError('Illegal constructor');
}

/** The error of an operation that was called on an object of another kind. */
export function illegalInvocation(): TypeError {
  return new NativeTypeError('Illegal invocation');
}

export function toDOMString(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'symbol') throw new NativeTypeError('A symbol cannot become a string');
  return NativeString(value);
}

/** A string in which every lone surrogate became U+FFFD. */
export function toUSVString(value: unknown): string {
  return StringToWellFormed(toDOMString(value));
}

/** A string of code units up to 255. */
export function toByteString(value: unknown): string {
  const text = toDOMString(value);
  for (let index = 0; index < text.length; index++) {
    if (StringCharCodeAt(text, index) > 255) {
      throw new NativeTypeError(`The character at ${index} is greater than 255`);
    }
  }
  return text;
}

/** Narrows a dictionary argument; `undefined` and `null` are the empty dictionary. */
export function toDictionary(value: unknown, name: string): { readonly [member: string]: unknown } {
  if (value === undefined || value === null) return EMPTY;
  if (!isObject(value)) throw new NativeTypeError(`${name} is not an object`);
  return value as { readonly [member: string]: unknown };
}
const EMPTY: { readonly [member: string]: unknown } = { __proto__: null };

/** Reads an enumeration. */
export function toEnum<T extends string>(value: unknown, values: readonly T[], name: string): T {
  const text = toDOMString(value);
  for (let index = 0; index < values.length; index++) {
    if (values[index] === text) return text as T;
  }
  throw new NativeTypeError(`${name} has no value "${text}"`);
}

/** The iterator method of an object, or undefined when it is not iterable. */
export function iteratorMethodOf(value: object): Function | undefined {
  const method: unknown = (value as { [SymbolIterator]?: unknown })[SymbolIterator];
  if (method === undefined || method === null) return undefined;
  if (typeof method !== 'function') throw new NativeTypeError('Symbol.iterator is not a function');
  return method;
}

/** Runs through an iterable as Web IDL reads a sequence: the iterator is not closed when a conversion throws. */
export function toSequence<T>(
  value: unknown,
  convert: (item: unknown) => T,
  name: string,
  method?: Function,
): T[] {
  if (!isObject(value)) throw new NativeTypeError(`${name} is not iterable`);
  const iterate = method ?? iteratorMethodOf(value);
  if (iterate === undefined) throw new NativeTypeError(`${name} is not iterable`);
  const iterator: unknown = ReflectApply(iterate, value, []);
  if (!isObject(iterator)) throw new NativeTypeError(`${name} has no iterator`);
  const { next } = iterator as { next: unknown };
  const items: T[] = [];
  for (;;) {
    const step: unknown = ReflectApply(next as Function, iterator, []);
    if (!isObject(step)) throw new NativeTypeError(`${name} has a broken iterator`);
    if ((step as { done?: unknown }).done) return items;
    ArrayPush(items, convert((step as { value?: unknown }).value));
  }
}

/** Reads a record: own enumerable properties in order, keys and values converted as they are met. */
export function toRecord<V>(
  value: object,
  toKey: (key: unknown) => string,
  toValue: (value: unknown) => V,
): [string, V][] {
  const keys = ReflectOwnKeys(value);
  const entries: [string, V][] = [];
  const at: { [key: string]: number } = { __proto__: null } as never;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const descriptor = ReflectGetOwnPropertyDescriptor(value, key);
    if (descriptor === undefined || !descriptor.enumerable) continue;
    const name = toKey(key);
    const item = toValue((value as { [key: PropertyKey]: unknown })[key]);
    const seen = at[name];
    if (seen === undefined) at[name] = ArrayPush(entries, [name, item]) - 1;
    else entries[seen] = [name, item];
  }
  return entries;
}

export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  if (!isObject(value)) return false;
  try {
    ArrayBufferByteLength(value);
    return true;
  } catch {
    return false;
  }
}

export function isBufferSource(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBufferIsView(value) || isArrayBuffer(value);
}

/** The bytes of a buffer or view, without a copy. */
export function bytesOf(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (!ArrayBufferIsView(source)) return new SafeUint8Array(source);
  if (TypedArrayTag(source) === undefined) {
    return new SafeUint8Array(
      DataViewBuffer(source),
      DataViewByteOffset(source),
      DataViewByteLength(source),
    );
  }
  return new SafeUint8Array(
    TypedArrayBuffer(source),
    TypedArrayByteOffset(source),
    TypedArrayByteLength(source),
  );
}

/** A copy of the bytes, which nobody else can change. */
export function copyBytes(source: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new SafeUint8Array(bytesOf(source));
}

/** The prototypes of the interfaces that were defined. */
export const platformPrototypes: WeakSet<object> = new WeakSet();

/** Takes classes of libraries in, and gives them the names back that the minifier took from them. */
export function adoptInterfaces(interfaces: { readonly [name: string]: Function }): void {
  const names = ReflectOwnKeys(interfaces) as string[];
  for (let index = 0; index < names.length; index++) {
    const value = names[index]!;
    const named = { __proto__: null, value, configurable: true } as PropertyDescriptor;
    ReflectDefineProperty(interfaces[value]!, 'name', named);
    WeakSetAdd(
      platformPrototypes,
      (interfaces[value] as unknown as { prototype: object }).prototype,
    );
  }
}

/** A class whose prototype methods, accessors and static methods get the look of an interface. */
export function defineInterface(constructor: Interface, name: string): void {
  const named = { __proto__: null, value: name, configurable: true } as PropertyDescriptor;
  ReflectDefineProperty(constructor, 'name', named);
  ReflectDefineProperty(constructor.prototype, SymbolToStringTag, named);
  WeakSetAdd(platformPrototypes, constructor.prototype);
  makeEnumerable(constructor.prototype, 'constructor');
  makeEnumerable(constructor, 'prototype', 'name', 'length');
}

// Descriptors inherit nothing: guest code could have put `get` on Object.prototype.
const ENUMERABLE = { __proto__: null, enumerable: true } as PropertyDescriptor;

/** Makes the own properties enumerable, symbols and the ones that are named excepted. */
function makeEnumerable(holder: object, ...except: readonly string[]): void {
  const keys = ReflectOwnKeys(holder);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (typeof key === 'symbol' || key === except[0] || key === except[1] || key === except[2]) {
      continue;
    }
    ReflectDefineProperty(holder, key, ENUMERABLE);
  }
}

/** Defines constants on an interface and its prototype. */
export function defineConstants(
  constructor: Interface,
  constants: { readonly [name: string]: number },
): void {
  const names = ReflectOwnKeys(constants) as string[];
  for (let index = 0; index < names.length; index++) {
    const value = constants[names[index]!];
    const descriptor = { __proto__: null, value, enumerable: true } as PropertyDescriptor;
    ReflectDefineProperty(constructor, names[index]!, descriptor);
    ReflectDefineProperty(constructor.prototype, names[index]!, descriptor);
  }
}
