import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import test from 'ava';

import { createTokenVault } from '../../src/session/token-vault.ts';
import { openTestStore, testClock } from '../_support/open-store.ts';
import { tokenSet } from '../_support/people.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

test('the vault gives back what it was given, as secrets', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store);
  const given = tokenSet(clock.now + 1000);
  await store.commit([vault.put('s', given, clock.now + 1000)]);
  const kept = await vault.get('s');
  t.is(kept?.accessTokens[0]?.token.reveal(), given.accessTokens[0]?.token.reveal());
  t.is(kept?.refreshToken?.reveal(), given.refreshToken?.reveal());
  t.false(JSON.stringify(kept).includes('planted'));
  t.is(await vault.get('other'), undefined);
});

test('the vault keeps a set without a refresh token', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store);
  await store.commit([vault.put('s', { accessTokens: [], refreshToken: null }, clock.now + 1)]);
  t.deepEqual(await vault.get('s'), { accessTokens: [], refreshToken: null });
});

test('no token is in the files of the database', async (t) => {
  const given = { path: join(temporaryFolder(t), 'entrada.db'), clock: testClock() };
  const store = openTestStore(t, given);
  const vault = createTokenVault(store);
  await store.commit([vault.put('s', tokenSet(0), given.clock.now + 1000)]);
  for (const suffix of ['', '-wal']) {
    t.false(readFileSync(given.path + suffix).includes('planted'));
  }
});

test('a deleted or ended set is gone', async (t) => {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store);
  const put = vault.put('s', tokenSet(0), clock.now + 10);
  await store.commit([put]);
  await store.commit([vault.delete('s')]);
  t.is(await vault.get('s'), undefined);
  await store.commit([put]);
  clock.now += 10;
  t.is(await vault.get('s'), undefined);
});
