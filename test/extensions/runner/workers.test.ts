import test, { type ExecutionContext } from 'ava';

import { Laboratory } from '../../../src/extensions/doctor/laboratory.ts';
import { loadPlatform } from '../../../src/extensions/load-platform.ts';
import { Workers } from '../../../src/extensions/runner/workers.ts';

test('as much is computed at a time as there are threads, the next when one is free', async (t) => {
  const workers = new Workers();
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3, 4, 5].map((n) =>
    workers.run(() => {
      begun.push(n);
      return new Promise((end) => ends.push(end));
    }),
  );
  t.deepEqual(begun, [0, 1, 2, 3]);
  ends[2]?.();
  await all[2];
  t.deepEqual(begun, [0, 1, 2, 3, 4]);
  ends[0]?.();
  await all[0];
  t.deepEqual(begun, [0, 1, 2, 3, 4, 5]);
});

/** Asks for as much work at a time as it may, a second and more each. */
const derivations = (count: number): string => `
  const salt = new Uint8Array(8);
  const key = await crypto.subtle.importKey('raw', salt, 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations: 1_000_000 };
  const all = Array.from({ length: ${count} }, () => crypto.subtle.deriveBits(how, key, 1_024));`;

/** An extension that hashes a byte, with the limits that every extension has. */
async function open(t: ExecutionContext): Promise<Laboratory> {
  const laboratory = await Laboratory.open({ platform: await loadPlatform() });
  t.teardown(() => laboratory[Symbol.asyncDispose]());
  await laboratory.load(
    'hashes',
    `return (await crypto.subtle.digest('SHA-256', new Uint8Array(1))).byteLength;`,
  );
  return laboratory;
}

const HASHED = { outcome: { ok: true, result: '32' } };

test.serial('whoever asks for much leaves threads to the others', async (t) => {
  const laboratory = await open(t);
  await laboratory.load('greedy', `${derivations(6)} void Promise.allSettled(all); return 1;`);
  await laboratory.run('greedy');
  t.like(await laboratory.run('hashes'), HASHED);
});

test.serial('who waits for a thread is not charged for what others compute on it', async (t) => {
  const laboratory = await open(t);
  await laboratory.load('slow', `${derivations(1)} await all[0]; return 1;`);
  const limits = { wallMs: 30_000, cpuMs: 20_000 };
  const others = Array.from({ length: 4 }, () => laboratory.run('slow', { limits }));
  await new Promise((resolve) => setTimeout(resolve, 200)); // until all of them compute
  t.like(await laboratory.run('hashes', { limits: { wallMs: 30_000 } }), HASHED);
  await Promise.all(others);
});
