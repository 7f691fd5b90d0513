/**
 * `crypto.subtle`: arguments are read here, keys and work are the runner's.
 *
 * @see https://w3c.github.io/webcrypto/#subtlecrypto-interface
 */
import type { Json } from '../contract.ts';
import { normalize } from './crypto-algorithm.ts';
import { CryptoKey, handleOf, isCryptoKey, keyOf } from './crypto-key.ts';
import { describe, madeOf } from './host-errors.ts';
import type { IntegerType } from './integer.ts';
import { toInteger } from './integer.ts';
import { makeDOMException } from './parts.ts';
import {
  NativeTypeError,
  ObjectSetPrototypeOf,
  Uint8ArrayFromBase64,
  Uint8ArrayToBase64,
} from './primordials.ts';
import { host } from './services.ts';

import {
  bytesOf,
  defineInterface,
  illegalConstructor,
  isBufferSource,
  requireArguments,
  toDOMString,
  toDictionary,
  toEnum,
  toSequence,
} from './webidl.ts';

export { CryptoKey, cloneKey } from './crypto-key.ts';

const MAKE: unique symbol = Symbol('make');
const FORMATS = ['raw', 'spki', 'pkcs8', 'jwk'] as const;
const USAGES = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'deriveKey',
  'deriveBits',
  'wrapKey',
  'unwrapKey',
] as const;
const UNSIGNED_LONG: IntegerType = { bits: 32, signed: false, mode: 'wrap' };

type Argument = { readonly [name: string]: Json };

/** Has the runner do something; its errors become those of the standard. */
async function ask(method: string, argument: Argument): Promise<Json> {
  try {
    return await host.call(`crypto.${method}`, { __proto__: null, ...argument });
  } catch (error) {
    const { code, message } = describe(error);
    if (code === 'TypeError') throw madeOf(new NativeTypeError(message), error);
    const known = code.endsWith('Error') && code !== 'Error' && code !== 'RangeError';
    throw madeOf(makeDOMException(message, known ? code : 'OperationError'), error);
  }
}

async function askForBytes(method: string, argument: Argument): Promise<ArrayBuffer> {
  return Uint8ArrayFromBase64((await ask(method, argument)) as string).buffer;
}

/** A list that inherits nothing: `toJSON` and its like cannot be put on a prototype of it. */
function bare<T>(list: T[]): T[] {
  return ObjectSetPrototypeOf(list, null) as T[];
}

function toSource(value: unknown): ArrayBuffer | ArrayBufferView {
  if (!isBufferSource(value)) throw new NativeTypeError('The data is not a buffer source');
  return value;
}

/** The bytes that are there now: what the guest does to them later does not matter. */
function copy(source: ArrayBuffer | ArrayBufferView): string {
  return Uint8ArrayToBase64(bytesOf(source));
}

function toKey(value: unknown): CryptoKey {
  if (!isCryptoKey(value)) throw new NativeTypeError('The argument is not a CryptoKey');
  return value;
}

function toUsage(value: unknown): string {
  return toEnum(value, USAGES, 'KeyUsage');
}

function toUsages(value: unknown): string[] {
  return bare(toSequence(value, toUsage, 'The usages'));
}

function toFormat(value: unknown): string {
  return toEnum(value, FORMATS, 'KeyFormat');
}

const JWK_TEXTS = [
  'kty',
  'use',
  'alg',
  'crv',
  'x',
  'y',
  'd',
  'n',
  'e',
  'p',
  'q',
  'dp',
  'dq',
  'qi',
  'k',
];

/** Reads a `JsonWebKey`. */
function toJwk(value: unknown): Argument {
  const given = toDictionary(value, 'JsonWebKey');
  const jwk: { [name: string]: Json } = { __proto__: null };
  for (const name of JWK_TEXTS) {
    if (given[name] !== undefined) jwk[name] = toDOMString(given[name]);
  }
  if (given['ext'] !== undefined) jwk['ext'] = Boolean(given['ext']);
  if (given['key_ops'] !== undefined) {
    jwk['key_ops'] = bare(toSequence(given['key_ops'], toDOMString, 'key_ops'));
  }
  return jwk;
}

function toKeyData(format: string, value: unknown): Json {
  if (format === 'jwk') {
    if (isBufferSource(value)) throw new NativeTypeError('A JsonWebKey is needed');
    return toJwk(value);
  }
  return copy(toSource(value));
}

function toPair(pair: { readonly [name: string]: Json }): object {
  return { publicKey: keyOf(pair['publicKey']!), privateKey: keyOf(pair['privateKey']!) };
}

export class SubtleCrypto {
  readonly #brand = true;

  constructor(...given: unknown[]) {
    if (given[0] !== MAKE) illegalConstructor();
  }

