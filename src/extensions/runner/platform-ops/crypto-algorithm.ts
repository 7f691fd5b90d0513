import { type Argument, readBytes, requireRecord } from './argument.ts';
import type { KeyTable } from './key-table.ts';

/** Work of the runner that an isolate can ask for has an end. */
export const CRYPTO_LIMITS = {
  /** Larger RSA keys take seconds for each operation. Unit: bits. */
  rsaModulus: 4_096,
  /** What OWASP recommends is 600,000 for SHA-256. */
  pbkdf2Iterations: 1_000_000,
  /** Iterations for all of the output together: 512 bits by SHA-256, with as many as there may be. */
  pbkdf2Rounds: 2_000_000,
  /** What is encrypted, signed, hashed. Unit: bytes. */
  input: 1_048_576,
  /** Nonces, salts, labels, contexts. Unit: bytes. */
  parameter: 65_536,
  /** Derived bits and generated HMAC keys. Unit: bits. */
  derived: 524_288,
} as const;

/** A limit of Entrada's own, not of the algorithm. */
export class CryptoLimit extends Error {
  override readonly name = 'OperationError';
}

/** The algorithms that an isolate may use. */
const ALGORITHMS: ReadonlySet<string> = new Set([
  'SHA-1',
  'SHA-256',
  'SHA-384',
  'SHA-512',
  'HMAC',
  'AES-CBC',
  'AES-CTR',
  'AES-GCM',
  'AES-KW',
  'RSASSA-PKCS1-v1_5',
  'RSA-PSS',
  'RSA-OAEP',
  'ECDSA',
  'ECDH',
  'Ed25519',
  'X25519',
  'HKDF',
  'PBKDF2',
]);

type Reader = (value: unknown, keys: KeyTable) => unknown;

function number(max: number, what: string): Reader {
  return (value) => {
    if (typeof value !== 'number') throw new TypeError(`${what} is not a number`);
    if (value > max) throw new CryptoLimit(`${what} is ${max} at the most`);
    return value;
  };
}

const bytes: Reader = (value) => readBytes(value, CRYPTO_LIMITS.parameter);

/** How each parameter is read; others are dropped. */
const PARAMETERS: { readonly [name: string]: Reader } = {
  additionalData: bytes,
  counter: bytes,
  hash: (value) => readName(requireRecord(value)),
  info: bytes,
  iterations: number(CRYPTO_LIMITS.pbkdf2Iterations, 'The number of iterations'),
  iv: bytes,
  label: bytes,
  length: number(CRYPTO_LIMITS.derived, 'The length'),
  modulusLength: number(CRYPTO_LIMITS.rsaModulus, 'The length of the modulus'),
  namedCurve: (value) => String(value),
  public: (value, keys) => keys.get(value),
  publicExponent: (value) => new Uint8Array(readBytes(value, 8)),
  salt: bytes,
  saltLength: number(CRYPTO_LIMITS.parameter, 'The length of the salt'),
  tagLength: number(128, 'The length of the tag'),
};

function readName({ name }: Argument): { name: string } {
  if (typeof name === 'string' && ALGORITHMS.has(name)) return { name };
  throw new DOMException('The algorithm is not supported', 'NotSupportedError');
}

/** An algorithm with its parameters, as Web Cryptography takes them. */
export interface ReadAlgorithm {
  readonly name: string;
  readonly [parameter: string]: unknown;
}

/**
 * Reads an algorithm that came out of an isolate.
 *
 * @throws {CryptoLimit} When it asks for more work than there is for an isolate.
 * @throws {DOMException} `NotSupportedError`.
 * @throws {TypeError} When a parameter is not of its type.
 */
export function readAlgorithm(value: unknown, keys: KeyTable): ReadAlgorithm {
  const given = requireRecord(value);
  const algorithm: { name: string; [parameter: string]: unknown } = readName(given);
  for (const [name, read] of Object.entries(PARAMETERS)) {
    if (given[name] !== undefined) algorithm[name] = read(given[name], keys);
  }
  return algorithm;
}
