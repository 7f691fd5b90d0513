import test from 'ava';

import { DEFAULT_LIMITS } from '../../src/extensions/limits.ts';
import { beyondGrant, conflicts, readPatch } from '../../src/extensions/patch.ts';
import { NO_ENRICH } from '../_support/extensions.ts';

function read(value: unknown) {
  return readPatch(JSON.stringify(value) ?? 'null', DEFAULT_LIMITS);
}

const WHOLE = {
  username: 'jane',
  groups: { add: ['Ledgers'], remove: ['Temps'] },
  roles: { add: ['Auditor'] },
  claims: { cost_center: '42', old: null },
  home: 'teams/jane',
  session: { idle: 600, absolute: 3600 },
  headers: { 'X-Team': 'blue' },
};

test('a patch with every power is read', (t) =>
  t.deepEqual(read(WHOLE), { ok: true, value: WHOLE }));

test('nothing is an empty patch', (t) => {
  t.deepEqual(read(undefined), { ok: true, value: {} });
  t.deepEqual(read(null), { ok: true, value: {} });
});

const WRONG: readonly unknown[] = [
  [],
  'x',
  { group: ['Ledgers'] },
  { groups: ['Ledgers'] },
  { groups: { add: 'Ledgers' } },
  { groups: { add: [''] } },
  { username: '' },
  { username: 'a\u0000b' },
  { claims: { a: 'x'.repeat(5_000) } },
  { claims: { '': 1 } },
  { session: { idle: -1 } },
  { session: { idle: 1.5 } },
  { headers: { 'x y': 'z' } },
  { headers: { 'x-y': 'a\r\nset-cookie: b' } },
];

for (const value of WRONG) {
  test(`${JSON.stringify(value).slice(0, 50)} is no patch`, (t) => {
    t.like(read(value), { ok: false, code: 'RESULT_INVALID' });
  });
}

test('a patch is whole within a grant that names all of it', (t) => {
  const grant = {
    groups: ['Ledgers', 'Temps'],
    roles: ['Auditor'],
    claims: ['cost_center', 'old'],
    username: true,
    home: true,
    session: true,
    headers: ['x-team'],
  };
  t.deepEqual(beyondGrant(WHOLE, grant), []);
});

test('each power of a patch needs a grant of its own', (t) => {
  t.deepEqual(beyondGrant(WHOLE, NO_ENRICH), [
    'groups: Ledgers',
    'groups: Temps',
    'roles: Auditor',
    'claims: cost_center',
    'claims: old',
    'headers: x-team',
    'username',
    'home',
    'session',
  ]);
});

test('two patches that write the same are in conflict', (t) => {
  t.deepEqual(
    conflicts({ claims: { a: 1 }, username: 'x' }, { claims: { a: 2, b: 3 }, username: 'y' }),
    ['username', 'claims: a'],
  );
  t.deepEqual(conflicts({ headers: { 'X-A': '1' } }, { headers: { 'x-a': '2' } }), [
    'headers: x-a',
  ]);
});

test('patches that only add groups are in no conflict', (t) => {
  t.deepEqual(conflicts({ groups: { add: ['A'] } }, { groups: { add: ['A'] } }), []);
});