  async encrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    return this.#transform('encrypt', arguments, algorithm, key, data);
  }

  async decrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    return this.#transform('decrypt', arguments, algorithm, key, data);
  }

  async sign(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    return this.#transform('sign', arguments, algorithm, key, data);
  }

  /** What `encrypt`, `decrypt` and `sign` have in common. */
  async #transform(
    method: 'decrypt' | 'encrypt' | 'sign',
    given: IArguments,
    algorithm: unknown,
    key: unknown,
    data: unknown,
  ): Promise<ArrayBuffer> {
    requireArguments(given.length, 3, `SubtleCrypto.${method}`);
    const handle = handleOf(toKey(key));
    const source = toSource(data);
    const normalized = normalize(algorithm, method);
    return askForBytes(method, { algorithm: normalized, key: handle, data: copy(source) });
  }

  async verify(
    algorithm: unknown,
    key: unknown,
    signature: unknown,
    data: unknown,
  ): Promise<boolean> {
    void this.#brand;
    requireArguments(arguments.length, 4, 'SubtleCrypto.verify');
    const handle = handleOf(toKey(key));
    const sources = [toSource(signature), toSource(data)] as const;
    const normalized = normalize(algorithm, 'verify');
    const bytes = { signature: copy(sources[0]), data: copy(sources[1]) };
    return (await ask('verify', { algorithm: normalized, key: handle, ...bytes })) as boolean;
  }

  async digest(algorithm: unknown, data: unknown): Promise<ArrayBuffer> {
    void this.#brand;
    requireArguments(arguments.length, 2, 'SubtleCrypto.digest');
    const source = toSource(data);
    const normalized = normalize(algorithm, 'digest');
    return askForBytes('digest', { algorithm: normalized, data: copy(source) });
  }

  async generateKey(
    algorithm: unknown,
    extractable: unknown,
    keyUsages: unknown,
  ): Promise<unknown> {
    void this.#brand;
    requireArguments(arguments.length, 3, 'SubtleCrypto.generateKey');
    const rest = { extractable: Boolean(extractable), usages: toUsages(keyUsages) };
    const normalized = normalize(algorithm, 'generateKey');
    const made = (await ask('generateKey', { algorithm: normalized, ...rest })) as Argument;
    return made['handle'] === undefined ? toPair(made) : keyOf(made);
  }

  async deriveKey(
    algorithm: unknown,
    baseKey: unknown,
    derivedKeyType: unknown,
    extractable: unknown,
    keyUsages: unknown,
  ): Promise<CryptoKey> {
    void this.#brand;
    requireArguments(arguments.length, 5, 'SubtleCrypto.deriveKey');
    const key = handleOf(toKey(baseKey));
    const rest = { key, extractable: Boolean(extractable), usages: toUsages(keyUsages) };
    const normalized = normalize(algorithm, 'deriveBits');
    const type = normalize(derivedKeyType, 'get key length');
    return keyOf(await ask('deriveKey', { algorithm: normalized, type, ...rest }));
  }

  async deriveBits(
    algorithm: unknown,
    baseKey: unknown,
    length: unknown = null,
  ): Promise<ArrayBuffer> {
    void this.#brand;
    requireArguments(arguments.length, 2, 'SubtleCrypto.deriveBits');
    const key = handleOf(toKey(baseKey));
    const bits = length === null || length === undefined ? null : toInteger(length, UNSIGNED_LONG);
    const normalized = normalize(algorithm, 'deriveBits');
    return askForBytes('deriveBits', { algorithm: normalized, key, length: bits });
  }

  async importKey(
    format: unknown,
    keyData: unknown,
    algorithm: unknown,
    extractable: unknown,
    keyUsages: unknown,
  ): Promise<CryptoKey> {
    void this.#brand;
    requireArguments(arguments.length, 5, 'SubtleCrypto.importKey');
    const kind = toFormat(format);
    const data = toKeyData(kind, keyData);
    const rest = { extractable: Boolean(extractable), usages: toUsages(keyUsages) };
    const normalized = normalize(algorithm, 'importKey');
    return keyOf(await ask('importKey', { format: kind, data, algorithm: normalized, ...rest }));
  }

  async exportKey(format: unknown, key: unknown): Promise<unknown> {
    void this.#brand;
    requireArguments(arguments.length, 2, 'SubtleCrypto.exportKey');
    const kind = toFormat(format);
    const argument = { format: kind, key: handleOf(toKey(key)) };
    return kind === 'jwk' ? ask('exportKey', argument) : askForBytes('exportKey', argument);
  }

  async wrapKey(
    format: unknown,
    key: unknown,
    wrappingKey: unknown,
    wrapAlgorithm: unknown,
  ): Promise<ArrayBuffer> {
    void this.#brand;
    requireArguments(arguments.length, 4, 'SubtleCrypto.wrapKey');
    const kind = toFormat(format);
    const handles = { key: handleOf(toKey(key)), wrappingKey: handleOf(toKey(wrappingKey)) };
    const algorithm = normalize(wrapAlgorithm, 'wrapKey');
    return askForBytes('wrapKey', { format: kind, algorithm, ...handles });
  }

  async unwrapKey(
    format: unknown,
    wrappedKey: unknown,
    unwrappingKey: unknown,
    unwrapAlgorithm: unknown,
    unwrappedKeyAlgorithm: unknown,
    extractable: unknown,
    keyUsages: unknown,
  ): Promise<CryptoKey> {
    void this.#brand;
    requireArguments(arguments.length, 7, 'SubtleCrypto.unwrapKey');
    const kind = toFormat(format);
    const source = toSource(wrappedKey);
    const key = handleOf(toKey(unwrappingKey));
    const rest = { key, extractable: Boolean(extractable), usages: toUsages(keyUsages) };
    const algorithm = normalize(unwrapAlgorithm, 'unwrapKey');
    const type = normalize(unwrappedKeyAlgorithm, 'importKey');
    const data = copy(source);
    return keyOf(await ask('unwrapKey', { format: kind, data, algorithm, type, ...rest }));
  }
}
defineInterface(SubtleCrypto, 'SubtleCrypto');

export const subtle: SubtleCrypto = new SubtleCrypto(MAKE);
