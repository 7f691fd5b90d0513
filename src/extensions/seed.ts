import { createHmac, randomBytes } from 'node:crypto';

/**
 * Everything that an invocation has by chance, from one value: for recordings and replays alone. Who knows the value knows
 * all that comes of it; nothing of an invocation that counts comes of one.
 */
export type Seed = string;

/** A seed that nobody knows yet: 256 bits, as base64url. */
export function newSeed(): Seed {
  return randomBytes(32).toString('base64url');
}

/** 256 bits of a seed. What comes of it for one purpose tells nothing of what comes of it for another. */
export function bytesOf(seed: Seed, purpose: string): Buffer {
  return createHmac('sha256', seed).update(purpose).digest();
}

/** A UUID of a seed. */
export function uuidOf(seed: Seed, purpose: string): string {
  const hex = bytesOf(seed, purpose).toString('hex');
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...groups, hex.slice(20, 32)].join('-');
}
