import test from 'ava';
import { configOf, entraId, faultsOf, fileWith, type Json } from '../_support/config-file.ts';

const GROUPS = [
  { id: 'g1', name: 'Staff' },
  { id: 'g2', name: 'Ledgers' },
];
const ROLES = [{ id: 'r1', name: 'Auditors' }];

const METHOD = entraId({
  base_groups: ['g1'],
  group_association: 'base-and-azure-groups',
  api_scopes: ['https://graph.microsoft.com/User.Read'],
  password: '${env:SECRET}',
});

const OPTIONS = { environment: { SECRET: 'a-secret-that-is-long-enough-for-tests' } };

function fileOf(rules: readonly Json[], methods: readonly Json[] = [METHOD]): unknown {
  return fileWith({ groups: GROUPS, roles: ROLES, authentications: methods, mapping: rules });
}

/** Faults of one rule. */
const faultsWith = (rule: Json, methods?: readonly Json[]): readonly string[] =>
  faultsOf(fileOf([rule], methods), OPTIONS);

const AT = 'mapping[0]';

test('a rule sets a claim, adds a group or role, or refuses', (t) => {
  const { mapping } = configOf(
    fileOf([
      { claim: 'department', from: 'graph:department' },
      { name: 'Tier', claim: 'tier', value: 'gold', applies_to: 'm1' },
      {
        group: 'Ledgers',
        when: { attribute: 'graph:department', is: 'Finance, Controlling\nLegal' },
      },
      { role: 'Auditors', when: { group: ['Staff'] }, unless: { attribute: 'token:temp' } },
      { deny: 'contractors', message: 'Not for you.', when: { entra_group: ['Contractors'] } },
    ]),
    OPTIONS,
  );
  t.deepEqual(mapping, [
    {
      name: 'claim department',
      act: { kind: 'claim', claim: 'department', from: { of: 'graph', path: ['department'] } },
      when: null,
      unless: null,
      appliesTo: [],
    },
    {
      name: 'Tier',
      act: { kind: 'claim', claim: 'tier', value: 'gold' },
      when: null,
      unless: null,
      appliesTo: ['m1'],
    },
    {
      name: 'group Ledgers',
      act: { kind: 'group', group: 'Ledgers' },
      when: {
        kind: 'attribute',
        attribute: { of: 'graph', path: ['department'] },
        is: ['Finance, Controlling', 'Legal'],
      },
      unless: null,
      appliesTo: [],
    },
    {
      name: 'role Auditors',
      act: { kind: 'role', role: 'Auditors' },
      when: { kind: 'group', names: ['Staff'] },
      unless: { kind: 'attribute', attribute: { of: 'token', path: ['temp'] }, is: null },
      appliesTo: [],
    },
    {
      name: 'deny contractors',
      act: { kind: 'deny', code: 'contractors', message: 'Not for you.' },
      when: { kind: 'entra-group', names: ['Contractors'] },
      unless: null,
      appliesTo: [],
    },
  ]);
});

const WRONG: readonly (readonly [what: string, rule: Json, ...faults: readonly string[]])[] = [
  ['does nothing', { name: 'x' }, `CONFIG_MISSING_KEY ${AT}`],
  ['does two things', { group: 'Ledgers', role: 'Auditors' }, `CONFIG_CONFLICT ${AT}.role`],
  ['has a claim without a value', { claim: 'x' }, `CONFIG_MISSING_KEY ${AT}`],
  [
    'has a claim of two values',
    { claim: 'x', value: '1', from: 'token:y' },
    `CONFIG_CONFLICT ${AT}.value`,
  ],
  ['has a value for a group', { group: 'Ledgers', value: '1' }, `CONFIG_CONFLICT ${AT}.value`],
  [
    'tells whom it does not refuse',
    { group: 'Ledgers', message: 'x' },
    `CONFIG_CONFLICT ${AT}.message`,
  ],
  ['adds an unknown group', { group: 'Nobody' }, `CONFIG_UNKNOWN_REFERENCE ${AT}.group`],
  ['adds an unknown role', { role: 'Nobody' }, `CONFIG_UNKNOWN_REFERENCE ${AT}.role`],
  [
    'is about an unknown method',
    { group: 'Ledgers', applies_to: 'm7' },
    `CONFIG_UNKNOWN_REFERENCE ${AT}.applies_to[0]`,
  ],
  [
    'asks for an unknown group',
    { deny: 'x', when: { group: ['Nobody'] } },
    `CONFIG_UNKNOWN_REFERENCE ${AT}.when.group[0]`,
  ],
  ['has an empty condition', { deny: 'x', when: {} }, `CONFIG_MISSING_KEY ${AT}.when`],
  [
    'asks two things at once',
    { deny: 'x', when: { group: ['Staff'], attribute: 'token:y' } },
    `CONFIG_CONFLICT ${AT}.when.group`,
  ],
  [
    'compares a group with a value',
    { deny: 'x', when: { group: ['Staff'], is: ['y'] } },
    `CONFIG_CONFLICT ${AT}.when.is`,
  ],
  [
    'reads from nowhere',
    { claim: 'x', from: 'ldap:department' },
    `CONFIG_INVALID_VALUE ${AT}.from`,
  ],
  ['reads an address', { claim: 'x', from: 'graph:/users' }, `CONFIG_INVALID_VALUE ${AT}.from`],
  ['sets a claim of the tenant', { claim: 'oid', value: 'x' }, `CONFIG_INVALID_VALUE ${AT}.claim`],
  ['has a denial that is a sentence', { deny: 'Not you!' }, `CONFIG_INVALID_VALUE ${AT}.deny`],
  [
    'has a key that nobody knows',
    { deny: 'x', otherwise: 'y' },
    `CONFIG_UNKNOWN_KEY ${AT}.otherwise`,
  ],
];

