import test from 'ava';
import { TRANSACTION } from '../../src/entra/transaction.ts';
import { CODE_GROUPS, createDesk, signIn, type Desk } from '../_support/entra-desk.ts';
import { GROUPS_URL, KEYS_URL, METADATA_URL } from '../_support/scripted-tenant.ts';

const never = (): Promise<never> => new Promise(() => {});

/** A desk with a short budget, whose clock is the real one. */
function hurriedDesk(backChannelMs = 100): Desk {
  const start = performance.now();
  return createDesk({
    config: CODE_GROUPS,
    limits: { backChannelMs },
    clock: () => 1_800_000_000_000 + performance.now() - start,
  });
}

test('a tenant whose discovery hangs holds up a sign-in only as long as one may take [11] [80]', async (t) => {
  const desk = hurriedDesk();
  desk.tenant.on(METADATA_URL, never);
  await t.throwsAsync(desk.begin(), { code: 'ENTRA_TIME_BUDGET' });
});

test('a tenant whose keys hang refuses the sign-in in time [11] [80] [N46]', async (t) => {
  const desk = hurriedDesk();
  desk.tenant.on(KEYS_URL, never);
  await t.throwsAsync(signIn(desk), { code: 'ENTRA_TIME_BUDGET' });
  t.is(await desk.store.count(TRANSACTION), 0);
});

test('every call carries a limit that fits what is left [11] [80]', async (t) => {
  const desk = hurriedDesk(5000);
  await signIn(desk);
  const [groups] = desk.tenant.to(GROUPS_URL);
  t.true((groups?.timeoutMs ?? Infinity) <= 5000);
});
