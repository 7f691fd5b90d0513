import test from 'ava';
import type { CloudName } from '../../src/config/values/cloud.ts';
import {
  CLIENT_SECRET,
  configOf,
  entraIdOf,
  entraId,
  extension,
  faultsOf,
  fileWith,
  readJson,
  type Json,
} from '../_support/config-file.ts';

const AT = 'authentications[0]';
const password = CLIENT_SECRET;

/** A file whose method is in a cloud, with an extension that is given a token. */
function fileWithGrant(cloud: CloudName, token: Json, applies_to: readonly string[] = []): Json {
  const tokens = [{ allow: ['GET /v1.0/me'], ...token }];
  return fileWith({
    authentications: [entraId({ cloud }), entraId({ id: 'm2' })],
    services: [{ type: 'file-browser', path: '/', authentications: ['m1'] }],
    extensions: [extension({ applies_to, grant: { tokens } })],
  });
}

test('cloud is one of four', (t) => {
  for (const cloud of ['public', 'us-gov', 'us-gov-dod', 'china']) {
    const file = fileWith({ authentications: [entraId({ cloud })] });
    t.is(entraIdOf(file).cloud, cloud as CloudName);
  }
  const germany = fileWith({ authentications: [entraId({ cloud: 'germany' })] });
  t.deepEqual(faultsOf(germany), [`CONFIG_INVALID_VALUE ${AT}.cloud`]);
});

/** Scopes at hosts of their own, by cloud. */
const HOSTS: { readonly [cloud in CloudName]: readonly string[] } = {
  public: [
    'https://graph.microsoft.com/User.Read',
    'https://management.azure.com//user_impersonation',
    'https://vault.azure.net/user_impersonation',
  ],
  'us-gov': [
    'https://graph.microsoft.us/User.Read',
    'https://management.usgovcloudapi.net/user_impersonation',
  ],
  'us-gov-dod': [
    'https://dod-graph.microsoft.us/User.Read',
    'https://vault.usgovcloudapi.net/user_impersonation',
  ],
  china: [
    'https://microsoftgraph.chinacloudapi.cn/User.Read',
    'https://management.chinacloudapi.cn/user_impersonation',
  ],
};

/** Hosts that two clouds share. */
const SHARED = ['management.usgovcloudapi.net', 'vault.usgovcloudapi.net'];

for (const [cloud, api_scopes] of Object.entries(HOSTS)) {
  test(`hosts of ${cloud} are right in it, short names everywhere [1]`, (t) => {
    const scopes = [...api_scopes, 'User.Read', 'https://storage.azure.com/user_impersonation'];
    const method = entraId({ cloud, api_scopes: scopes, password });
    t.deepEqual(faultsOf(fileWith({ authentications: [method] })), []);
  });

  test(`hosts of ${cloud} are a conflict in every other cloud [1]`, (t) => {
    for (const other of Object.keys(HOSTS).filter((name) => name !== cloud)) {
      const own = api_scopes.filter((scope) => !SHARED.some((host) => scope.includes(host)));
      const method = entraId({ cloud: other, api_scopes: own, password });
      t.deepEqual(
        faultsOf(fileWith({ authentications: [method] })),
        own.map((_, index) => `CONFIG_CONFLICT ${AT}.api_scopes[${index}]`),
      );
    }
  });
}

test('a scope of another cloud is mended to the host of its own [1]', (t) => {
  const api_scopes = ['https://graph.microsoft.com/User.Read'];
  const method = entraId({ cloud: 'china', api_scopes, password });
  const [fault] = readJson(fileWith({ authentications: [method] })).faults;
  t.regex(fault?.next ?? '', /https:\/\/microsoftgraph\.chinacloudapi\.cn\/User\.Read/);
});

test('a grant for an API of another cloud is a conflict [1]', (t) => {
  const file = fileWithGrant('us-gov', { resource: 'https://graph.microsoft.com' }, ['m1']);
  t.deepEqual(faultsOf(file), ['CONFIG_CONFLICT extensions[0].grant.tokens[0].resource']);
});

test('a grant for an API of one of the clouds of its methods is right [1]', (t) => {
  for (const resource of ['https://graph.microsoft.com', 'https://graph.microsoft.us']) {
    t.deepEqual(faultsOf(fileWithGrant('us-gov', { resource })), []);
  }
});

test('a grant that would carry a token into another cloud is a conflict [1]', (t) => {
  const origins = ['https://graph.microsoft.com'];
  const file = fileWithGrant('us-gov', { resource: 'https://graph.microsoft.us', origins }, ['m1']);
  t.deepEqual(faultsOf(file), ['CONFIG_CONFLICT extensions[0].grant.tokens[0].origins[0]']);
});

test('the origins of Graph and Azure Resource Manager are known in every cloud', (t) => {
  for (const [cloud, resource] of [
    ['us-gov-dod', 'https://dod-graph.microsoft.us'],
    ['china', 'https://management.chinacloudapi.cn'],
  ] as const) {
    const { extensions } = configOf(fileWithGrant(cloud, { resource }, ['m1']));
    t.deepEqual(extensions[0]?.grant.tokens[0]?.origins, [resource]);
  }
});
