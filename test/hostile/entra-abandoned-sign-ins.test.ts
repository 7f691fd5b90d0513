import test from 'ava';
import { TRANSACTION } from '../../src/entra/transaction.ts';
import { createDesk } from '../_support/entra-desk.ts';

test('ten thousand abandoned sign-ins end at the limit, with a code that asks for fewer [22] [N87]', async (t) => {
  const desk = createDesk({ limits: { pendingInAll: 1000, pendingPerAddress: 100 } });
  let refused = 0;
  for (let index = 0; index < 10_000; index++) {
    const address = `10.0.${(index >> 8) & 255}.${index & 255}`;
    const request = { service: 'x', returnTo: '/', address };
    await desk.entra.begin(request).catch((error: { code: string }) => {
      refused += Number(error.code === 'ENTRA_TOO_MANY_PENDING');
    });
  }
  t.is(refused, 9000);
  t.is(await desk.store.count(TRANSACTION), 1000);
  t.is(desk.tenant.requests.length, 1, 'and nobody else is asked');
  desk.now += 15 * 60_000;
  await t.notThrowsAsync(desk.begin());
});
