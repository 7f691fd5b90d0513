import test from 'ava';
import type { GrantConfig } from '../../src/config/config.ts';
import {
  CLIENT_SECRET,
  configOf,
  extension,
  faultsOf,
  fileWith,
  type Json,
} from '../_support/config-file.ts';

const AT = 'extensions[0].grant';

/** Faults of a file whose extension has this grant. */
function faultsWith(grant: Json): readonly string[] {
  return faultsOf(fileWith({ extensions: [extension({ grant })] }));
}

/** The grant of a file that is right. */
function grantWith(grant: Json): GrantConfig {
  const [first] = configOf(fileWith({ extensions: [extension({ grant })] })).extensions;
  if (first === undefined) throw new Error('no extension');
  return first.grant;
}

const allow = ['GET /x'];

test('tokens of Graph and Azure Resource Manager go to the origin of that name', (t) => {
  const resources = ['https://graph.microsoft.com', 'https://management.azure.com/'];
  const { tokens } = grantWith({ tokens: resources.map((resource) => ({ resource, allow })) });
  t.deepEqual(
    tokens.map(({ origins }) => origins),
    [['https://graph.microsoft.com'], ['https://management.azure.com']],
  );
});

test('tokens of another API need origins', (t) => {
  const token = { resource: 'https://storage.azure.com', allow };
  t.deepEqual(faultsWith({ tokens: [token] }), [`CONFIG_MISSING_KEY ${AT}.tokens[0].origins`]);
  const origins = ['https://x.blob.core.windows.net'];
  t.deepEqual(grantWith({ tokens: [{ ...token, origins }] }).tokens[0]?.origins, origins);
  t.deepEqual(faultsWith({ tokens: [{ ...token, origins: [] }] }), [
    `CONFIG_INVALID_VALUE ${AT}.tokens[0].origins`,
  ]);
});

test('tokens go to exact https origins alone', (t) => {
  for (const origin of [
    'https://*.example',
    'http://a.example',
    'https://a.example/x',
    'a.example',
  ]) {
    const token = { resource: 'https://graph.microsoft.com', origins: [origin], allow };
    t.deepEqual(faultsWith({ tokens: [token] }), [
      `CONFIG_INVALID_VALUE ${AT}.tokens[0].origins[0]`,
    ]);
  }
});

test('tokens are for an API, not for a permission', (t) => {
  const tokens = [{ resource: 'https://graph.microsoft.com/User.Read', allow }];
  t.deepEqual(faultsWith({ tokens }), [`CONFIG_INVALID_VALUE ${AT}.tokens[0].resource`]);
  t.deepEqual(
    faultsWith({ tokens: [{ resource: 'a b', origins: ['https://a.example'], allow }] }),
    [`CONFIG_INVALID_VALUE ${AT}.tokens[0].resource`],
  );
});

test('tokens that are exposed raw are a warning', (t) => {
  const tokens = [{ resource: 'https://graph.microsoft.com', allow, expose: 'raw' }];
  t.deepEqual(faultsWith({ tokens }), [`warning ${AT}.tokens[0].expose`]);
});

test('allow is one request or more', (t) => {
  const resource = 'https://graph.microsoft.com';
  t.deepEqual(faultsWith({ tokens: [{ resource }] }), [`CONFIG_MISSING_KEY ${AT}.tokens[0].allow`]);
  t.deepEqual(faultsWith({ tokens: [{ resource, allow: [] }] }), [
    `CONFIG_INVALID_VALUE ${AT}.tokens[0].allow`,
  ]);
  t.deepEqual(faultsWith({ tokens: [{ resource, allow: 'GET /x' }] }), [
    `CONFIG_INVALID_VALUE ${AT}.tokens[0].allow`,
  ]);
});

test('fetch names a server by its origin, or hides a URL behind a name', (t) => {
  const url = 'https://x.webhook.office.com/hook?sig=abc';
  const { fetch } = grantWith({
    fetch: [
      { origin: 'https://hr.example', allow: ['GET /v2/people/*'], private_addresses: true },
      { name: 'teams', url, allow: ['POST'] },
    ],
  });
  const [byOrigin, byName] = fetch;
  t.deepEqual(byOrigin, {
    origin: 'https://hr.example',
    allow: ['GET /v2/people/*'],
    privateAddresses: true,
  });
  t.is(byName !== undefined && 'url' in byName ? byName.url.reveal() : '', url);
});

test('fetch by origin with a method alone, or by name with a path, is a fault', (t) => {
  const fetch = [
    { origin: 'https://hr.example', allow: ['GET'] },
    { name: 'teams', url: 'https://a.example/x', allow: ['POST /x'] },
  ];
  t.deepEqual(faultsWith({ fetch }), [
    `CONFIG_INVALID_VALUE ${AT}.fetch[0].allow[0]`,
    `CONFIG_INVALID_VALUE ${AT}.fetch[1].allow[0]`,
  ]);
});

test('fetch with neither or both is a fault', (t) => {
  t.deepEqual(faultsWith({ fetch: [{ allow }] }), [`CONFIG_MISSING_KEY ${AT}.fetch[0].origin`]);
  const both = { origin: 'https://a.example', name: 'a', allow };
  t.true(faultsWith({ fetch: [both] }).length > 0);
  t.deepEqual(faultsWith({ fetch: ['https://a.example'] }), [
    `CONFIG_INVALID_VALUE ${AT}.fetch[0]`,
  ]);
});

