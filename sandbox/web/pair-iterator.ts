/**
 * The iterators of interfaces that are iterable by pairs (`Headers`, `FormData`): live, with a prototype of their own.
 *
 * @see https://webidl.spec.whatwg.org/#js-iterable
 */
import {
  IteratorPrototype,
  NativeTypeError,
  ObjectSetPrototypeOf,
  ReflectApply,
  ReflectDefineProperty,
  ReflectDeleteProperty,
  ReflectOwnKeys,
  SymbolIterator,
  SymbolToStringTag,
} from './primordials.ts';
import type { Interface } from './webidl.ts';
import { illegalInvocation, isObject, requireArguments } from './webidl.ts';

type Kind = 'entries' | 'keys' | 'values';
type Pairs<V> = readonly (readonly [string, V])[];

/** What an interface declares to be iterable. */
export interface PairIterable<T extends object, V> {
  readonly constructor: Interface & { readonly prototype: T };
  readonly name: string;
  /** The pairs as they are now. Throws a TypeError for an object of another kind. */
  readonly pairsOf: (self: T) => Pairs<V>;
}

interface Cursor<V> {
  readonly pairs: () => Pairs<V>;
  readonly kind: Kind;
  index: number;
}

function pick<V>(pair: readonly [string, V], kind: Kind): unknown {
  if (kind === 'keys') return pair[0];
  return kind === 'values' ? pair[1] : [pair[0], pair[1]];
}

/** Advances a cursor; undefined after the last pair. */
function step<V>(cursor: Cursor<V>): { value: unknown; done: boolean } {
  const pair = cursor.pairs()[cursor.index];
  if (pair === undefined) return { value: undefined, done: true };
  cursor.index++;
  return { value: pick(pair, cursor.kind), done: false };
}

/** Makes the class of an interface's iterators. */
function iteratorMaker<V>(name: string): (pairs: () => Pairs<V>, kind: Kind) => object {
  class PairIterator {
    #cursor: Cursor<V>;
    constructor(cursor: Cursor<V>) {
      this.#cursor = cursor;
    }
    next(): unknown {
      if (!isObject(this) || !(#cursor in this)) throw illegalInvocation();
      return step(this.#cursor);
    }
  }
  const { prototype } = PairIterator;
  ObjectSetPrototypeOf(prototype, IteratorPrototype);
  ReflectDeleteProperty(prototype, 'constructor');
  define(prototype, 'next', prototype.next, true);
  ReflectDefineProperty(prototype, SymbolToStringTag, {
    __proto__: null,
    value: `${name} Iterator`,
    configurable: true,
  } as PropertyDescriptor);
  return (pairs, kind) => new PairIterator({ pairs, kind, index: 0 });
}

/** The methods as they are defined: of an object literal, so that they are not constructors. */
function methodsOf<T extends object, V>(
  { name, pairsOf }: PairIterable<T, V>,
  make: (pairs: () => Pairs<V>, kind: Kind) => object,
) {
  const start = (self: T, kind: Kind): object => {
    pairsOf(self);
    return make(() => pairsOf(self), kind);
  };
  return {
    entries(this: T): object {
      return start(this, 'entries');
    },
    forEach(this: T, callback: unknown, thisArg: unknown = undefined): void {
      pairsOf(this);
      requireArguments(arguments.length, 1, `${name}.forEach`);
      if (typeof callback !== 'function') {
        throw new NativeTypeError(`${name}.forEach needs a function`);
      }
      for (let index = 0; ; index++) {
        const pair = pairsOf(this)[index];
        if (pair === undefined) return;
        ReflectApply(callback, thisArg, [pair[1], pair[0], this]);
      }
    },
    keys(this: T): object {
      return start(this, 'keys');
    },
    values(this: T): object {
      return start(this, 'values');
    },
  };
}

/** Gives an interface `entries`, `keys`, `values`, `forEach` and `Symbol.iterator`. */
export function definePairIterable<T extends object, V>(iterable: PairIterable<T, V>): void {
  const { prototype } = iterable.constructor;
  const methods = methodsOf(iterable, iteratorMaker<V>(iterable.name));
  const names = ReflectOwnKeys(methods) as (keyof typeof methods)[];
  for (let index = 0; index < names.length; index++) {
    define(prototype, names[index]!, methods[names[index]!], true);
  }
  define(prototype, SymbolIterator, methods.entries, false);
}

function define(holder: object, key: PropertyKey, value: unknown, enumerable: boolean): void {
  ReflectDefineProperty(holder, key, {
    __proto__: null,
    value,
    enumerable,
    configurable: true,
    writable: true,
  } as PropertyDescriptor);
}
