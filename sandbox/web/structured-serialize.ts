/**
 * The first half of a structured clone: reads a value, and everything that it refers to, into records.
 *
 * @see https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal
 */
import type { Transfer } from './brands.ts';
import { brands } from './brands.ts';
import { makeDOMException, parts } from './parts.ts';
import {
  ArrayBufferDetached,
  ArrayBufferIsView,
  ArrayIsArray,
  ArrayPush,
  DataViewBuffer,
  MapGet,
  MapHas,
  MapSet,
  ReflectDefineProperty,
  ReflectGetOwnPropertyDescriptor,
  ReflectGetPrototypeOf,
  ReflectOwnKeys,
  SafeMap,
  TypedArrayBuffer,
  TypedArrayTag,
  WeakSetHas,
  getterOf,
  uncurry,
} from './primordials.ts';
import { accepts, followsLength, isInBounds, viewLength, viewOffset } from './structured-views.ts';
import { isArrayBuffer, platformPrototypes, toDOMString } from './webidl.ts';

/** A value as it was read. Objects are named by their number, so that references meet again. */
export type Recorded = { readonly value: unknown } | { readonly ref: number };

/** What an object is made of again. */
export type Entry =
  | { readonly kind: 'boxed'; readonly value: unknown }
  | { readonly kind: 'date'; readonly time: number }
  | { readonly kind: 'regexp'; readonly source: string; readonly flags: string }
  | { readonly kind: 'buffer'; readonly buffer: ArrayBuffer; readonly transfer: boolean }
  | {
      readonly kind: 'view';
      readonly type: string;
      readonly buffer: Recorded;
      readonly offset: number;
      /** Unit: bytes. Undefined for a view that follows the length of its buffer. */
      readonly length: number | undefined;
    }
  | { readonly kind: 'map'; readonly entries: Recorded[] }
  | { readonly kind: 'set'; readonly entries: Recorded[] }
  | { readonly kind: 'error'; readonly name: string; readonly properties: [string, Recorded][] }
  /** An object of the platform, copied or transferred: it makes its successor itself. */
  | { readonly kind: 'platform'; readonly clone: () => object }
  | { readonly kind: 'array'; readonly length: number; readonly properties: [string, Recorded][] }
  | { readonly kind: 'object'; readonly properties: [string, Recorded][] };

/** What `deserialize` works on. */
export interface Serialized {
  readonly root: Recorded;
  readonly entries: readonly Entry[];
}

const mapForEach = uncurry(Map.prototype.forEach);
const setForEach = uncurry(Set.prototype.forEach);
const mapSize: (self: Map<unknown, unknown>) => number = getterOf(Map.prototype, 'size');
const setSize: (self: Set<unknown>) => number = getterOf(Set.prototype, 'size');
const dateValue = uncurry(Date.prototype.valueOf);
const regExpSource: (self: RegExp) => string = getterOf(RegExp.prototype, 'source');
const regExpFlags: (self: RegExp) => string = getterOf(RegExp.prototype, 'flags');
const isError = (Error as never as { isError(value: unknown): boolean }).isError;

const BOXES: readonly ((value: never) => unknown)[] = [
  uncurry(Boolean.prototype.valueOf),
  uncurry(Number.prototype.valueOf),
  uncurry(String.prototype.valueOf),
  uncurry(BigInt.prototype.valueOf),
];

/** Kinds of objects that cannot be cloned, by what `Object.prototype.toString` says of them. */
const UNCLONABLE =
  /^(?:Promise|WeakMap|WeakSet|WeakRef|FinalizationRegistry|Generator|AsyncGenerator|.* Iterator|Intl\..*|Temporal\..*|Symbol)$/;

const ERRORS: { readonly [name: string]: true } = {
  __proto__: null,
  EvalError: true,
  RangeError: true,
  ReferenceError: true,
  SyntaxError: true,
  TypeError: true,
  URIError: true,
} as never;

