import { webcrypto } from 'node:crypto';

import type { Json } from '../../../../sandbox/contract.ts';
import { type Argument, readBytes, requireRecord } from './argument.ts';
import {
  CRYPTO_LIMITS,
  CryptoLimit,
  type ReadAlgorithm,
  readAlgorithm,
} from './crypto-algorithm.ts';
import { KeyTable } from './key-table.ts';
import { bitsOfKey, refuseLongDerivation } from './pbkdf2-work.ts';

type Key = webcrypto.CryptoKey;
type Usages = webcrypto.KeyUsage[];

/**
 * The signatures of Web Cryptography as far as they matter here: what an algorithm has to look like is checked by the
 * implementation itself.
 */
interface Subtle {
  digest(algorithm: ReadAlgorithm, data: Buffer): Promise<ArrayBuffer>;
  encrypt(algorithm: ReadAlgorithm, key: Key, data: Buffer): Promise<ArrayBuffer>;
  decrypt(algorithm: ReadAlgorithm, key: Key, data: Buffer): Promise<ArrayBuffer>;
  sign(algorithm: ReadAlgorithm, key: Key, data: Buffer): Promise<ArrayBuffer>;
  verify(algorithm: ReadAlgorithm, key: Key, signature: Buffer, data: Buffer): Promise<boolean>;
  generateKey(
    algorithm: ReadAlgorithm,
    extractable: boolean,
    usages: Usages,
  ): Promise<Key | webcrypto.CryptoKeyPair>;
  deriveKey(
    algorithm: ReadAlgorithm,
    key: Key,
    type: ReadAlgorithm,
    extractable: boolean,
    usages: Usages,
  ): Promise<Key>;
  deriveBits(algorithm: ReadAlgorithm, key: Key, length: number | null): Promise<ArrayBuffer>;
  importKey(
    format: string,
    data: unknown,
    algorithm: ReadAlgorithm,
    extractable: boolean,
    usages: Usages,
  ): Promise<Key>;
  exportKey(format: string, key: Key): Promise<ArrayBuffer | object>;
  wrapKey(
    format: string,
    key: Key,
    wrappingKey: Key,
    algorithm: ReadAlgorithm,
  ): Promise<ArrayBuffer>;
  unwrapKey(
    format: string,
    wrapped: Buffer,
    key: Key,
    algorithm: ReadAlgorithm,
    type: ReadAlgorithm,
    extractable: boolean,
    usages: Usages,
  ): Promise<Key>;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node checks every argument itself, as the standard says
const subtle = webcrypto.subtle as unknown as Subtle;

const FORMATS: ReadonlySet<unknown> = new Set(['raw', 'pkcs8', 'spki', 'jwk']);

type Operation = (argument: Argument, keys: KeyTable) => Promise<Json>;

function readData(value: unknown): Buffer {
  if (typeof value === 'string' && value.length > (CRYPTO_LIMITS.input / 3) * 4 + 4) {
    throw new CryptoLimit(`The input is ${CRYPTO_LIMITS.input} bytes at the most`);
  }
  return readBytes(value, CRYPTO_LIMITS.input);
}

function readFormat(value: unknown): string {
  if (typeof value === 'string' && FORMATS.has(value)) return value;
  throw new DOMException('The format is not supported', 'NotSupportedError');
}

function readUsages(value: unknown): Usages {
  if (!Array.isArray(value)) throw new TypeError('the usages are not a list');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node refuses other usages itself
  return value.map(String) as Usages;
}

function toBase64(buffer: ArrayBuffer): string {
  return Buffer.from(buffer).toString('base64');
}

/** Keys of a size that was not generated here are measured when they arrive. */
function keep(keys: KeyTable, key: Key): Json {
  const { modulusLength } = requireRecord(key.algorithm);
  if (typeof modulusLength === 'number' && modulusLength > CRYPTO_LIMITS.rsaModulus) {
    throw new CryptoLimit(`An RSA key has ${CRYPTO_LIMITS.rsaModulus} bits at the most`);
  }
  return keys.add(key);
}

function readKeyData(format: string, value: unknown): unknown {
  return format === 'jwk' ? requireRecord(value) : readData(value);
}

function readLength(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'number') throw new TypeError('the length is not a number');
  if (value > CRYPTO_LIMITS.derived) {
    throw new CryptoLimit(`At most ${CRYPTO_LIMITS.derived} bits are derived at a time`);
  }
  return value;
}

