import { CRYPTO_LIMITS, CryptoLimit, type ReadAlgorithm } from './crypto-algorithm.ts';

/** How long what a hash makes is, and a key of HMAC that is given no length. Unit: bits. */
const SIZES: { readonly [hash: string]: { readonly digest: number; readonly block: number } } = {
  'SHA-1': { digest: 160, block: 512 },
  'SHA-256': { digest: 256, block: 512 },
  'SHA-384': { digest: 384, block: 1_024 },
  'SHA-512': { digest: 512, block: 1_024 },
};

/**
 * Refuses a derivation by PBKDF2 that is too much work: it iterates anew for each piece of the output that is as long as a
 * digest. Nobody can end it once it has begun, and the threads that do it are those of every invocation in the runner.
 *
 * @param bits How much is derived; null: Node says what is wrong with it.
 * @throws {CryptoLimit} When it would iterate too often.
 */
export function refuseLongDerivation(algorithm: ReadAlgorithm, bits: number | null): void {
  const { iterations } = algorithm;
  const size = SIZES[hashOf(algorithm)];
  if (typeof iterations !== 'number' || !size || bits === null) return;
  if (iterations * Math.ceil(bits / size.digest) <= CRYPTO_LIMITS.pbkdf2Rounds) return;
  const most = `${CRYPTO_LIMITS.pbkdf2Rounds} iterations at the most, for each ${size.digest} bits`;
  throw new CryptoLimit(`There are ${most}`);
}

/** How much has to be derived for a key. Unit: bits; null when no key of this kind is derived. */
export function bitsOfKey(type: ReadAlgorithm): number | null {
  if (typeof type['length'] === 'number') return type['length'];
  return SIZES[hashOf(type)]?.block ?? null;
}

function hashOf({ hash }: ReadAlgorithm): string {
  const known = typeof hash === 'object' && hash !== null && 'name' in hash;
  return known ? String(hash.name) : '';
}
