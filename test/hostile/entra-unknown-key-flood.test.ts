import test from 'ava';
import { createDesk, signIn } from '../_support/entra-desk.ts';
import { KEYS_URL } from '../_support/scripted-tenant.ts';

test('a thousand tokens of unknown keys at once cause one fetch of the keys [8] [N40]', async (t) => {
  const desk = createDesk({ limits: { pendingPerAddress: 2000 } });
  await signIn(desk);
  const flood = Array.from({ length: 1000 }, (_, index) =>
    signIn(desk, { header: { kid: `unknown-${index}` } }),
  );
  const results = await Promise.allSettled(flood);
  t.true(
    results.every(
      (result) =>
        result.status === 'rejected' &&
        (result.reason as { code: string }).code === 'ENTRA_TOKEN_KEY',
    ),
  );
  t.is(desk.tenant.to(KEYS_URL).filter(({ url }) => url === KEYS_URL).length, 2);
  await t.notThrowsAsync(signIn(desk), 'and genuine tokens go on');
});
