/**
 * `CryptoKey`: a number that the runner knows, and what may be said of the key.
 *
 * @see https://w3c.github.io/webcrypto/#cryptokey-interface
 */
import type { Json } from '../contract.ts';
import { brands } from './brands.ts';
import {
  ArrayIsArray,
  ReflectDefineProperty,
  ReflectOwnKeys,
  Uint8ArrayFromBase64,
} from './primordials.ts';
import { defineInterface, illegalConstructor, isObject } from './webidl.ts';

/** A key as the runner describes it. */
interface Description {
  readonly handle: number;
  readonly type: string;
  readonly extractable: boolean;
  readonly usages: readonly string[];
  readonly algorithm: { readonly [member: string]: Json };
}

const MAKE: unique symbol = Symbol('make');

let read: (key: CryptoKey) => Description;
let isKey: (value: object) => boolean;

/** Makes the object that guest code sees of a description: bytes become arrays. */
function reveal(value: Json): unknown {
  if (typeof value !== 'object' || value === null || ArrayIsArray(value)) return value;
  const { bytes } = value as { readonly bytes?: Json };
  if (typeof bytes === 'string') return Uint8ArrayFromBase64(bytes);
  const object = {};
  const names = ReflectOwnKeys(value) as string[];
  for (let index = 0; index < names.length; index++) {
    ReflectDefineProperty(object, names[index]!, {
      __proto__: null,
      value: reveal((value as { readonly [name: string]: Json })[names[index]!]!),
      configurable: true,
      enumerable: true,
      writable: true,
    } as PropertyDescriptor);
  }
  return object;
}

export class CryptoKey {
  readonly #description: Description;
  readonly #algorithm: unknown;
  readonly #usages: string[];
  static {
    read = (key) => key.#description;
    isKey = (value) => #description in value;
  }

  constructor(...given: unknown[]) {
    if (given[0] !== MAKE) illegalConstructor();
    this.#description = given[1] as Description;
    this.#algorithm = reveal(this.#description.algorithm);
    this.#usages = [...this.#description.usages];
  }

  get type(): string {
    return this.#description.type;
  }

  get extractable(): boolean {
    return this.#description.extractable;
  }

  get algorithm(): unknown {
    return this.#algorithm;
  }

  get usages(): string[] {
    return this.#usages;
  }
}
defineInterface(CryptoKey, 'CryptoKey');

/** Makes a key of what the runner answered. */
export function keyOf(description: Json): CryptoKey {
  return new CryptoKey(MAKE, description);
}

/** The number by which the runner knows the key. */
export function handleOf(key: CryptoKey): number {
  return read(key).handle;
}

export function isCryptoKey(value: unknown): value is CryptoKey {
  return isObject(value) && isKey(value);
}

/** Another object for the same key. */
export function cloneKey(key: CryptoKey): CryptoKey {
  return new CryptoKey(MAKE, read(key));
}

brands.isCryptoKey = isCryptoKey;
