import test from 'ava';

import { nobodyIn, signInAtOnce } from '../_support/rounds.ts';
import { startWorld, type World } from '../_support/world.ts';

const GUEST = 'gus@fabrikam.example';
const NO_BASE = { base_groups: null };

/** Names of Entrada's groups of the sign-in that ended last. */
const groupsOf = (world: World): readonly string[] | undefined =>
  world.records.at(-1)?.principal?.groups.map(({ name }) => name);

const remarksOf = (world: World): readonly string[] | undefined =>
  world.records.at(-1)?.remarks.map(({ code }) => code);

test.serial('group_lookup: direct passes groups of groups over [68]', async (t) => {
  const file = {
    groups: [
      { id: 'all', name: 'All Staff' },
      { id: 'finance', name: 'Finance' },
    ],
  };
  for (const [group_lookup, expected] of [
    ['transitive', ['All Staff', 'Finance']],
    ['direct', ['Finance']],
  ] as const) {
    const method = { ...NO_BASE, group_lookup };
    const world = await startWorld(t, { extensionsOff: true, method, file });
    await signInAtOnce(world);
    t.deepEqual(groupsOf(world), expected);
  }
});

test.serial(
  'match_groups_by: id takes the group that is meant, whatever its name, with no permission to read names [73]',
  async (t) => {
    const world = await startWorld(t, {
      extensionsOff: true,
      method: { ...NO_BASE, match_groups_by: 'id', api_scopes: null, password: null },
      file: {
        groups: [
          {
            id: 'ledgers',
            name: 'Ledgers',
            entra_group_id: '11111111-2222-4333-8444-555555555555',
          },
          { id: 'finance', name: 'Finance' },
        ],
      },
      tenant: (seed) => ({
        ...seed,
        groups: [
          {
            id: '11111111-2222-4333-8444-555555555555',
            displayName: 'Renamed since',
            members: ['jane@contoso.example'],
          },
          { displayName: 'Finance', members: ['jane@contoso.example'] },
        ],
      }),
    });
    world.emulator.tenant().consents.clear();
    await signInAtOnce(world);
    t.deepEqual(groupsOf(world), ['Ledgers']);
    t.is(world.records.at(-1)?.groups?.ignored.length, 1);
  },
);

test.serial(
  'group_lookup: ids finds groups of groups by one request, and people in more than 11,000 by pages [68] [71]',
  async (t) => {
    const meant = '11111111-2222-4333-8444-555555555555';
    const world = await startWorld(t, {
      extensionsOff: true,
      method: { ...NO_BASE, group_lookup: 'ids', match_groups_by: 'id' },
      file: { groups: [{ id: 'ledgers', name: 'Ledgers', entra_group_id: meant }] },
      tenant: (seed) => ({
        ...seed,
        groups: [
          { displayName: 'Inner', members: ['jane@contoso.example'] },
          { id: meant, displayName: 'Outer', members: ['Inner'] },
        ],
      }),
    });
    const { journal } = world.emulator;
    const asked = (): readonly string[] =>
      journal.all({ endpoint: 'graph.memberships' }).map(({ method }) => method);
    await signInAtOnce(world);
    t.deepEqual(groupsOf(world), ['Ledgers']);
    t.deepEqual(asked(), ['POST']);
    journal.clear();
    world.emulator.tenant().groups.generate(11_500, { members: ['jane@contoso.example'] });
    await signInAtOnce(world);
    t.deepEqual(groupsOf(world), ['Ledgers']);
    t.deepEqual(asked(), ['POST', ...Array.from({ length: 12 }, () => 'GET')]);
  },
);

test.serial(
  'two groups of Entra with one name match, and the operator is warned [73] [N115]',
  async (t) => {
    const world = await startWorld(t, { extensionsOff: true });
    const { groups } = world.emulator.tenant();
    groups.add({ displayName: 'Finance', members: ['jane@contoso.example'] });
    groups.add({ displayName: 'Chess Club', members: ['jane@contoso.example'] });
    groups.add({ displayName: 'Chess Club', members: ['jane@contoso.example'] });
    await signInAtOnce(world);
    t.deepEqual(groupsOf(world), ['Staff', 'Finance']);
    t.deepEqual(world.records.at(-1)?.groups?.ambiguous, ['Finance']);
    t.deepEqual(remarksOf(world), ['GROUP_NAME_TWICE']);
    const line = world.lines.find((one) => one.includes('GROUP_NAME_TWICE')) ?? '{}';
    t.like(JSON.parse(line), { level: 'warn', code: 'GROUP_NAME_TWICE' });
  },
);

test.serial(
  'groups that cannot be read refuse the sign-in, or with on_group_error leave the base groups [72] [N110]',
  async (t) => {
    for (const [on_group_error, expected] of [
      ['deny', undefined],
      ['base-groups', ['Staff']],
    ] as const) {
      const world = await startWorld(t, { extensionsOff: true, method: { on_group_error } });
      world.emulator.failNext(
        'graph.memberships',
        { graph: 'serviceNotAvailable', status: 500 },
        9,
      );
      const page = await signInAtOnce(world);
      t.deepEqual(groupsOf(world), expected);
      if (expected === undefined) await nobodyIn(t, world, page);
      else t.deepEqual(remarksOf(world), ['GROUPS_UNREAD']);
    }
  },
);

test.serial(
  'a token that has too many groups for itself does not matter: Graph has them all [74] [N119]',
  async (t) => {
    const world = await startWorld(t, {
      extensionsOff: true,
      tenant: (seed) => ({
        ...seed,
        applications: (seed.applications ?? []).map((one) => ({
          ...one,
          groupClaims: 'SecurityGroup',
        })),
      }),
    });
    world.emulator.tenant().groups.generate(250, { members: ['jane@contoso.example'] });
    await signInAtOnce(world);
    t.is(world.records.at(-1)?.principal?.entraGroups.length, 252);
    t.deepEqual(remarksOf(world), ['GROUPS_OVERAGE']);
  },
);

test.serial('guests may sign in, unless allow_guests says that they may not [50]', async (t) => {
  const open = await startWorld(t, { extensionsOff: true });
  await signInAtOnce(open, GUEST);
  t.is(open.records.at(-1)?.outcome, 'allowed');
  const closed = await startWorld(t, { extensionsOff: true, method: { allow_guests: false } });
  const page = await signInAtOnce(closed, GUEST);
  t.is(page.status, 403);
  t.like(closed.records.at(-1), { outcome: 'denied', code: 'SIGN_IN_GUEST_REFUSED' });
  t.true(page.html.includes('not for guests'));
  await nobodyIn(t, closed, page);
  await signInAtOnce(closed);
  t.is(closed.records.at(-1)?.outcome, 'allowed');
});
