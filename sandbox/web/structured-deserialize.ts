/**
 * The second half of a structured clone: makes a value of records.
 *
 * @see https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize
 */
import {
  ArrayBufferByteLength,
  MapSet,
  ReflectConstruct,
  ReflectDefineProperty,
  getterOf,
  uncurry,
} from './primordials.ts';
import type { Entry, Recorded, Serialized } from './structured-serialize.ts';

type ViewConstructor = {
  new (buffer: ArrayBuffer, offset: number, length?: number): ArrayBufferView;
  readonly BYTES_PER_ELEMENT?: number;
};

const setAdd = uncurry(Set.prototype.add);
const transfer = uncurry(ArrayBuffer.prototype.transfer);
const resizable: (self: ArrayBuffer) => boolean = getterOf(ArrayBuffer.prototype, 'resizable');
const maxByteLength: (self: ArrayBuffer) => number = getterOf(
  ArrayBuffer.prototype,
  'maxByteLength',
);
const VIEWS = {
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float16Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as never as { readonly [type: string]: ViewConstructor };
const ERRORS = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
} as never as { readonly [name: string]: ErrorConstructor };

function copyBuffer(buffer: ArrayBuffer): ArrayBuffer {
  if (!resizable(buffer)) return new Uint8Array(new Uint8Array(buffer)).buffer;
  const options = { maxByteLength: maxByteLength(buffer) };
  const copy = ReflectConstruct(ArrayBuffer, [ArrayBufferByteLength(buffer), options]);
  new Uint8Array(copy).set(new Uint8Array(buffer));
  return copy;
}

function makeView({ type, offset, length }: Entry & { kind: 'view' }, buffer: ArrayBuffer): object {
  const View = VIEWS[type]!;
  if (length === undefined) return new View(buffer, offset);
  return new View(buffer, offset, length / (View.BYTES_PER_ELEMENT ?? 1));
}

/** Sets a property as an object literal would, whatever setters its prototype has. */
function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  ReflectDefineProperty(target, key, {
    __proto__: null,
    value,
    enumerable,
    configurable: true,
    writable: true,
  } as PropertyDescriptor);
}

/** How an object of each kind is made, without what it refers to. */
const MAKERS: {
  readonly [Kind in Exclude<Entry['kind'], 'view'>]: (entry: Entry & { kind: Kind }) => object;
} = {
  boxed: ({ value }) => Object(value) as object,
  date: ({ time }) => new Date(time),
  regexp: ({ source, flags }) => new RegExp(source, flags),
  buffer: (entry) => (entry.transfer ? transfer(entry.buffer) : copyBuffer(entry.buffer)),
  map: () => new Map(),
  set: () => new Set(),
  error: ({ name }) => ReflectConstruct(ERRORS[name]!, []),
  platform: ({ clone }) => clone(),
  array: ({ length }) => ReflectConstruct(Array, [length]),
  object: () => ({}),
};

/**
 * Makes a value of records. Transferred buffers are detached by this.
 *
 * @param met Is told of every object that is made.
 */
export function deserialize(
  { root, entries }: Serialized,
  met: (object: object) => void = () => {},
): unknown {
  const objects: (object | undefined)[] = [];

  function get(recorded: Recorded): unknown {
    return 'ref' in recorded ? objectAt(recorded.ref) : recorded.value;
  }

  /** The object of a number, which is made without what it refers to when it is first asked for. */
  function objectAt(ref: number): object {
    objects[ref] ??= make(entries[ref]!);
    return objects[ref];
  }

  function make(entry: Entry): object {
    if (entry.kind === 'view') return makeView(entry, get(entry.buffer) as ArrayBuffer);
    const maker = MAKERS[entry.kind] as (given: Entry) => object;
    return maker(entry);
  }

  function fill(object: object, entry: Entry): void {
    if (entry.kind === 'map') {
      for (let index = 0; index < entry.entries.length; index += 2) {
        const key = get(entry.entries[index]!);
        MapSet(object as Map<unknown, unknown>, key, get(entry.entries[index + 1]!));
      }
    } else if (entry.kind === 'set') {
      for (let index = 0; index < entry.entries.length; index++) {
        setAdd(object, get(entry.entries[index]!));
      }
    } else if (entry.kind === 'array' || entry.kind === 'object' || entry.kind === 'error') {
      for (let index = 0; index < entry.properties.length; index++) {
        const [key, value] = entry.properties[index]!;
        define(object, key, get(value), entry.kind !== 'error');
      }
    }
  }

  for (let ref = 0; ref < entries.length; ref++) {
    fill(objectAt(ref), entries[ref]!);
    met(objectAt(ref));
  }
  return get(root);
}
