import test from 'ava';
import { configOf, faultsOf, fileWith, type Json } from '../_support/config-file.ts';

/** Faults of a file whose group is right but for something. */
function faultsWith(group: Json): readonly string[] {
  return faultsOf(fileWith({ groups: [{ id: 'g1', name: 'People', ...group }] }));
}

/** Faults of a file with one role. */
function faultsWithRole(role: Json): readonly string[] {
  return faultsOf(fileWith({ roles: [{ id: 'r1', name: 'Admin', ...role }] }));
}

test('group has its defaults', (t) => {
  t.deepEqual(configOf(fileWith()).groups, [
    {
      id: 'g1',
      name: 'People',
      entraGroupId: null,
      enabled: true,
      description: '',
      homeFolderPath: null,
      permissions: ['allow-full-control'],
    },
  ]);
});

test('group without id or name is a fault', (t) => {
  t.deepEqual(faultsOf(fileWith({ groups: [{}] })), [
    'CONFIG_MISSING_KEY groups[0].id',
    'CONFIG_MISSING_KEY groups[0].name',
  ]);
});

test('group with the id or name of another is a duplicate', (t) => {
  const groups = [
    { id: 'g1', name: 'People' },
    { id: 'g1', name: 'People' },
  ];
  t.deepEqual(faultsOf(fileWith({ groups })), [
    'CONFIG_DUPLICATE groups[1].id',
    'CONFIG_DUPLICATE groups[1].name',
  ]);
});

test('group names differ by upper case, as they do in Entra', (t) => {
  const groups = [
    { id: 'g1', name: 'People' },
    { id: 'g2', name: 'people' },
  ];
  t.deepEqual(faultsOf(fileWith({ groups })), []);
});

test('home_folder_path starts at the folder of the configuration and keeps ${USER}', (t) => {
  const file = fileWith({
    groups: [{ id: 'g1', name: 'P', home_folder_path: '${env:D}/${USER}' }],
  });
  const { groups } = configOf(file, { environment: { D: 'homes' } });
  t.is(groups[0]?.homeFolderPath, '/etc/entrada/homes/${USER}');
});

test('home_folder_path that leads upwards, or with another placeholder, is a fault', (t) => {
  for (const home_folder_path of [
    '../x',
    '${USER}/../x',
    '${SHARED}/x',
    '${OS_HOME}',
    '${USER',
    '',
  ]) {
    t.deepEqual(
      faultsWith({ home_folder_path }),
      ['CONFIG_INVALID_VALUE groups[0].home_folder_path'],
      home_folder_path,
    );
  }
});

test('permissions of a group come as words, lines, and rules for patterns', (t) => {
  const forms = [
    ['allow-read', 'allow-list', '*.exe, deny-full-control'],
    'allow-read\nallow-list\n*.exe , deny-full-control\n',
    'allow-read, allow-list\n*.exe, deny-full-control',
  ];
  for (const permissions of forms) {
    const { groups } = configOf(fileWith({ groups: [{ id: 'g1', name: 'P', permissions }] }));
    t.deepEqual(groups[0]?.permissions, ['allow-read', 'allow-list', '*.exe, deny-full-control']);
  }
});

test('permissions of a group that do not exist are a fault', (t) => {
  for (const line of ['allow-reed', '*.exe', '*.exe, allow-all', ', allow-read', 'allow-read, x']) {
    t.deepEqual(
      faultsWith({ permissions: [line] }),
      ['CONFIG_INVALID_VALUE groups[0].permissions[0]'],
      line,
    );
  }
});

test('documented options of groups that need a file server are not available', (t) => {
  t.deepEqual(faultsWith({ virtual_folders: [], lock_in_home_folder: true }), [
    'CONFIG_NOT_AVAILABLE groups[0].virtual_folders',
    'CONFIG_NOT_AVAILABLE groups[0].lock_in_home_folder',
  ]);
});

test('enabled in quotes is a fault', (t) => {
  t.deepEqual(faultsWith({ enabled: 'yes' }), ['CONFIG_INVALID_VALUE groups[0].enabled']);
});

test('role has its defaults', (t) => {
  const { roles } = configOf(fileWith({ roles: [{ id: 'r1', name: 'Admin' }] }));
  t.deepEqual(roles, [
    { id: 'r1', name: 'Admin', enabled: true, description: '', permissions: [] },
  ]);
});

test('permissions of a role are a target and actions', (t) => {
  const permissions = ['logs, read', 'configuration/accounts/*,read,update'];
  const { roles } = configOf(fileWith({ roles: [{ id: 'r1', name: 'Admin', permissions }] }));
  t.deepEqual(roles[0]?.permissions, ['logs, read', 'configuration/accounts/*, read, update']);
  for (const line of ['logs', 'logs, write', ', read', 'lo gs, read']) {
    t.deepEqual(
      faultsWithRole({ permissions: [line] }),
      ['CONFIG_INVALID_VALUE roles[0].permissions[0]'],
      line,
    );
  }
});

test('source_ip_filter of a role is documented and not available', (t) => {
  t.deepEqual(faultsWithRole({ source_ip_filter: '' }), [
    'CONFIG_NOT_AVAILABLE roles[0].source_ip_filter',
  ]);
});
