import test from 'ava';

import type { Patch } from '../../sandbox/contract.ts';
import type { Config } from '../../src/config/config.ts';
import { applyPatches, type Patched } from '../../src/session/apply-patches.ts';
import { groupOf, principal, roleOf } from '../_support/people.ts';

const CONFIG: Pick<Config, 'groups' | 'roles'> = {
  groups: [groupOf('finance', 'Finance'), groupOf('legal', 'Legal', false)],
  roles: [roleOf('auditor', 'Auditor', false)],
};

/** Applies patches of extensions that are named by their places. */
const applied = (...patches: readonly Patch[]): Patched =>
  applyPatches(
    principal(),
    patches.map((patch, index) => ({ extension: `number-${index + 1}`, patch })),
    CONFIG,
  );

const HOME = 'the home folder is not a path below another';

const REFUSED: readonly (readonly [what: string, patch: Patch, why: string])[] = [
  ['a username that is hidden', { username: '.ada' }, 'the username begins with a dot'],
  ['a home folder that is absolute', { home: '/etc' }, HOME],
  ['a home folder that leads out', { home: 'people/../../etc' }, HOME],
  ['a home folder with a backslash', { home: 'people\\ada' }, HOME],
  [
    'a group that nobody has',
    { groups: { add: ['None'] } },
    'there is no enabled group named None',
  ],
  ['a group that is off', { groups: { add: ['Legal'] } }, 'there is no enabled group named Legal'],
  ['a role that is off', { roles: { add: ['Auditor'] } }, 'there is no enabled role named Auditor'],
];

for (const [what, patch, why] of REFUSED) {
  test(`${what} is refused, and whose patch it was is said`, (t) => {
    const right: Patch = { groups: { add: ['Finance'] } };
    t.deepEqual(applied(right, patch), { ok: false, extension: 'number-2', why });
  });
}

test('patches are applied one after the other, and of lifetimes the shortest is taken', (t) => {
  const patched = applied(
    { groups: { add: ['Finance'], remove: ['Staff'] }, session: { idle: 60 } },
    { home: 'people/ada', claims: { team: 'blue' }, session: { idle: 30, absolute: 90 } },
  );
  t.like(patched, {
    ok: true,
    principal: {
      groups: [{ id: 'finance', name: 'Finance' }],
      home: 'people/ada',
      claims: { team: 'blue' },
    },
    lifetimes: { idleMs: 30_000, absoluteMs: 90_000 },
  });
});
