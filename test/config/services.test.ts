import test from 'ava';
import {
  configOf,
  entraId,
  extension,
  faultsOf,
  fileWith,
  readJson,
  type Json,
} from '../_support/config-file.ts';

/** Faults of a file with these services. */
function faultsWith(...services: readonly Json[]): readonly string[] {
  return faultsOf(fileWith({ services }));
}

const METHODS = [entraId(), entraId({ id: 'm2' })];

test('service has a path by its type', (t) => {
  const services = [
    { type: 'file-browser' },
    { type: 'management-console' },
    { type: 'forward-auth' },
  ];
  const paths = configOf(fileWith({ services })).services.map(({ path }) => path);
  t.deepEqual(paths, ['/', '/console', '/auth']);
});

test('service without authentications has all methods, in order', (t) => {
  const { services } = configOf(fileWith({ authentications: METHODS }));
  t.deepEqual(services[0]?.authentications, ['m1', 'm2']);
});

test('service of another type is a fault', (t) => {
  t.deepEqual(faultsWith({ type: 'forwardauth' }), ['CONFIG_INVALID_VALUE services[0].type']);
  t.deepEqual(faultsWith({ path: '/' }), ['CONFIG_MISSING_KEY services[0].type']);
});

test('service path is made of plain segments', (t) => {
  const wrong = ['x', '/x/', '//', '/x//y', '/x?y', '/%41', '/a b', '', '/..', '/a/./b', '/ä'];
  for (const path of [...wrong, '/__chsps__', '/__chsps__/login']) {
    t.deepEqual(
      faultsWith({ type: 'forward-auth', path }),
      ['CONFIG_INVALID_VALUE services[0].path'],
      path,
    );
  }
});

test('services with one path are duplicates', (t) => {
  t.deepEqual(
    faultsWith({ type: 'file-browser', path: '/x' }, { type: 'forward-auth', path: '/x' }),
    ['CONFIG_DUPLICATE services[1].path'],
  );
});

test('services within each other are a conflict, but for the root', (t) => {
  const below = { type: 'forward-auth', path: '/x/y' };
  t.deepEqual(faultsWith({ type: 'file-browser', path: '/x' }, below), [
    'CONFIG_CONFLICT services[1].path',
  ]);
  t.deepEqual(faultsWith({ type: 'file-browser', path: '/' }, below), []);
  t.deepEqual(
    faultsWith({ type: 'file-browser', path: '/xy' }, { type: 'forward-auth', path: '/x' }),
    [],
  );
});

test('a second service of one type is a duplicate', (t) => {
  t.deepEqual(
    faultsWith({ type: 'forward-auth', path: '/a' }, { type: 'forward-auth', path: '/b' }),
    ['CONFIG_DUPLICATE services[1].type'],
  );
});

test('service with an empty list of methods is a fault', (t) => {
  for (const authentications of [[], '', null]) {
    t.deepEqual(faultsWith({ type: 'forward-auth', authentications }), [
      'CONFIG_INVALID_VALUE services[0].authentications',
    ]);
  }
});

test('service with a method that does not exist is a fault', (t) => {
  t.deepEqual(faultsWith({ type: 'forward-auth', authentications: 'm1, m7' }), [
    'CONFIG_UNKNOWN_REFERENCE services[0].authentications[1]',
  ]);
});

test('a second entra-id method on one service is a warning', (t) => {
  const authentications = METHODS;
  const named = [{ type: 'forward-auth', authentications: ['m2', 'm1'] }];
  t.deepEqual(faultsOf(fileWith({ authentications, services: named })), [
    'warning services[0].authentications[1]',
  ]);
  t.deepEqual(faultsOf(fileWith({ authentications })), ['warning services[0].authentications']);
  const one = [{ type: 'forward-auth', authentications: ['m2'] }];
  t.deepEqual(faultsOf(fileWith({ authentications, services: one })), []);
});

test('file-browser whose method gives nobody a group is a warning', (t) => {
  const closed = [entraId({ base_groups: [] })];
  t.deepEqual(faultsOf(fileWith({ authentications: closed })), ['warning services[0].type']);
  const matched = [entraId({ base_groups: [], group_association: 'base-and-azure-groups' })];
  t.deepEqual(faultsOf(fileWith({ authentications: matched })), []);
  const extensions = [extension({ grant: { enrich: { groups: ['People'] } } })];
  t.deepEqual(faultsOf(fileWith({ authentications: closed, extensions })), []);
});

test('management-console whose method gives nobody a role is a warning', (t) => {
  t.deepEqual(faultsWith({ type: 'management-console' }), ['warning services[0].type']);
  const roles = [{ id: 'r1', name: 'Admin' }];
  const extensions = [extension({ grant: { enrich: { roles: ['Admin'] } } })];
  const services = [{ type: 'management-console' }];
  t.deepEqual(faultsOf(fileWith({ roles, extensions, services })), []);
});

test('hosts of forward-auth are https origins', (t) => {
  const hosts = ['https://app.example:8443', 'http://app.example', 'https://app.example/x'];
  t.deepEqual(faultsWith({ type: 'forward-auth', hosts }), [
    'warning services[0].hosts[0]',
    'CONFIG_INVALID_VALUE services[0].hosts[1]',
    'CONFIG_INVALID_VALUE services[0].hosts[2]',
  ]);
});

test('hosts of forward-auth are not served yet, which is said before anybody relies on it', (t) => {
  const file = fileWith({ services: [{ type: 'forward-auth', hosts: ['https://app.example'] }] });
  const [fault] = readJson(file).faults;
  t.like(fault, { code: 'CONFIG_NOT_AVAILABLE', severity: 'warning' });
  t.regex(
    fault?.message ?? '',
    /Nobody can be signed in to .https:\/\/app\.example. in this release/,
  );
});

test('hosts with public_url is a warning', (t) => {
  t.deepEqual(faultsWith({ type: 'forward-auth', hosts: ['https://gw.example'] }), [
    'warning services[0].hosts[0]',
  ]);
});

test('hosts of another service is an unknown key', (t) => {
  t.deepEqual(faultsWith({ type: 'file-browser', hosts: [] }), [
    'CONFIG_UNKNOWN_KEY services[0].hosts',
  ]);
});

test('services without a service are a fault', (t) => {
  t.deepEqual(faultsWith(), ['CONFIG_INVALID_VALUE services']);
});
