import test from 'ava';
import { configOf, entraId, faultsOf, fileWith, type Json } from '../_support/config-file.ts';

const METHOD: Json = { id: 'partner', type: 'extension', extension: 'partner-login' };
const GROUPS = [
  { id: 'g1', name: 'Guests' },
  { id: 'g2', name: 'Ledgers' },
];

function fileOf(method: Json): unknown {
  return fileWith({ groups: GROUPS, authentications: [entraId(), { ...METHOD, ...method }] });
}

/** Faults of a file with this method behind an entra-id one. */
const faultsWith = (method: Json): readonly string[] => faultsOf(fileOf(method));

const AT = 'authentications[1]';

test('a method that is an extension names it, and has groups, roles and suffixes of its own', (t) => {
  const given = {
    base_groups: 'g2, g1',
    remove_username_suffix: '@partner.example',
    name: 'Partner',
  };
  t.like(configOf(fileOf(given)).authentications[1], {
    type: 'extension',
    id: 'partner',
    name: 'Partner',
    extension: 'partner-login',
    baseGroups: ['g2', 'g1'],
    baseRoles: [],
    removeUsernameSuffix: ['@partner.example'],
    proxy: { kind: 'direct' },
  });
});

test('its form has a name where none is given', (t) => {
  t.is(configOf(fileOf({})).authentications[1]?.name, 'Username and password');
});

test('extension must name one, as manifests can', (t) => {
  t.deepEqual(faultsWith({ extension: undefined }), [`CONFIG_MISSING_KEY ${AT}.extension`]);
  t.deepEqual(faultsWith({ extension: './partner' }), [`CONFIG_INVALID_VALUE ${AT}.extension`]);
});

test('what belongs to entra-id alone is unknown there', (t) => {
  for (const key of ['directory_id', 'api_scopes', 'password', 'logout'])
    t.deepEqual(faultsWith({ [key]: 'x' }), [`CONFIG_UNKNOWN_KEY ${AT}.${key}`], key);
});

test('base_groups that no entry has are a fault', (t) => {
  t.deepEqual(faultsWith({ base_groups: ['g3'] }), [
    `CONFIG_UNKNOWN_REFERENCE ${AT}.base_groups[0]`,
  ]);
});

test('a second entra-id method is not used; one that is an extension is', (t) => {
  const services = [{ type: 'file-browser', path: '/', authentications: ['m1', 'partner', 'm2'] }];
  const authentications = [entraId(), METHOD, entraId({ id: 'm2' })];
  t.deepEqual(faultsOf(fileWith({ authentications, services })), [
    'warning services[0].authentications[2]',
  ]);
});

test('a service is closed only when none of its methods gives what it asks for', (t) => {
  const authentications = [
    { ...METHOD, base_groups: ['g1'] },
    entraId({ base_groups: [], group_association: 'base-groups' }),
  ];
  t.deepEqual(faultsOf(fileWith({ groups: GROUPS, authentications })), []);
  const bare = [METHOD, entraId({ base_groups: [], group_association: 'base-groups' })];
  t.deepEqual(faultsOf(fileWith({ groups: GROUPS, authentications: bare })), [
    'warning services[0].type',
  ]);
});
