import test from 'ava';
import type { EntraIdConfig } from '../../src/config/config.ts';
import {
  APPLICATION,
  CLIENT_SECRET,
  configOf,
  entraIdOf,
  entraId,
  faultsOf,
  fileWith,
  filesOf,
  TENANT,
  type Json,
} from '../_support/config-file.ts';

/** Faults of a file whose method is right but for something. */
function faultsWith(method: Json): readonly string[] {
  return faultsOf(fileWith({ authentications: [entraId(method)] }));
}

/** The method of a file that is right. */
function methodWith(method: Json): EntraIdConfig {
  return entraIdOf(fileWith({ authentications: [entraId(method)] }));
}

const AT = 'authentications[0]';

/** A list in every form that the documentation has. */
function forms(words: readonly string[]): readonly unknown[] {
  return [words, words.join('\n'), words.join(', ')];
}

test('entra-id has its documented defaults', (t) => {
  const { credential, authority, ...method } = methodWith({ base_groups: ['g1'] });
  t.deepEqual(method, {
    type: 'entra-id',
    id: 'm1',
    name: 'Microsoft Entra ID',
    description: '',
    directoryId: TENANT,
    applicationId: APPLICATION,
    baseGroups: ['g1'],
    groupAssociation: 'base-groups',
    baseRoles: [],
    proxy: { kind: 'direct' },
    tlsTrustedCertificates: [],
    removeUsernameSuffix: [],
    groupLookup: 'transitive',
    matchGroupsBy: 'name',
    onGroupError: 'deny',
    cloud: 'public',
    flow: 'auto',
    apiScopes: [],
    allowGuests: true,
    showPhoto: false,
    logout: 'local',
  });
  t.is(credential, null);
  t.is(authority, null);
});

test('type of the documentation that is not served is not available', (t) => {
  const types = ['application', 'os', 'http', 'ip-time-ban', 'deny-username', 'anonymous'];
  for (const type of [...types, 'ldap', 'local-file', 'radius']) {
    t.deepEqual(faultsWith({ type }), [`CONFIG_NOT_AVAILABLE ${AT}.type`], type);
  }
});

test('type that nobody knows is a fault', (t) => {
  t.deepEqual(faultsWith({ type: 'entraid' }), [`CONFIG_INVALID_VALUE ${AT}.type`]);
  t.deepEqual(faultsWith({ type: 7 }), [`CONFIG_INVALID_VALUE ${AT}.type`]);
  t.deepEqual(faultsWith({ type: undefined }), [`CONFIG_MISSING_KEY ${AT}.type`]);
});

test('type must be written out', (t) => {
  const file = fileWith({ authentications: [entraId({ type: '${env:TYPE}' })] });
  t.true(
    faultsOf(file, { environment: { TYPE: 'entra-id' } }).includes(
      `CONFIG_INVALID_VALUE ${AT}.type`,
    ),
  );
});

test('id holds what a URL and a list can hold', (t) => {
  for (const id of ['', 'a b', 'a,b', '-a', 'a/b', 'a'.repeat(65), 'ä']) {
    t.deepEqual(faultsWith({ id }), [`CONFIG_INVALID_VALUE ${AT}.id`], id);
  }
  t.deepEqual(faultsWith({ id: undefined }), [`CONFIG_MISSING_KEY ${AT}.id`]);
});

test('id of two methods is a duplicate', (t) => {
  const authentications = [entraId(), entraId()];
  const services = [{ type: 'file-browser', path: '/', authentications: ['m1'] }];
  t.deepEqual(faultsOf(fileWith({ authentications, services })), [
    'CONFIG_DUPLICATE authentications[1].id',
  ]);
});

test('name and description are one line of text', (t) => {
  t.deepEqual(faultsWith({ name: '' }), [`CONFIG_INVALID_VALUE ${AT}.name`]);
  t.deepEqual(faultsWith({ name: 'a\nb' }), [`CONFIG_INVALID_VALUE ${AT}.name`]);
  t.deepEqual(faultsWith({ description: 'a\u{7}b' }), [`CONFIG_INVALID_VALUE ${AT}.description`]);
  t.deepEqual(faultsWith({ description: 'x'.repeat(201) }), [
    `CONFIG_INVALID_VALUE ${AT}.description`,
  ]);
  t.is(methodWith({ description: null }).description, '');
});

