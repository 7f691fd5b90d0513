/**
 * Intrinsics as they were before guest code ran. Everything that crosses the bridge, and everything that guards a
 * secret of the platform from guest code, is done with these; the rest of the platform may use the methods of its own
 * objects, because a guest that changes them changes only what it sees itself.
 *
 * This module is evaluated in every isolate, whatever the guest uses: it holds only what is needed in several parts.
 */

type Method<T, A extends unknown[], R> = (this: T, ...args: A) => R;

/** Turns a method into a function that takes the receiver first. */
export const uncurry: <T, A extends unknown[], R>(
  method: Method<T, A, R>,
) => (self: T, ...args: A) => R = Function.prototype.bind.bind(Function.prototype.call) as never;

export const ReflectApply: typeof Reflect.apply = Reflect.apply;
export const ReflectConstruct: typeof Reflect.construct = Reflect.construct;
export const ReflectDefineProperty: typeof Reflect.defineProperty = Reflect.defineProperty;
export const ReflectDeleteProperty: typeof Reflect.deleteProperty = Reflect.deleteProperty;
export const ReflectGetOwnPropertyDescriptor: typeof Reflect.getOwnPropertyDescriptor =
  Reflect.getOwnPropertyDescriptor;
export const ReflectGetPrototypeOf: typeof Reflect.getPrototypeOf = Reflect.getPrototypeOf;
export const ReflectOwnKeys: typeof Reflect.ownKeys = Reflect.ownKeys;
export const ObjectFreeze: typeof Object.freeze = Object.freeze;
export const ObjectIsFrozen: typeof Object.isFrozen = Object.isFrozen;
export const ObjectSetPrototypeOf: typeof Object.setPrototypeOf = Object.setPrototypeOf;

export const ArrayIsArray: typeof Array.isArray = Array.isArray;
export const ArrayPush: <T>(self: T[], ...items: T[]) => number = uncurry(
  Array.prototype.push,
) as never;
export const ArraySlice: <T>(self: readonly T[], start?: number, end?: number) => T[] = uncurry(
  Array.prototype.slice,
) as never;
export const ArraySplice: <T>(self: T[], start: number, remove: number) => T[] = uncurry(
  Array.prototype.splice,
) as never;
export const ArraySort: <T>(self: T[], compare: (a: T, b: T) => number) => T[] = uncurry(
  Array.prototype.sort,
) as never;
export const ArrayIncludes: <T>(self: readonly T[], item: unknown) => boolean = uncurry(
  Array.prototype.includes,
);

export const StringSlice: (self: string, start: number, end?: number) => string = uncurry(
  String.prototype.slice,
);
export const StringCharCodeAt: (self: string, index: number) => number = uncurry(
  String.prototype.charCodeAt,
);
export const StringIndexOf: (self: string, search: string, from?: number) => number = uncurry(
  String.prototype.indexOf,
);
export const StringToLowerCase: (self: string) => string = uncurry(String.prototype.toLowerCase);
export const StringToUpperCase: (self: string) => string = uncurry(String.prototype.toUpperCase);
export const StringToWellFormed: (self: string) => string = uncurry(String.prototype.toWellFormed);
export const NumberToString: (self: number, radix: number) => string = uncurry(
  Number.prototype.toString,
);
export const StringFromCharCode: typeof String.fromCharCode = String.fromCharCode;

export const RegExpExec: (self: RegExp, text: string) => RegExpExecArray | null = uncurry(
  RegExp.prototype.exec,
);

export const SafeMap: typeof Map = Map;
export const MapGet: <K, V>(self: Map<K, V>, key: K) => V | undefined = uncurry(
  Map.prototype.get,
) as never;
export const MapSet: <K, V>(self: Map<K, V>, key: K, value: V) => Map<K, V> = uncurry(
  Map.prototype.set,
) as never;
export const MapHas: <K>(self: Map<K, unknown>, key: K) => boolean = uncurry(
  Map.prototype.has,
) as never;
export const MapDelete: <K>(self: Map<K, unknown>, key: K) => boolean = uncurry(
  Map.prototype.delete,
) as never;

export const SafeWeakMap: typeof WeakMap = WeakMap;
export const WeakMapGet: <K extends WeakKey, V>(self: WeakMap<K, V>, key: K) => V | undefined =
  uncurry(WeakMap.prototype.get) as never;
export const WeakMapSet: <K extends WeakKey, V>(self: WeakMap<K, V>, key: K, value: V) => unknown =
  uncurry(WeakMap.prototype.set) as never;
