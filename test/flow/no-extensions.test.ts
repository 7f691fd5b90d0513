import test from 'ava';

import { startWorld, writeExtension } from '../_support/world.ts';

test('a gateway without extensions starts no runner, and signs people in', async (t) => {
  const world = await startWorld(t, { extensions: [] });
  t.true((await world.signIn('jane@contoso.example')).signedIn);
  t.deepEqual(world.gateway.runners, []);
});

test('one with an extension has runners for it', async (t) => {
  const source = writeExtension(
    t,
    'open',
    "export default { decide: () => ({ decision: 'allow' }) };",
  );
  const world = await startWorld(t, { extensions: [{ source }] });
  t.true((await world.signIn('jane@contoso.example')).signedIn);
  t.not(world.gateway.runners.length, 0);
});