test('an option of another kind is a fault', (t) => {
  t.deepEqual(faultsWith({ description: [] }), [`CONFIG_INVALID_VALUE ${AT}.description`]);
  t.deepEqual(faultsWith({ proxy: { host: 'a' } }), [`CONFIG_INVALID_VALUE ${AT}.proxy`]);
  t.deepEqual(faultsWith({ remove_username_suffix: ['a b'] }), [
    `CONFIG_INVALID_VALUE ${AT}.remove_username_suffix[0]`,
  ]);
  t.deepEqual(faultsWith({ name: null }), [`CONFIG_INVALID_VALUE ${AT}.name`]);
});

test('directory_id is one tenant', (t) => {
  t.is(methodWith({ directory_id: TENANT.toUpperCase() }).directoryId, TENANT);
  t.is(
    methodWith({ directory_id: 'Contoso.OnMicrosoft.com' }).directoryId,
    'contoso.onmicrosoft.com',
  );
});

test('directory_id of many tenants is a fault', (t) => {
  const many = ['common', 'organizations', 'consumers', 'Common'];
  for (const directory_id of [...many, '9188040d-6c67-4c5b-b112-36a304b66dad']) {
    t.deepEqual(
      faultsWith({ directory_id }),
      [`CONFIG_INVALID_VALUE ${AT}.directory_id`],
      directory_id,
    );
  }
});

test('directory_id of another form is a fault', (t) => {
  for (const directory_id of ['contoso', '', '1.2.3.4', `{${TENANT}}`, 'a..b', 'https://a.b']) {
    t.deepEqual(
      faultsWith({ directory_id }),
      [`CONFIG_INVALID_VALUE ${AT}.directory_id`],
      directory_id,
    );
  }
});

test('application_id may be called client_id', (t) => {
  const client_id = APPLICATION.toUpperCase();
  t.is(methodWith({ application_id: undefined, client_id }).applicationId, APPLICATION);
});

test('application_id and client_id together are a conflict', (t) => {
  t.deepEqual(faultsWith({ client_id: APPLICATION }), [`CONFIG_CONFLICT ${AT}.client_id`]);
});

test('application_id that is missing is a fault, unless it is there and wrong', (t) => {
  const application_id = undefined;
  t.deepEqual(faultsWith({ application_id }), [`CONFIG_MISSING_KEY ${AT}.application_id`]);
  t.deepEqual(faultsWith({ application_id, client_id: 'x' }), [
    `CONFIG_INVALID_VALUE ${AT}.client_id`,
  ]);
});

test('application_id that YAML reads as a number is a fault that says to quote', (t) => {
  t.deepEqual(faultsWith({ application_id: 1234 }), [`CONFIG_INVALID_VALUE ${AT}.application_id`]);
});

test('zeros in place of an id are a warning', (t) => {
  const zeros = '00000000-0000-0000-0000-000000000000';
  t.deepEqual(faultsWith({ application_id: zeros }), [`warning ${AT}.application_id`]);
});

test('how groups are looked up is a warning where none are read from Entra', (t) => {
  for (const method of [
    { group_lookup: 'direct' },
    { match_groups_by: 'id' },
    { on_group_error: 'base-groups' },
  ]) {
    const [key] = Object.keys(method);
    t.deepEqual(faultsWith({ ...method, group_association: 'base-groups' }), [
      `warning ${AT}.${key}`,
    ]);
  }
});

test('lists come as a list, as text with commas, as lines, or empty', (t) => {
  const groups = [
    { id: 'g1', name: 'A' },
    { id: 'g2', name: 'B' },
  ];
  for (const base_groups of [['g2', 'g1'], 'g2,g1', ' g2 , g1, ', 'g2\ng1\n', 'g2 g1']) {
    const file = fileWith({ groups, authentications: [entraId({ base_groups })] });
    t.deepEqual(configOf(file).authentications[0]?.baseGroups, ['g2', 'g1'], String(base_groups));
  }
  for (const base_groups of [[], '', null]) {
    const method = entraId({ base_groups, group_association: 'base-and-azure-groups' });
    t.deepEqual(
      configOf(fileWith({ authentications: [method] })).authentications[0]?.baseGroups,
      [],
    );
  }
});

test('remove_username_suffix and api_scopes come in every form of a list', (t) => {
  for (const remove_username_suffix of forms(['@a.example', '@b.example'])) {
    const { removeUsernameSuffix } = methodWith({ remove_username_suffix });
    t.deepEqual(removeUsernameSuffix, ['@a.example', '@b.example']);
  }
  for (const api_scopes of forms(['User.Read', 'https://storage.azure.com/user_impersonation'])) {
    t.is(methodWith({ api_scopes, password: CLIENT_SECRET }).apiScopes.length, 2);
  }
});