test('fetch with one name twice is a duplicate', (t) => {
  const teams = { name: 'teams', url: 'https://a.example/x', allow: ['POST'] };
  t.deepEqual(faultsWith({ fetch: [teams, teams] }), [`CONFIG_DUPLICATE ${AT}.fetch[1].name`]);
});

test('fetch with a URL that is not https, or holds more, is a fault', (t) => {
  for (const url of [
    'http://a.example',
    'a.example',
    'https://u:p@a.example',
    'https://a.example#x',
    '',
  ]) {
    const fetch = [{ name: 'teams', url, allow: ['POST'] }];
    t.deepEqual(faultsWith({ fetch }), [`CONFIG_INVALID_VALUE ${AT}.fetch[0].url`], url);
  }
});

test('fetch to public_url is a warning', (t) => {
  t.deepEqual(faultsWith({ fetch: [{ origin: 'https://gw.example', allow }] }), [
    `warning ${AT}.fetch[0].origin`,
  ]);
});

test('a host that is numbered, which no extension is let to, is a warning', (t) => {
  const allowed = { allow, private_addresses: true };
  const fetch = [
    { origin: 'https://10.1.2.3', ...allowed },
    { origin: 'https://hr.example', ...allowed },
    { name: 'hook', url: 'https://[fd00::1]/x', allow: ['POST'] },
  ];
  const origins = ['https://a.example', 'https://192.0.2.7:8443'];
  const tokens = [{ resource: 'https://graph.microsoft.com', origins, allow }];
  t.deepEqual(faultsWith({ tokens, fetch }), [
    `warning ${AT}.tokens[0].origins[1]`,
    `warning ${AT}.fetch[0].origin`,
    `warning ${AT}.fetch[2].url`,
  ]);
});

test('secrets go into a header unless the file says where else', (t) => {
  const { secrets } = grantWith({
    secrets: { a: { value: CLIENT_SECRET }, b: { value: CLIENT_SECRET, in: ['body', 'sign'] } },
  });
  t.deepEqual(secrets['a']?.in, ['header']);
  t.deepEqual(secrets['b']?.in, ['body', 'sign']);
  t.is(secrets['a']?.value.reveal(), CLIENT_SECRET);
});

test('secrets have names that code can use', (t) => {
  for (const name of ['a-b', '1a', '', '__proto__', 'a.b']) {
    const secrets = JSON.parse(`{${JSON.stringify(name)}:{"value":"${CLIENT_SECRET}"}}`);
    t.is(faultsWith({ secrets }).length, 1, name);
  }
});

test('a secret of eleven bytes is refused, one of twelve is not', (t) => {
  t.deepEqual(faultsWith({ secrets: { a: { value: 'elevenbytes' } } }), [
    `CONFIG_INVALID_VALUE ${AT}.secrets.a.value`,
  ]);
  t.deepEqual(faultsWith({ secrets: { a: { value: 'twelve-bytes' } } }), []);
  t.deepEqual(faultsWith({ secrets: { a: { value: 'ää-ää-ää' } } }), [], 'fourteen of them');
});

test('enrich names groups and roles of the file by their names', (t) => {
  t.deepEqual(grantWith({ enrich: { groups: ['People'] } }).enrich.groups, ['People']);
  t.deepEqual(faultsWith({ enrich: { groups: ['g1', 'Peple'], roles: ['Admin'] } }), [
    `CONFIG_UNKNOWN_REFERENCE ${AT}.enrich.groups[0]`,
    `CONFIG_UNKNOWN_REFERENCE ${AT}.enrich.groups[1]`,
    `CONFIG_UNKNOWN_REFERENCE ${AT}.enrich.roles[0]`,
  ]);
});

test('enrich cannot be granted claims that say who somebody is', (t) => {
  for (const claim of ['oid', 'tid', 'sub', 'iss', 'aud', 'exp', 'a b', '']) {
    t.deepEqual(faultsWith({ enrich: { claims: [claim] } }), [
      `CONFIG_INVALID_VALUE ${AT}.enrich.claims[0]`,
    ]);
  }
  t.deepEqual(faultsWith({ enrich: { claims: ['cost_center', 'https://a.example/x'] } }), []);
});

test('enrich cannot be granted headers of the proxy or of forward-auth', (t) => {
  for (const header of [
    'Set-Cookie',
    'X-Auth-Request-User',
    'x-forwarded-for',
    'Connection',
    'a b',
    '',
  ]) {
    t.deepEqual(faultsWith({ enrich: { headers: [header] } }), [
      `CONFIG_INVALID_VALUE ${AT}.enrich.headers[0]`,
    ]);
  }
  t.deepEqual(grantWith({ enrich: { headers: ['X-Department'] } }).enrich.headers, [
    'x-department',
  ]);
});

test('enrich grants each power by itself', (t) => {
  const { enrich } = grantWith({ enrich: { username: true, home: true, session: true } });
  t.true(enrich.username && enrich.home && enrich.session);
  t.deepEqual(faultsWith({ enrich: { username: 'yes' } }), [
    `CONFIG_INVALID_VALUE ${AT}.enrich.username`,
  ]);
});

test('ending sessions is granted by its own word, and by nothing else', (t) => {
  t.deepEqual(grantWith({}).sessions, { end: false });
  t.deepEqual(grantWith({ sessions: { end: true } }).sessions, { end: true });
  t.deepEqual(faultsWith({ sessions: { end: 'all' } }), [
    `CONFIG_INVALID_VALUE ${AT}.sessions.end`,
  ]);
  t.deepEqual(faultsWith({ sessions: { ends: true } }), [`CONFIG_UNKNOWN_KEY ${AT}.sessions.ends`]);
});
