import test from 'ava';

import { asked, JANE, nobodyIn, signInAtOnce } from '../_support/rounds.ts';
import { exampleFolder, startWorld } from '../_support/world.ts';

const STEP_UP = {
  source: exampleFolder('step-up'),
  mode: 'enforce',
  config: { context: 'c1', groups: ['Finance'] },
};

test('step-up: a member goes to Entra once more for the context, and is in', async (t) => {
  const world = await startWorld(t, { extensions: [STEP_UP] });
  const page = await signInAtOnce(world, JANE);
  t.true(page.html.includes('Signed in as'));
  const rounds = asked(world).map(({ claims }) => JSON.parse(claims ?? '{}').id_token);
  t.deepEqual(rounds, [undefined, { acrs: { essential: true, value: 'c1' } }]);
  t.deepEqual(
    world.records.map(({ outcome }) => outcome),
    ['challenged', 'allowed'],
  );
});

test('step-up: whoever is in no such group goes there once', async (t) => {
  const world = await startWorld(t, { extensions: [STEP_UP] });
  const page = await signInAtOnce(world, 'lena@contoso.example');
  t.true(page.html.includes('Signed in as'));
  t.is(asked(world).length, 1);
});

test('office-hours: the address is the one that the gateway sees, and time is the gateway’s', async (t) => {
  const config = {
    time_zone: 'UTC',
    days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
    from: '00:00',
    to: '00:00', // no hour of any day
    networks: ['127.0.0.0/8'],
  };
  const source = exampleFolder('office-hours');
  const inside = await startWorld(t, { extensions: [{ source, mode: 'enforce', config }] });
  t.true((await signInAtOnce(inside)).html.includes('Signed in as'));
  const elsewhere = { ...config, networks: ['10.0.0.0/8'] };
  const outside = await startWorld(t, {
    extensions: [{ source, mode: 'enforce', config: elsewhere }],
  });
  const page = await signInAtOnce(outside);
  t.is(page.status, 403);
  t.true(page.html.includes('From outside, this service is open'));
  await nobodyIn(t, outside, page);
});
