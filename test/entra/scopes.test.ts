import test from 'ava';
import fc from 'fast-check';
import {
  authorizationScopes,
  canReadGroups,
  groupByResource,
  missingScopes,
  parseScope,
} from '../../src/entra/scopes.ts';
import { GRAPH } from '../_support/entra-tokens.ts';
import { anyCharacter } from '../_support/any-character.ts';

const GUID = '51c2e8a0-1111-4222-8333-944455556666';

/** Scopes, and the resource that each is for. */
const RESOURCES: readonly (readonly [scope: string, resource: string | null])[] = [
  ['User.Read', GRAPH],
  ['https://graph.microsoft.com/Mail.Read', GRAPH],
  ['https://graph.microsoft.com//.default', GRAPH],
  ['https://Graph.Microsoft.com/Mail.Read', GRAPH],
  ['00000003-0000-0000-c000-000000000000/Mail.Read', GRAPH],
  ['.default', GRAPH],
  [`api://${GUID}/access_as_user`, `api://${GUID}`],
  [`${GUID}/.default`, GUID],
  ['https://storage.azure.com/user_impersonation', 'https://storage.azure.com'],
  ['https://management.azure.com//.default', 'https://management.azure.com/'],
  ['https://contoso.example/app/api/read', 'https://contoso.example/app/api'],
  ['openid', null],
  ['profile', null],
  ['email', null],
  ['offline_access', null],
];

for (const [scope, resource] of RESOURCES) {
  test(`${scope} is a scope of ${resource ?? 'OpenID Connect'} [57]`, (t) => {
    t.like(parseScope(scope, GRAPH), { text: scope, resource });
  });
}

for (const text of [
  '',
  ' ',
  'a b',
  'https://graph.microsoft.com/',
  'https://graph.microsoft.com',
  '/read',
  'api://x',
  'a"b',
  'a\\b',
  'é',
  'a\n',
  'x'.repeat(513),
]) {
  test(`${JSON.stringify(text.slice(0, 40))} is no scope [57]`, (t) => {
    t.is(parseScope(text, GRAPH), undefined);
  });
}

test('scopes are grouped by resource, in their order, without duplicates in two spellings [56] [57]', (t) => {
  const scopes = [
    'User.Read',
    'api://x/a',
    'https://graph.microsoft.com/User.Read',
    'Mail.Read',
    'openid',
    'api://x/b',
    'api://x/a',
  ];
  t.deepEqual(groupByResource(scopes, GRAPH), [
    { resource: GRAPH, scopes: ['https://graph.microsoft.com/User.Read', 'Mail.Read'] },
    { resource: 'api://x', scopes: ['api://x/a', 'api://x/b'] },
  ]);
});

test('.default of a resource stands alone in its request [56]', (t) => {
  const scopes = ['User.Read', 'https://graph.microsoft.com/.default', 'api://x/a'];
  t.deepEqual(groupByResource(scopes, GRAPH), [
    { resource: GRAPH, scopes: ['https://graph.microsoft.com/.default'] },
    { resource: 'api://x', scopes: ['api://x/a'] },
  ]);
});

test('.default is the only scope of an authorization request besides those of OpenID Connect [56]', (t) => {
  const requests = groupByResource(['User.Read', 'api://x/.default', 'api://y/.default'], GRAPH);
  t.deepEqual(authorizationScopes(['openid'], requests), ['openid', 'api://x/.default']);
});

for (const [granted, can] of [
  ['GroupMember.Read.All', true],
  ['https://graph.microsoft.com/Directory.Read.All', true],
  ['Group.ReadWrite.All', true],
  ['User.Read', false],
  ['api://x/GroupMember.Read.All', false],
  ['groupmember.read.all', false],
] as const) {
  test(`with ${granted} groups ${can ? 'can' : 'cannot'} be read [62] [N105]`, (t) => {
    t.is(canReadGroups(['openid', granted], GRAPH), can);
  });
}

test('what was not granted is told by name; .default asks for nothing by name [62]', (t) => {
  const request = { resource: 'api://x', scopes: ['api://x/a', 'api://x/b'] };
  t.deepEqual(missingScopes(request, ['openid', 'api://x/a', 'api://y/b'], GRAPH), ['b']);
  t.deepEqual(missingScopes({ resource: 'api://x', scopes: ['api://x/.default'] }, [], GRAPH), []);
});

test('each scope is in one request, and each request of one resource, whatever is configured [56] [57] [N94]', (t) => {
  const resource = fc.constantFrom(
    '',
    `${GRAPH}/`,
    'api://x/',
    'https://management.azure.com//',
    `${GUID}/`,
  );
  const name = fc.constantFrom('a', 'b', 'User.Read', 'user_impersonation', '.default');
  const scope = fc.tuple(resource, name).map(([one, other]) => one + other);
  fc.assert(
    fc.property(fc.array(scope, { maxLength: 12 }), (scopes) => {
      const requests = groupByResource(scopes, GRAPH);
      const resources = requests.map((request) => request.resource);
      const isSorted = requests.every((request) =>
        request.scopes.every((one) => parseScope(one, GRAPH)?.resource === request.resource),
      );
      return isSorted && new Set(resources).size === resources.length;
    }),
  );
  t.pass();
});

test('any text is a scope or none, and a scope says again what it was [57]', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      const scope = parseScope(text, GRAPH);
      return scope === undefined || (scope.text === text && text.endsWith(scope.name));
    }),
  );
  t.pass();
});
