import test from 'ava';
import { EntraLimitError } from '../../src/entra/entra-error.ts';
import { createPending, networkOf } from '../../src/entra/pending.ts';
import { DEFAULT_LIMITS } from '../../src/entra/limits.ts';
import { TRANSACTION } from '../../src/entra/transaction.ts';
import { createDesk } from '../_support/entra-desk.ts';

const TOO_MANY = { instanceOf: EntraLimitError, code: 'ENTRA_TOO_MANY_PENDING' };

test('one address has its share of pending sign-ins, and others theirs [22]', async (t) => {
  const desk = createDesk({ limits: { pendingPerAddress: 3 } });
  await Promise.all([1, 2, 3].map(() => desk.begin()));
  await t.throwsAsync(desk.begin(), TOO_MANY);
  await t.notThrowsAsync(desk.begin({ address: '203.0.113.8' }));
  t.is(await desk.store.count(TRANSACTION), 4);
});

test('a sign-in that came back makes room, whether it succeeded or not [22]', async (t) => {
  const desk = createDesk({ limits: { pendingPerAddress: 1 } });
  await desk.entra.finish(await desk.answer(await desk.begin()));
  const refused = await desk.answer(await desk.begin(), { parameters: { error: 'access_denied' } });
  await t.throwsAsync(desk.entra.finish(refused));
  await t.notThrowsAsync(desk.begin());
});

test('sign-ins that were abandoned before the clock was set back make room, too [22]', async (t) => {
  const desk = createDesk({ limits: { pendingPerAddress: 1 } });
  await desk.begin();
  desk.now -= 3_600_000;
  await t.notThrowsAsync(desk.begin());
});

test('abandoned sign-ins make room after two minutes [22]', async (t) => {
  const desk = createDesk({ limits: { pendingPerAddress: 1 } });
  await desk.begin();
  desk.now += 119_999;
  await t.throwsAsync(desk.begin(), TOO_MANY);
  desk.now += 1;
  await t.notThrowsAsync(desk.begin());
});

test('all addresses together have a share too [22] [N87]', async (t) => {
  const desk = createDesk({ limits: { pendingInAll: 5 } });
  for (let index = 0; index < 5; index++) await desk.begin({ address: `203.0.113.${index}` });
  await t.throwsAsync(desk.begin({ address: '198.51.100.1' }), TOO_MANY);
  t.is(await desk.store.count(TRANSACTION), 5);
});

test('10,000 abandoned sign-ins leave nothing behind [22] [N87]', (t) => {
  let now = 0;
  const pending = createPending(DEFAULT_LIMITS, () => now);
  for (let index = 0; index < 10_000; index++) {
    now += 100;
    pending.admit(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
  }
  t.true(pending.size <= 1200);
  now += 120_000;
  pending.admit('10.0.0.1');
  t.is(pending.size, 1);
  pending.release('10.0.0.1');
  t.is(pending.size, 0);
});

for (const [address, network] of [
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:0DB8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::ffff:203.0.113.7', '::ffff:cb00:7107'],
  ['unknown', 'unknown'],
  ['', ''],
] as const) {
  test(`of ${address === '' ? 'no address' : address} counts ${network} [22]`, (t) => {
    t.is(networkOf(address), network);
  });
}
