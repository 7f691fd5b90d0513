/** The verification of an ID token, every rule included, beside bare `jose` with the same key. */
import { createLocalJWKSet, jwtVerify } from 'jose';

import { verifyIdToken } from '../src/entra/id-token.ts';
import { readKeys } from '../src/entra/key-set.ts';
import type { Keys } from '../src/entra/keys.ts';
import { createReplayCache } from '../src/entra/replay-cache.ts';
import {
  APPLICATION,
  claimsOf,
  createKey,
  ISSUER,
  sign,
  TENANT,
} from '../test/_support/entra-tokens.ts';
import { quantile, report } from './_support/report.ts';

const TOKENS = 500;
const ROUNDS = 12;
const NONCE = 'n-0S6_WzA2Mj-0123456789abcdefghij';

const key = createKey();
const now = Math.floor(Date.now() / 1000);
const tokens = await Promise.all(
  Array.from({ length: TOKENS }, () => sign(claimsOf(now, { nonce: NONCE }), key)),
);

const metadata = {
  tenantId: TENANT,
  issuer: ISSUER,
  issuerOfVersionOne: `https://sts.windows.net/${TENANT}/`,
} as Parameters<typeof verifyIdToken>[2];
const known = readKeys({ keys: [key.jwk] }, metadata);
const keys: Keys = {
  candidates: async () => known,
  count: async () => known.length,
  freshness: { loadedAt: 0, failure: null },
};

/** A replay cache of its own for each round: a token counts once. */
async function ours(): Promise<void> {
  const parts = {
    applicationId: APPLICATION,
    keys,
    clock: Date.now,
    replays: createReplayCache(Date.now),
  };
  for (const token of tokens)
    await verifyIdToken(token, { nonce: NONCE, front: true }, metadata, parts);
}

const set = createLocalJWKSet({ keys: [{ ...key.jwk, kty: 'RSA', alg: 'RS256' }] });

async function bare(): Promise<void> {
  const options = {
    issuer: ISSUER,
    audience: APPLICATION,
    algorithms: ['RS256'],
    clockTolerance: 60,
  };
  for (const token of tokens) {
    const { payload } = await jwtVerify(token, set, options);
    if (payload['nonce'] !== NONCE) throw new Error('another nonce');
  }
}

/** CPU of the whole process, the threads that compute signatures included. Unit: microseconds for each token. */
async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TOKENS;
}

const times: { readonly ours: number; readonly bare: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const pair = { ours: await cpuOf(ours), bare: await cpuOf(bare) };
  if (round > 1) times.push(pair);
}
const middle = (which: 'ours' | 'bare'): number =>
  quantile(
    times.map((pair) => pair[which]),
    0.5,
  );
const ratios = times.map((pair) => pair.ours / pair.bare);
report(
  { name: 'verify an ID token, CPU', value: middle('ours'), unit: 'µs' },
  { name: 'bare jose, CPU', value: middle('bare'), unit: 'µs' },
  {
    name: 'verify / bare jose',
    value: quantile(ratios, 0.5),
    unit: 'ratio',
    bar: { kind: 'at most', value: 1.2 },
  },
);
