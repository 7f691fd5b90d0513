/**
 * The algorithms of Web Cryptography and what each takes, as `SubtleCrypto` reads them.
 *
 * @see https://w3c.github.io/webcrypto/#algorithm-normalization
 */
import type { Json } from '../contract.ts';
import { handleOf, isCryptoKey } from './crypto-key.ts';
import type { IntegerType } from './integer.ts';
import { toInteger } from './integer.ts';
import { makeDOMException } from './parts.ts';
import { NativeTypeError, StringToLowerCase, Uint8ArrayToBase64 } from './primordials.ts';
import { bytesOf, isBufferSource, isObject, toDOMString } from './webidl.ts';

/** What an algorithm is used for. */
export type Purpose =
  | 'decrypt'
  | 'deriveBits'
  | 'digest'
  | 'encrypt'
  | 'generateKey'
  | 'get key length'
  | 'importKey'
  | 'sign'
  | 'unwrapKey'
  | 'verify'
  | 'wrapKey';

type Convert = (value: unknown) => Json;

/** A parameter: how it is converted, and whether it has to be there. */
interface Parameter {
  readonly name: string;
  readonly convert: Convert;
  readonly required: boolean;
}

const OCTET: IntegerType = { bits: 8, signed: false, mode: 'enforce' };
const UNSIGNED_SHORT: IntegerType = { bits: 16, signed: false, mode: 'enforce' };
const UNSIGNED_LONG: IntegerType = { bits: 32, signed: false, mode: 'enforce' };

const bytes: Convert = (value) => {
  if (!isBufferSource(value)) throw new NativeTypeError('The parameter is not a buffer source');
  return Uint8ArrayToBase64(bytesOf(value));
};
const integer =
  (type: IntegerType): Convert =>
  (value) =>
    toInteger(value, type);
const hash: Convert = (value) => normalize(value, 'digest');
const key: Convert = (value) => {
  if (!isCryptoKey(value)) throw new NativeTypeError('The parameter is not a CryptoKey');
  return handleOf(value);
};

function needs(name: string, convert: Convert): Parameter {
  return { name, convert, required: true };
}

function takes(name: string, convert: Convert): Parameter {
  return { name, convert, required: false };
}

type Table = { readonly [algorithm: string]: readonly Parameter[] };

const CIPHERS: Table = {
  'AES-CBC': [needs('iv', bytes)],
  'AES-CTR': [needs('counter', bytes), needs('length', integer(OCTET))],
  'AES-GCM': [
    takes('additionalData', bytes),
    needs('iv', bytes),
    takes('tagLength', integer(OCTET)),
  ],
  'RSA-OAEP': [takes('label', bytes)],
};
const SIGNATURES: Table = {
  ECDSA: [needs('hash', hash)],
  Ed25519: [],
  HMAC: [],
  'RSA-PSS': [needs('saltLength', integer(UNSIGNED_LONG))],
  'RSASSA-PKCS1-v1_5': [],
};
const AES_LENGTH = [needs('length', integer(UNSIGNED_SHORT))];
const HMAC_LENGTH = [needs('hash', hash), takes('length', integer(UNSIGNED_LONG))];
const CURVE = [needs('namedCurve', toDOMString)];
const RSA_KEY = [
  needs('hash', hash),
  needs('modulusLength', integer(UNSIGNED_LONG)),
  needs('publicExponent', bytes),
];
const AES_KEYS: Table = {
  'AES-CBC': AES_LENGTH,
  'AES-CTR': AES_LENGTH,
  'AES-GCM': AES_LENGTH,
  'AES-KW': AES_LENGTH,
};
const WRAPPERS: Table = { ...CIPHERS, 'AES-KW': [] };

const PURPOSES: { readonly [Name in Purpose]: Table } = {
  digest: { 'SHA-1': [], 'SHA-256': [], 'SHA-384': [], 'SHA-512': [] },
  encrypt: CIPHERS,
  decrypt: CIPHERS,
  sign: SIGNATURES,
  verify: SIGNATURES,
  wrapKey: WRAPPERS,
  unwrapKey: WRAPPERS,
  generateKey: {
    ...AES_KEYS,
    ECDH: CURVE,
    ECDSA: CURVE,
    Ed25519: [],
    HMAC: HMAC_LENGTH,
    'RSA-OAEP': RSA_KEY,
    'RSA-PSS': RSA_KEY,
    'RSASSA-PKCS1-v1_5': RSA_KEY,
    X25519: [],
  },
  importKey: {
    'AES-CBC': [],
    'AES-CTR': [],
    'AES-GCM': [],
    'AES-KW': [],
    ECDH: CURVE,
    ECDSA: CURVE,
    Ed25519: [],
    HKDF: [],
    HMAC: HMAC_LENGTH,
    PBKDF2: [],
    'RSA-OAEP': [needs('hash', hash)],
    'RSA-PSS': [needs('hash', hash)],
    'RSASSA-PKCS1-v1_5': [needs('hash', hash)],
    X25519: [],
  },
  deriveBits: {
    ECDH: [needs('public', key)],
    HKDF: [needs('hash', hash), needs('info', bytes), needs('salt', bytes)],
    PBKDF2: [
      needs('hash', hash),
      needs('iterations', integer(UNSIGNED_LONG)),
      needs('salt', bytes),
    ],
    X25519: [needs('public', key)],
  },
  'get key length': { ...AES_KEYS, HKDF: [], HMAC: HMAC_LENGTH, PBKDF2: [] },
};

/** The algorithm's name as the standard spells it; names are compared without case. */
function findName(given: string, table: Table): string | undefined {
  const lower = StringToLowerCase(given);
  return Object.keys(table).find((name) => StringToLowerCase(name) === lower);
}

/** An algorithm as it crosses the bridge. */
export type Normalized = { readonly [parameter: string]: Json };

/**
 * Reads an algorithm for one purpose.
 *
 * @throws {DOMException} `NotSupportedError` when the algorithm does not serve it.
 * @throws {TypeError} When a parameter is missing, or not of its type.
 */
export function normalize(algorithm: unknown, purpose: Purpose): Normalized {
  const given = isObject(algorithm)
    ? (algorithm as { readonly [name: string]: unknown })
    : { name: toDOMString(algorithm) };
  if (given['name'] === undefined) throw new NativeTypeError('The algorithm has no name');
  const table = PURPOSES[purpose];
  const name = findName(toDOMString(given['name']), table);
  if (name === undefined) {
    throw makeDOMException('The algorithm is not supported for this', 'NotSupportedError');
  }
  const normalized: { [parameter: string]: Json } = { __proto__: null, name };
  for (const parameter of table[name]!) {
    const value = given[parameter.name];
    if (value !== undefined) normalized[parameter.name] = parameter.convert(value);
    else if (parameter.required) throw new NativeTypeError(`${parameter.name} is missing`);
  }
  return normalized;
}
