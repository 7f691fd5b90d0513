import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import test from 'ava';

import { Secret } from '../../src/config/secret.ts';
import { createTokenVault, type HeldTokens } from '../../src/session/token-vault.ts';
import { openTestStore, testClock } from '../_support/open-store.ts';
import { ADA, METHOD, tokenSet } from '../_support/people.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What the vault is given for Ada, with tokens that live so long. */
function held(expiresAt: number, more: Partial<HeldTokens['tokens']> = {}): HeldTokens {
  const tokens = { ...tokenSet(expiresAt), ...more };
  return { method: METHOD, person: { oid: ADA, sub: 'ada' }, tokens };
}

test('the vault gives back what it was given, as secrets', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store, clock);
  const given = held(clock.now + HOUR);
  await store.commit([vault.put('s', given, clock.now + 1000)]);
  const kept = await vault.get('s');
  t.like(kept, { method: METHOD, person: { oid: ADA, sub: 'ada' } });
  t.is(kept?.tokens.accessTokens[0]?.token.reveal(), 'planted-access-token');
  t.is(kept?.tokens.refreshToken?.reveal(), 'planted-refresh-token');
  t.false(JSON.stringify(kept).includes('planted'));
  t.is(await vault.get('other'), undefined);
});

test('the vault keeps a set without a refresh token', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store, clock);
  const given = held(clock.now, { accessTokens: [], refreshToken: null });
  await store.commit([vault.put('s', given, clock.now + 1)]);
  t.deepEqual(await vault.get('s'), given);
});

test('a replaced set is the newer one, and ends when the older one would have', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store, clock);
  await store.commit([vault.put('s', held(clock.now + HOUR), clock.now + 1000)]);
  const newer = held(clock.now + HOUR, { refreshToken: new Secret('newer-refresh-token') });
  await store.commit([vault.replace('s', newer)]);
  t.is((await vault.get('s'))?.tokens.refreshToken?.reveal(), 'newer-refresh-token');
  clock.now += 1000;
  t.is(await vault.get('s'), undefined);
});

test('tokens of a session that has ended are not put back [90]', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store, clock);
  await store.commit([vault.put('s', held(clock.now + HOUR), clock.now + HOUR)]);
  await store.commit([vault.delete('s')]);
  await store.commit([vault.replace('s', held(clock.now + HOUR))]);
  t.is(await vault.get('s'), undefined);
});

test('no token is in the files of the database', async (t) => {
  const given = { path: join(temporaryFolder(t), 'entrada.db'), clock: testClock() };
  const store = openTestStore(t, given);
  const vault = createTokenVault(store, given.clock);
  await store.commit([vault.put('s', held(0), given.clock.now + 1000)]);
  for (const suffix of ['', '-wal']) {
    t.false(readFileSync(given.path + suffix).includes('planted'));
  }
});

/** The sealed bytes of the one set of a database. */
function sealedBytes(path: string): Uint8Array {
  using database = new DatabaseSync(path, { readOnly: true });
  const row = database.prepare("SELECT value FROM record WHERE kind = 'session-tokens'").get();
  const value = row?.['value'];
  if (!(value instanceof Uint8Array)) throw new Error('no sealed set');
  return value;
}

for (const change of ['replaced', 'deleted'] as const) {
  test(`the sealed bytes of a ${change} set are in no file once the store was purged [60]`, async (t) => {
    const path = join(temporaryFolder(t), 'entrada.db');
    const clock = testClock();
    const store = openTestStore(t, { path, clock });
    const vault = createTokenVault(store, clock);
    await store.commit([vault.put('s', held(clock.now + HOUR), clock.now + HOUR)]);
    const before = sealedBytes(path);
    const files = (): boolean[] =>
      ['', '-wal'].map((suffix) => readFileSync(path + suffix).includes(before));
    t.true(files().includes(true));
    const newer = held(clock.now + HOUR, { refreshToken: new Secret('newer') });
    await store.commit([change === 'replaced' ? vault.replace('s', newer) : vault.delete('s')]);
    while ((await store.purge()) > 0);
    t.deepEqual(files(), [false, false]);
  });
}

test('a deleted or ended set is gone [90]', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store, clock);
  const put = vault.put('s', held(0), clock.now + 10);
  await store.commit([put]);
  await store.commit([vault.delete('s')]);
  t.is(await vault.get('s'), undefined);
  await store.commit([put]);
  clock.now += 10;
  t.is(await vault.get('s'), undefined);
});

test('a set is due from the time on that its first token should be exchanged', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store, clock);
  await store.commit([vault.put('s', held(clock.now + HOUR), clock.now + 9 * HOUR)]);
  t.deepEqual(await vault.due(HOUR), []);
  clock.now += 50 * MINUTE; // `refreshAt` of the set
  t.deepEqual(await vault.due(HOUR), ['s']);
  clock.now += 2 * HOUR;
  t.deepEqual(await vault.due(HOUR), []);
  t.deepEqual(await vault.due(3 * HOUR), ['s']);
});

test('a token of a day is due after 72 minutes at the latest, for only the exchange tells of a person', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store, clock);
  const latest = clock.now + 72 * MINUTE;
  await store.commit([vault.put('s', held(clock.now + 24 * HOUR), clock.now + 24 * HOUR)]);
  t.is((await vault.get('s'))?.tokens.accessTokens[0]?.refreshAt, latest);
  clock.now = latest + 5 * MINUTE;
  t.deepEqual(await vault.due(HOUR), ['s']);
});

test('a set that cannot be exchanged is never due', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store, clock);
  const given = held(clock.now + HOUR, { refreshToken: null });
  await store.commit([vault.put('s', given, clock.now + 9 * HOUR)]);
  clock.now += HOUR;
  t.deepEqual(await vault.due(9 * HOUR), []);
});
