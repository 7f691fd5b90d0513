/**
 * `crypto`: random values. `crypto.subtle` is a part of its own.
 *
 * @see https://w3c.github.io/webcrypto/#Crypto-interface
 */
import { makeDOMException, parts } from './parts.ts';
import {
  ArrayBufferIsView,
  NativeTypeError,
  NumberToString,
  SafeUint8Array,
  StringSlice,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
  TypedArraySet,
  TypedArrayTag,
} from './primordials.ts';
import { randomBytes } from './random.ts';
import { defineInterface, illegalConstructor, requireArguments } from './webidl.ts';

const MAKE: unique symbol = Symbol('make');
/** Unit: bytes. The standard's limit. */
const MAX_RANDOM = 65_536;

const INTEGER_ARRAYS: { readonly [tag: string]: true } = {
  __proto__: null,
  Int8Array: true,
  Uint8Array: true,
  Uint8ClampedArray: true,
  Int16Array: true,
  Uint16Array: true,
  Int32Array: true,
  Uint32Array: true,
  BigInt64Array: true,
  BigUint64Array: true,
} as never;

function requireIntegerArray(array: unknown): ArrayBufferView {
  if (!ArrayBufferIsView(array)) throw new NativeTypeError('The argument is not an array view');
  const tag = TypedArrayTag(array);
  if (tag === undefined || INTEGER_ARRAYS[tag] !== true) {
    throw makeDOMException('The array is not one of integers', 'TypeMismatchError');
  }
  return array;
}

const HEX: string[] = [];
for (let byte = 0; byte < 256; byte++) HEX[byte] = StringSlice(NumberToString(byte + 256, 16), 1);

function hex(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let index = from; index < to; index++) text += HEX[bytes[index]!]!;
  return text;
}

export class Crypto {
  readonly #brand = true;

  constructor(...given: unknown[]) {
    if (given[0] !== MAKE) illegalConstructor();
  }

  get subtle(): object {
    return (void this.#brand, parts.subtle().subtle);
  }

  getRandomValues<T>(array: T): T {
    void this.#brand;
    requireArguments(arguments.length, 1, 'Crypto.getRandomValues');
    const view = requireIntegerArray(array);
    const length = TypedArrayByteLength(view);
    if (length > MAX_RANDOM) {
      throw new (parts.domException().QuotaExceededError)(`More than ${MAX_RANDOM} bytes`);
    }
    const target = new SafeUint8Array(TypedArrayBuffer(view), TypedArrayByteOffset(view), length);
    TypedArraySet(target, randomBytes(length));
    return array;
  }

  randomUUID(): string {
    void this.#brand;
    const bytes = randomBytes(16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const groups = [hex(bytes, 0, 4), hex(bytes, 4, 6), hex(bytes, 6, 8), hex(bytes, 8, 10)];
    return `${groups[0]}-${groups[1]}-${groups[2]}-${groups[3]}-${hex(bytes, 10, 16)}`;
  }
}
defineInterface(Crypto, 'Crypto');

export const crypto: Crypto = new Crypto(MAKE);
