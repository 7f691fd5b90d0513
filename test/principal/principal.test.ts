import test from 'ava';

import type { EntraIdConfig } from '../../src/config/config.ts';
import type { EntraIdentity } from '../../src/entra/identity.ts';
import { admission } from '../../src/principal/admission.ts';
import { buildPrincipal } from '../../src/principal/principal.ts';
import { ENTRA_ID } from '../_support/entra-id-config.ts';
import { groupOf, roleOf } from '../_support/people.ts';

const CONFIG = {
  groups: [
    groupOf('g1', 'Everybody'),
    groupOf('g2', 'Finance'),
    groupOf('g3', 'Legal'),
    groupOf('g4', 'Closed', false),
  ],
  roles: [roleOf('r1', 'Administrator'), roleOf('r2', 'Auditor'), roleOf('r3', 'Retired', false)],
};

const METHOD: EntraIdConfig = {
  ...ENTRA_ID,
  groupAssociation: 'base-and-azure-groups',
  removeUsernameSuffix: ['@contoso.example'],
};

const IDENTITY: EntraIdentity = {
  tid: METHOD.directoryId,
  oid: 'c3d7e1a0-1b2c-4d3e-8f90-a1b2c3d4e5f6',
  sub: 'pairwise',
  sid: null,
  preferredUsername: 'jane@contoso.example',
  email: null,
  name: 'Jane Roe',
  guest: false,
  claims: { acct: 0 },
  groups: [],
};

function build(method: Partial<EntraIdConfig>, identity: Partial<EntraIdentity> = {}) {
  const built = buildPrincipal({ ...IDENTITY, ...identity }, { ...METHOD, ...method }, CONFIG);
  if (!built.ok) throw new Error(built.why);
  return built;
}

const entra = (...names: string[]) => names.map((name, index) => ({ oid: `o${index}`, name }));

test('base groups come first and in their order, same-named ones after them', (t) => {
  const { principal } = build({ baseGroups: ['g3', 'g1'] }, { groups: entra('Finance') });
  t.deepEqual(
    principal.groups.map(({ name }) => name),
    ['Legal', 'Everybody', 'Finance'],
  );
});

test('same-named groups come in the order of the configuration, not of Entra', (t) => {
  const { principal } = build({}, { groups: entra('Legal', 'Finance') });
  t.deepEqual(
    principal.groups.map(({ name }) => name),
    ['Finance', 'Legal'],
  );
});

test('a group that is both base and same-named is there once', (t) => {
  const { principal } = build({ baseGroups: ['g2'] }, { groups: entra('Finance') });
  t.deepEqual(
    principal.groups.map(({ id }) => id),
    ['g2'],
  );
});

test('names are compared with regard to case, spaces and normal form', (t) => {
  const { principal, groups } = build(
    {},
    { groups: entra('finance', 'Finance ', ' Legal', 'Légal') },
  );
  t.deepEqual(principal.groups, []);
  t.is(groups.ignored.length, 4);
});

test('groups that Entrada does not know are ignored, and told', (t) => {
  const { groups } = build({}, { groups: entra('Finance', 'Chess Club') });
  t.deepEqual(groups.ignored, [{ oid: 'o1', name: 'Chess Club' }]);
});

test('two groups of Entra with one name are one group of Entrada', (t) => {
  const { principal } = build({}, { groups: entra('Finance', 'Finance') });
  t.is(principal.groups.length, 1);
});

test('a group that is not enabled is nobody’s', (t) => {
  const { principal } = build({ baseGroups: ['g4', 'g1'] }, { groups: entra('Closed') });
  t.deepEqual(
    principal.groups.map(({ name }) => name),
    ['Everybody'],
  );
});

test('all groups of Entra are in entraGroups, none where none were asked for', (t) => {
  t.is(build({}, { groups: entra('Finance', 'Chess Club') }).principal.entraGroups.length, 2);
  t.deepEqual(
    build({ groupAssociation: 'base-groups' }, { groups: null }).principal.entraGroups,
    [],
  );
});

test('base roles are everybody’s, those that are not enabled nobody’s', (t) => {
  const { principal } = build({ baseRoles: ['r3', 'r2'] });
  t.deepEqual(principal.roles, [{ id: 'r2', name: 'Auditor' }]);
});

test('the principal is frozen through and through, and shares nothing with the identity', (t) => {
  const claims = { nested: { list: [1] } };
  const { principal } = build({ baseGroups: ['g1'] }, { claims });
  t.true(
    [
      principal,
      principal.groups,
      principal.groups[0],
      principal.claims,
      principal.claims['nested'],
    ].every(Object.isFrozen),
  );
  claims.nested.list.push(2);
  t.deepEqual(principal.claims, { nested: { list: [1] } });
});

test('a name that cannot be a username is refused with its reason', (t) => {
  const built = buildPrincipal({ ...IDENTITY, preferredUsername: '../admin' }, METHOD, CONFIG);
  t.like(built, { ok: false, code: 'SIGN_IN_USERNAME_REFUSED' });
});

test('the file browser needs a group, the console a role, forward-auth neither', (t) => {
  const nobody = build({}).principal;
  const member = build({ baseGroups: ['g1'] }).principal;
  const admin = build({ baseRoles: ['r1'] }).principal;
  t.is(admission('file-browser', nobody), 'SIGN_IN_NO_GROUP');
  t.is(admission('file-browser', member), undefined);
  t.is(admission('management-console', member), 'SIGN_IN_NO_ROLE');
  t.is(admission('management-console', admin), undefined);
  t.is(admission('forward-auth', nobody), undefined);
});