test('a wrong item of a list is a fault at the item, in every form', (t) => {
  for (const base_groups of [['g1', 'x y'], 'g1, x!y']) {
    t.deepEqual(faultsWith({ base_groups }), [`CONFIG_INVALID_VALUE ${AT}.base_groups[1]`]);
  }
  t.deepEqual(faultsWith({ base_groups: ['g1', 7] }), [
    `CONFIG_INVALID_VALUE ${AT}.base_groups[1]`,
  ]);
  t.deepEqual(faultsWith({ base_groups: { g1: true } }), [
    `CONFIG_INVALID_VALUE ${AT}.base_groups`,
  ]);
});

test('a list that names something twice is a warning', (t) => {
  t.deepEqual(faultsWith({ base_groups: ['g1', 'g1'] }), [`warning ${AT}.base_groups[1]`]);
  t.deepEqual(methodWith({ base_groups: ['g1', 'g1'] }).baseGroups, ['g1']);
});

test('base_groups with a group that does not exist is a fault', (t) => {
  t.deepEqual(faultsWith({ base_groups: 'g9' }), [`CONFIG_UNKNOWN_REFERENCE ${AT}.base_groups[0]`]);
  t.deepEqual(faultsWith({ base_groups: ['People'] }), [
    `CONFIG_UNKNOWN_REFERENCE ${AT}.base_groups[0]`,
  ]);
});

test('base_groups with a disabled group is a warning', (t) => {
  const groups = [{ id: 'g1', name: 'People', enabled: false }];
  t.deepEqual(faultsOf(fileWith({ groups })), [`warning ${AT}.base_groups[0]`]);
});

test('base_groups is not judged while a group has no right id', (t) => {
  const groups = [{ id: 'g 1', name: 'People' }];
  t.deepEqual(faultsOf(fileWith({ groups })), ['CONFIG_INVALID_VALUE groups[0].id']);
});

test('group_association has both spellings of the documentation', (t) => {
  const azure = 'base-and-azure-groups';
  t.is(methodWith({ group_association: azure }).groupAssociation, azure);
  t.is(methodWith({ group_association: 'base-and-cloud-groups' }).groupAssociation, azure);
  t.deepEqual(faultsWith({ group_association: 'azure' }), [
    `CONFIG_INVALID_VALUE ${AT}.group_association`,
  ]);
});

test('group_lookup: ids is a conflict while groups are matched by name', (t) => {
  const read = { group_association: 'base-and-azure-groups', group_lookup: 'ids' };
  t.deepEqual(faultsWith(read), [`CONFIG_CONFLICT ${AT}.group_lookup`]);
  t.is(methodWith({ ...read, match_groups_by: 'id' }).groupLookup, 'ids');
  t.deepEqual(faultsWith({ ...read, match_groups_by: 'ids' }), [
    `CONFIG_INVALID_VALUE ${AT}.match_groups_by`,
  ]);
});

test('show_photo is a conflict without a token for Graph that lives as long as the session', (t) => {
  const conflict = [`CONFIG_CONFLICT ${AT}.show_photo`];
  const storage = 'https://storage.azure.com/user_impersonation';
  const password = CLIENT_SECRET;
  t.deepEqual(faultsWith({ show_photo: true }), conflict);
  t.deepEqual(faultsWith({ show_photo: true, api_scopes: [storage], password }), conflict);
  for (const scope of ['User.Read', 'https://graph.microsoft.com/User.Read']) {
    t.true(methodWith({ show_photo: true, api_scopes: [storage, scope], password }).showPhoto);
  }
});

test('base_roles is a warning, and names roles', (t) => {
  const roles = [{ id: 'r1', name: 'Admin' }];
  const authentications = [entraId({ base_roles: 'r1' })];
  t.deepEqual(faultsOf(fileWith({ roles, authentications })), [`warning ${AT}.base_roles`]);
  t.deepEqual(faultsWith({ base_roles: ['r9'] }), [
    `warning ${AT}.base_roles`,
    `CONFIG_UNKNOWN_REFERENCE ${AT}.base_roles[0]`,
  ]);
});