function refuse(what: string): Error {
  return makeDOMException(`${what} could not be cloned`, 'DataCloneError');
}

/** The state of one serialization. */
class Serializer {
  readonly entries: (Entry | undefined)[] = [];
  readonly #seen: Map<object, number> = new SafeMap();
  /** What moves: null for a buffer, which its own record moves. */
  readonly #transferred: Map<object, Transfer | null> = new SafeMap();

  constructor(transfer: readonly object[]) {
    for (let index = 0; index < transfer.length; index++) {
      const item = transfer[index]!;
      if (MapHas(this.#transferred, item)) throw refuse('An object that is transferred twice');
      const moved = isArrayBuffer(item) ? null : brands.transferOf(item);
      if (moved === null && !isArrayBuffer(item)) throw refuse('What is not transferable');
      MapSet(this.#transferred, item, moved);
    }
  }

  /** Reads a value. */
  record(value: unknown): Recorded {
    if (typeof value === 'symbol') throw refuse('A symbol');
    if (typeof value === 'function') throw refuse('A function');
    if (typeof value !== 'object' || value === null) return { value };
    const seen = MapGet(this.#seen, value);
    if (seen !== undefined) return { ref: seen };
    const ref = ArrayPush(this.entries, undefined) - 1;
    MapSet(this.#seen, value, ref);
    this.#read(value, ref);
    return { ref };
  }

  #read(value: object, ref: number): void {
    const leaf = this.#leaf(value) ?? this.#binary(value);
    if (leaf !== null) this.entries[ref] = leaf;
    else if (accepts(mapSize, value)) this.#map(value, ref);
    else if (accepts(setSize, value)) this.#set(value, ref);
    else if (isError(value)) this.#error(value, ref);
    else this.#properties(value, ref);
  }

  #leaf(value: object): Entry | null {
    const moved = MapGet(this.#transferred, value);
    if (moved) return { kind: 'platform', clone: () => moved.receive() };
    for (let index = 0; index < BOXES.length; index++) {
      const box = BOXES[index]!;
      if (accepts(box, value)) return { kind: 'boxed', value: box(value) };
    }
    if (accepts(dateValue, value)) return { kind: 'date', time: dateValue(value) };
    if (accepts(regExpSource, value) && value !== RegExp.prototype) {
      return { kind: 'regexp', source: regExpSource(value), flags: regExpFlags(value) };
    }
    return platformEntry(value);
  }

  #binary(value: object): Entry | null {
    if (isArrayBuffer(value)) {
      if (ArrayBufferDetached(value)) throw refuse('A detached ArrayBuffer');
      return { kind: 'buffer', buffer: value, transfer: MapHas(this.#transferred, value) };
    }
    if (!ArrayBufferIsView(value)) return null;
    const type = TypedArrayTag(value) ?? 'DataView';
    const buffer = type === 'DataView' ? DataViewBuffer(value) : TypedArrayBuffer(value);
    if (!isInBounds(value)) throw refuse('A view beyond the bounds of its ArrayBuffer');
    const offset = viewOffset(value);
    const length = followsLength(value, buffer) ? undefined : viewLength(value);
    return { kind: 'view', type, buffer: this.record(buffer), offset, length };
  }

  #map(value: Map<unknown, unknown>, ref: number): void {
    const copied: unknown[] = [];
    mapForEach(value, (item, key) => void ArrayPush(copied, key, item));
    const entries: Recorded[] = [];
    this.entries[ref] = { kind: 'map', entries };
    for (let index = 0; index < copied.length; index++) {
      ArrayPush(entries, this.record(copied[index]));
    }
  }

  #set(value: Set<unknown>, ref: number): void {
    const copied: unknown[] = [];
    setForEach(value, (item) => void ArrayPush(copied, item));
    const entries: Recorded[] = [];
    this.entries[ref] = { kind: 'set', entries };
    for (let index = 0; index < copied.length; index++) {
      ArrayPush(entries, this.record(copied[index]));
    }
  }

  /** Name and message as the standard says, and the stack and cause as engines do. */
  #error(value: object, ref: number): void {
    const given = toDOMString((value as { name?: unknown }).name ?? 'Error');
    const properties: [string, Recorded][] = [];
    this.entries[ref] = { kind: 'error', name: ERRORS[given] ? given : 'Error', properties };
    const message = ReflectGetOwnPropertyDescriptor(value, 'message');
    if (message !== undefined && 'value' in message) {
      ArrayPush(properties, ['message', { value: toDOMString(message.value) }]);
    }
    const { stack } = value as { stack?: unknown };
    if (typeof stack === 'string') ArrayPush(properties, ['stack', { value: stack }]);
    const cause = ReflectGetOwnPropertyDescriptor(value, 'cause');
    if (cause !== undefined && 'value' in cause) {
      ArrayPush(properties, ['cause', this.record(cause.value)]);
    }
  }

  #properties(value: object, ref: number): void {
    refuseExotic(value);
    const properties: [string, Recorded][] = [];
    this.entries[ref] = ArrayIsArray(value)
      ? { kind: 'array', length: (value as unknown[]).length, properties }
      : { kind: 'object', properties };
    const keys = ReflectOwnKeys(value);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      if (typeof key === 'symbol') continue;
      if (!ReflectGetOwnPropertyDescriptor(value, key)?.enumerable) continue;
      const item = (value as { [name: string]: unknown })[key];
      ArrayPush(properties, [key, this.record(item)]);
    }
  }