/** What `algorithm`, `key` and `data` are in most operations. */
function readCommon(argument: Argument, keys: KeyTable): [ReadAlgorithm, Key, Buffer] {
  const { algorithm, key, data } = argument;
  return [readAlgorithm(algorithm, keys), keys.get(key), readData(data)];
}

const OPERATIONS: { readonly [method: string]: Operation } = {
  async digest({ algorithm, data }, keys) {
    return toBase64(await subtle.digest(readAlgorithm(algorithm, keys), readData(data)));
  },
  async encrypt(argument, keys) {
    return toBase64(await subtle.encrypt(...readCommon(argument, keys)));
  },
  async decrypt(argument, keys) {
    return toBase64(await subtle.decrypt(...readCommon(argument, keys)));
  },
  async sign(argument, keys) {
    return toBase64(await subtle.sign(...readCommon(argument, keys)));
  },
  verify({ algorithm, key, signature, data }, keys) {
    const read = readAlgorithm(algorithm, keys);
    return subtle.verify(read, keys.get(key), readData(signature), readData(data));
  },
  async generateKey({ algorithm, extractable, usages }, keys) {
    const read = readAlgorithm(algorithm, keys);
    const made = await subtle.generateKey(read, extractable === true, readUsages(usages));
    if (!('publicKey' in made)) return keep(keys, made);
    return { publicKey: keep(keys, made.publicKey), privateKey: keep(keys, made.privateKey) };
  },
  async deriveKey({ algorithm, key, type, extractable, usages }, keys) {
    const [read, derived] = [readAlgorithm(algorithm, keys), readAlgorithm(type, keys)];
    const args = [keys.get(key), derived, extractable === true, readUsages(usages)] as const;
    refuseLongDerivation(read, bitsOfKey(derived));
    return keep(keys, await subtle.deriveKey(read, ...args));
  },
  async deriveBits({ algorithm, key, length }, keys) {
    const [read, bits] = [readAlgorithm(algorithm, keys), readLength(length)];
    refuseLongDerivation(read, bits);
    return toBase64(await subtle.deriveBits(read, keys.get(key), bits));
  },
  async importKey({ format, data, algorithm, extractable, usages }, keys) {
    const kind = readFormat(format);
    const args = [
      readAlgorithm(algorithm, keys),
      extractable === true,
      readUsages(usages),
    ] as const;
    return keep(keys, await subtle.importKey(kind, readKeyData(kind, data), ...args));
  },
  async exportKey({ format, key }, keys) {
    const exported = await subtle.exportKey(readFormat(format), keys.get(key));
    if (exported instanceof ArrayBuffer) return toBase64(exported);
    return JSON.parse(JSON.stringify(exported));
  },
  async wrapKey({ format, key, wrappingKey, algorithm }, keys) {
    const args = [keys.get(wrappingKey), readAlgorithm(algorithm, keys)] as const;
    return toBase64(await subtle.wrapKey(readFormat(format), keys.get(key), ...args));
  },
  async unwrapKey({ format, data, key, algorithm, type, extractable, usages }, keys) {
    const [how, kind] = [readAlgorithm(algorithm, keys), readAlgorithm(type, keys)];
    const args = [how, kind, extractable === true, readUsages(usages)] as const;
    const wrapped = readData(data);
    return keep(keys, await subtle.unwrapKey(readFormat(format), wrapped, keys.get(key), ...args));
  },
};

/**
 * Web Cryptography for one invocation: keys by number, work by Node, both with limits.
 *
 * @returns An operation by its name after `crypto.`, or undefined when there is none. It rejects with the DOMException or
 *   TypeError of the standard, or with a `CryptoLimit`.
 */
export function createCrypto(): (
  method: string,
) => ((argument: Json) => Promise<Json>) | undefined {
  const keys = new KeyTable();
  return (method) => {
    const operation = Object.hasOwn(OPERATIONS, method) ? OPERATIONS[method] : undefined;
    return operation && (async (argument) => operation(requireRecord(argument), keys));
  };
}
