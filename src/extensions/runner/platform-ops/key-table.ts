import type { webcrypto } from 'node:crypto';

import type { Json } from '../../../../sandbox/contract.ts';

type CryptoKey = webcrypto.CryptoKey;

/** An invocation has no more keys. */
const MAX_KEYS = 1_000;

/** The keys of one invocation. The isolate knows them by number; their material stays here, and ends with it. */
export class KeyTable {
  readonly #keys = new Map<number, CryptoKey>();

  /**
   * Keeps a key; answers what the isolate may know of it.
   *
   * @throws {RangeError} When there are too many.
   */
  add(key: CryptoKey): Json {
    if (this.#keys.size >= MAX_KEYS) throw new RangeError(`more than ${MAX_KEYS} keys`);
    const handle = this.#keys.size + 1;
    this.#keys.set(handle, key);
    const { type, extractable, usages } = key;
    return { handle, type, extractable, usages, algorithm: describeAlgorithm(key.algorithm) };
  }

  /**
   * The key that a number stands for.
   *
   * @throws {TypeError} When there is none.
   */
  get(handle: unknown): CryptoKey {
    const key = typeof handle === 'number' ? this.#keys.get(handle) : undefined;
    if (!key) throw new TypeError('there is no such key');
    return key;
  }
}

/** The members of a key's algorithm, bytes as base64 in an object of their own. */
function describeAlgorithm(algorithm: object): Json {
  const members: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(algorithm)) members[name] = describeMember(value);
  return members;
}

function describeMember(value: unknown): Json {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  if (typeof value === 'object' && value !== null) return describeAlgorithm(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}