  /** Takes what is transferred away from where it was; a buffer that is detached by now is refused. */
  detach(transfer: readonly object[]): void {
    for (let index = 0; index < transfer.length; index++) {
      const item = transfer[index]!;
      if (isArrayBuffer(item) && ArrayBufferDetached(item)) throw refuse('A detached ArrayBuffer');
      MapGet(this.#transferred, item)?.detach();
    }
  }
}

/** Objects of the platform that the standards call serializable. */
function platformEntry(value: object): Entry | null {
  if (brands.isBlob(value)) {
    const blob = value;
    return { kind: 'platform', clone: () => parts.blob().cloneBlob(blob) };
  }
  if (brands.isCryptoKey(value)) {
    const key = value;
    return { kind: 'platform', clone: () => parts.subtle().cloneKey(key) };
  }
  if (brands.isDOMException(value)) {
    const { message, name, stack } = value;
    return {
      kind: 'platform',
      clone() {
        const copy = makeDOMException(message, name);
        const descriptor = { __proto__: null, value: stack, writable: true, configurable: true };
        ReflectDefineProperty(copy, 'stack', descriptor as PropertyDescriptor);
        return copy;
      },
    };
  }
  return null;
}

/** Refuses objects that are more than their properties. */
function refuseExotic(value: object): void {
  for (let holder = ReflectGetPrototypeOf(value); holder; holder = ReflectGetPrototypeOf(holder)) {
    if (WeakSetHas(platformPrototypes, holder)) throw refuse('An object of the platform');
    const tag: unknown = ReflectGetOwnPropertyDescriptor(holder, Symbol.toStringTag)?.value;
    if (typeof tag === 'string' && UNCLONABLE.test(tag)) throw refuse(`A ${tag}`);
  }
}

/**
 * Reads a value into records.
 *
 * @param transfer ArrayBuffers that move instead of being copied.
 * @throws {DOMException} `DataCloneError` when something cannot be cloned.
 */
export function serialize(value: unknown, transfer: readonly object[]): Serialized {
  const serializer = new Serializer(transfer);
  const root = serializer.record(value);
  for (let index = 0; index < transfer.length; index++) serializer.record(transfer[index]);
  serializer.detach(transfer);
  return { root, entries: serializer.entries as Entry[] };
}