for (const [what, rule, ...faults] of WRONG) {
  test(`a rule that ${what} is a fault`, (t) => {
    t.deepEqual(faultsWith(rule), faults);
  });
}

test('a rule that reads what its methods do not have is a fault: a denial that never holds lets everybody in', (t) => {
  const bare = entraId({ base_groups: ['g1'], group_association: 'base-groups' });
  const partner = { id: 'm2', type: 'extension', extension: 'partner-login', base_groups: ['g1'] };
  const graph = { deny: 'x', when: { attribute: 'graph:department', is: ['Sales'] } };
  const groups = { deny: 'x', when: { entra_group: ['Contractors'] } };
  t.deepEqual(faultsWith(graph, [bare]), [`CONFIG_CONFLICT ${AT}.when.attribute`]);
  t.deepEqual(faultsWith(groups, [bare]), [`CONFIG_CONFLICT ${AT}.when.entra_group`]);
  t.deepEqual(faultsWith({ claim: 'x', from: 'graph:department' }, [METHOD, partner]), [
    `CONFIG_CONFLICT ${AT}.from`,
  ]);
  t.deepEqual(faultsWith({ ...graph, applies_to: ['m1'] }, [METHOD, partner]), []);
  t.deepEqual(faultsWith({ claim: 'x', from: 'token:employeeid' }, [METHOD, partner]), []);
});

test('a scope of Graph may be written short', (t) => {
  const method = { ...METHOD, api_scopes: ['User.Read'] };
  t.deepEqual(faultsWith({ claim: 'x', from: 'graph:department' }, [method]), []);
  const storage = { ...METHOD, api_scopes: ['https://storage.azure.com/user_impersonation'] };
  t.deepEqual(faultsWith({ claim: 'x', from: 'graph:department' }, [storage]), [
    `CONFIG_CONFLICT ${AT}.from`,
  ]);
});

test('a refusal by group is a fault where the method may go on without groups', (t) => {
  const method = { ...METHOD, on_group_error: 'base-groups' };
  const when = { entra_group: ['Contractors'] };
  t.deepEqual(faultsWith({ deny: 'x', when }, [method]), [
    `CONFIG_CONFLICT ${AT}.when.entra_group`,
  ]);
  t.deepEqual(faultsWith({ deny: 'x', unless: when }, [method]), [], 'without groups it refuses');
  t.deepEqual(faultsWith({ group: 'Ledgers', when }, [method]), []);
});

test('where groups are known by their ids, a rule names them so', (t) => {
  const method = { ...METHOD, match_groups_by: 'id' };
  const id = '3E800003-CD01-8CEF-973F-C396CD875250';
  t.deepEqual(faultsWith({ deny: 'x', when: { entra_group: [id, 'Contractors'] } }, [method]), [
    `CONFIG_CONFLICT ${AT}.when.entra_group[1]`,
  ]);
  const { mapping } = configOf(
    fileOf([{ deny: 'x', when: { entra_group: [id] } }], [method]),
    OPTIONS,
  );
  t.deepEqual(mapping[0]?.when, { kind: 'entra-group', names: [id.toLowerCase()] });
});