export const WeakMapHas: <K extends WeakKey>(self: WeakMap<K, unknown>, key: K) => boolean =
  uncurry(WeakMap.prototype.has);

export const WeakSetAdd: (self: WeakSet<object>, value: object) => unknown = uncurry(
  WeakSet.prototype.add,
);
export const WeakSetHas: (self: WeakSet<object>, value: object) => boolean = uncurry(
  WeakSet.prototype.has,
);

export const SafePromise: PromiseConstructor = Promise;
export const PromiseResolve: <T>(value: T) => Promise<Awaited<T>> = Promise.resolve.bind(Promise);
export const PromiseReject: (reason: unknown) => Promise<never> = Promise.reject.bind(Promise);
export const PromiseThen: <T, A, B>(
  self: Promise<T>,
  fulfilled?: (value: T) => A,
  rejected?: (reason: unknown) => B,
) => Promise<A | B> = uncurry(Promise.prototype.then) as never;

export const SafeUint8Array: Uint8ArrayConstructor = Uint8Array;
export const ArrayBufferIsView: typeof ArrayBuffer.isView = ArrayBuffer.isView;
const TypedArray = Reflect.getPrototypeOf(Uint8Array.prototype) as object;

/** The getter of an accessor, as a function of the receiver. */
export function getterOf<T, R>(holder: object, key: PropertyKey): (self: T) => R {
  return uncurry(Reflect.getOwnPropertyDescriptor(holder, key)!.get as Method<T, [], R>);
}

export const TypedArrayTag: (self: unknown) => string | undefined = getterOf(
  TypedArray,
  Symbol.toStringTag,
);
export const TypedArrayBuffer: (self: ArrayBufferView) => ArrayBuffer = getterOf(
  TypedArray,
  'buffer',
);
export const TypedArrayByteOffset: (self: ArrayBufferView) => number = getterOf(
  TypedArray,
  'byteOffset',
);
export const TypedArrayByteLength: (self: ArrayBufferView) => number = getterOf(
  TypedArray,
  'byteLength',
);
export const TypedArraySet: (self: Uint8Array, source: ArrayLike<number>, at?: number) => void =
  uncurry(Uint8Array.prototype.set);
export const DataViewBuffer: (self: ArrayBufferView) => ArrayBuffer = getterOf(
  DataView.prototype,
  'buffer',
);
export const DataViewByteOffset: (self: ArrayBufferView) => number = getterOf(
  DataView.prototype,
  'byteOffset',
);
export const DataViewByteLength: (self: ArrayBufferView) => number = getterOf(
  DataView.prototype,
  'byteLength',
);
export const ArrayBufferByteLength: (self: unknown) => number = getterOf(
  ArrayBuffer.prototype,
  'byteLength',
);
export const ArrayBufferDetached: (self: ArrayBuffer) => boolean = getterOf(
  ArrayBuffer.prototype,
  'detached',
);
export const Uint8ArrayToBase64: (self: Uint8Array) => string = uncurry(
  Uint8Array.prototype.toBase64,
);
export const Uint8ArrayFromBase64: (text: string) => Uint8Array<ArrayBuffer> =
  Uint8Array.fromBase64.bind(Uint8Array);

export const NativeString: StringConstructor = String;
export const NativeError: ErrorConstructor = Error;
export const NativeTypeError: TypeErrorConstructor = TypeError;
export const NativeRangeError: RangeErrorConstructor = RangeError;
/** V8's own; it gives an object a `stack` that starts at the caller of `constructor`. */
export const ErrorCaptureStackTrace: (error: object, constructor?: Function) => void = (
  Error as never as { captureStackTrace(error: object, constructor?: Function): void }
).captureStackTrace;
export const SymbolIterator: typeof Symbol.iterator = Symbol.iterator;
export const SymbolToStringTag: typeof Symbol.toStringTag = Symbol.toStringTag;
export const MathFloor: typeof Math.floor = Math.floor;
export const MathMax: typeof Math.max = Math.max;
export const MathTrunc: typeof Math.trunc = Math.trunc;
export const JSONStringify: typeof JSON.stringify = JSON.stringify;
export const JSONParse: typeof JSON.parse = JSON.parse;
export const NumberIsFinite: typeof Number.isFinite = Number.isFinite;
/** What the iterators of the language inherit from. */
export const IteratorPrototype: object = Reflect.getPrototypeOf(
  Reflect.getPrototypeOf([][Symbol.iterator]())!,
)!;
/** The global object, whatever guest code makes of the property `globalThis`. */
export const realm: typeof globalThis = globalThis;