test('api_scopes without password is a fault, unless the password is there and has no value', (t) => {
  const api_scopes = ['User.Read'];
  t.deepEqual(faultsWith({ api_scopes }), [`CONFIG_MISSING_KEY ${AT}.api_scopes`]);
  t.deepEqual(faultsWith({ api_scopes, password: null }), [`CONFIG_MISSING_KEY ${AT}.api_scopes`]);
  t.deepEqual(faultsWith({ api_scopes, password: '${env:UNSET}' }), [
    `CONFIG_SECRET_UNSET ${AT}.password`,
  ]);
  t.deepEqual(faultsWith({ api_scopes, password: 7 }), [`CONFIG_INVALID_VALUE ${AT}.password`]);
});

test('api_scopes with an API and no permission of it is a fault', (t) => {
  const password = CLIENT_SECRET;
  const wrong = ['https://graph.microsoft.com', 'https://graph.microsoft.com/', 'a"b', 'https://'];
  for (const scope of wrong) {
    t.deepEqual(
      faultsWith({ password, api_scopes: [scope] }),
      [`CONFIG_INVALID_VALUE ${AT}.api_scopes[0]`],
      scope,
    );
  }
  for (const scope of [
    'https://management.azure.com//.default',
    'api://x/y',
    `${APPLICATION}/.default`,
  ]) {
    t.deepEqual(faultsWith({ password, api_scopes: [scope] }), [], scope);
  }
});

test('api_scopes with .default beside named permissions is a warning', (t) => {
  const api_scopes = ['https://graph.microsoft.com/.default', 'User.Read'];
  t.deepEqual(faultsWith({ password: CLIENT_SECRET, api_scopes }), [`warning ${AT}.api_scopes[0]`]);
});

test('password without api_scopes is a warning', (t) => {
  t.deepEqual(faultsWith({ password: CLIENT_SECRET }), [`warning ${AT}.password`]);
});

test('password of fewer than 12 bytes is a warning', (t) => {
  const api_scopes = ['User.Read'];
  t.deepEqual(faultsWith({ api_scopes, password: 'x'.repeat(11) }), [`warning ${AT}.password`]);
  t.deepEqual(faultsWith({ api_scopes, password: 'x'.repeat(12) }), []);
});

test('authority is on loopback, and a warning', (t) => {
  const authority = {
    login: 'https://login.localhost:9443',
    map: { 'https://graph.microsoft.com': 'https://127.0.0.2:9444' },
  };
  t.deepEqual(faultsWith({ authority }), [`warning ${AT}.authority`]);
  t.deepEqual(methodWith({ authority }).authority, { ...authority, ca: null });
});

test('authority elsewhere is a fault', (t) => {
  for (const login of [
    'https://login.test:9443',
    'https://10.0.0.1',
    'http://localhost',
    'https://localhost.example',
  ]) {
    t.deepEqual(
      faultsWith({ authority: { login } }),
      [`warning ${AT}.authority`, `CONFIG_INVALID_VALUE ${AT}.authority.login`],
      login,
    );
  }
});

test('authority maps origins to loopback alone', (t) => {
  const map = {
    'https://graph.microsoft.com/v1': 'https://[::1]',
    'https://a.example': 'https://b.example',
  };
  t.deepEqual(faultsWith({ authority: { login: 'https://localhost', map } }).slice(1), [
    `CONFIG_INVALID_VALUE ${AT}.authority.map["https://graph.microsoft.com/v1"]`,
    `CONFIG_INVALID_VALUE ${AT}.authority.map["https://a.example"]`,
  ]);
});

test('authority takes its certificate authority from a file', (t) => {
  const authority = { login: 'https://localhost', ca: 'ca.crt' };
  const file = fileWith({ authentications: [entraId({ authority })] });
  t.true(faultsOf(file).includes(`CONFIG_UNREADABLE ${AT}.authority.ca`));
  const files = filesOf({ '/etc/entrada/ca.crt': '-----BEGIN CERTIFICATE-----\n' });
  t.is(entraIdOf(file, { files }).authority?.ca, '/etc/entrada/ca.crt');
});

test('an option of a later release is an unknown key', (t) => {
  t.deepEqual(faultsWith({ home_realm: 'x' }), [`CONFIG_UNKNOWN_KEY ${AT}.home_realm`]);
});

test('authentications without a method are a fault', (t) => {
  t.deepEqual(faultsOf(fileWith({ authentications: [] })), [
    'CONFIG_INVALID_VALUE authentications',
  ]);
});
