import test from 'ava';
import {
  ADELE,
  APP,
  at,
  type Bed,
  claimsOf,
  column,
  EMIL,
  JANE,
  type Json,
  startBed,
  STORAGE_SCOPE,
} from '../_support/emulator-bed.ts';

const ME = 'openid profile email User.Read';
const GROUPS = `${ME} GroupMember.Read.All`;
const CP1 = { claims: JSON.stringify({ access_token: { xms_cc: { values: ['cp1'] } } }) };
const ADVANCED = { headers: { consistencylevel: 'eventual' } };

const codeOf = ({ status, body }: Json): string => `${status} ${String(at(body, 'error', 'code'))}`;

/** A token that reads no more than the person alone. */
async function plainToken(bed: Bed): Promise<string> {
  bed.tenant.consents.clear();
  return bed.accessToken(ME);
}

test('/me has the default members, in order, under the public origin', async (t) => {
  await using bed = await startBed();
  const { status, body } = await bed.graph('/v1.0/me', await bed.accessToken(ME));
  t.is(status, 200);
  t.deepEqual(Object.keys(body), [
    '@odata.context',
    'businessPhones',
    'displayName',
    'givenName',
    'jobTitle',
    'mail',
    'mobilePhone',
    'officeLocation',
    'preferredLanguage',
    'surname',
    'userPrincipalName',
    'id',
  ]);
  t.is(body['@odata.context'], 'https://graph.microsoft.com/v1.0/$metadata#users/$entity');
  t.is(body['id'], bed.tenant.people.get(JANE).oid);
});

test('$select gives what it names, and refuses what does not exist', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(ME);
  const { body } = await bed.graph('/v1.0/me?$select=department,employeeId', token);
  t.deepEqual(body, {
    '@odata.context':
      'https://graph.microsoft.com/v1.0/$metadata#users(department,employeeId)/$entity',
    department: 'Finance',
    employeeId: '1002',
  });
  t.is(codeOf(await bed.graph('/v1.0/me?$select=departmnt', token)), '400 BadRequest');
});

test('every answer has the headers of Graph, and gives the client’s request id back', async (t) => {
  await using bed = await startBed();
  const id = '0a1b2c3d-0000-4000-8000-00000000000c';
  const { headers } = await bed.graph('/v1.0/me', await bed.accessToken(ME), {
    headers: { 'client-request-id': id },
  });
  t.is(headers.get('client-request-id'), id);
  t.regex(headers.get('request-id') ?? '', /^[0-9a-f-]{36}$/);
  t.is(headers.get('odata-version'), '4.0');
  t.is(headers.get('transfer-encoding'), 'chunked');
  t.is(at(JSON.parse(headers.get('x-ms-ags-diagnostic') ?? '{}'), 'ServerInfo', 'Slice'), 'E');
  t.regex(headers.get('content-type') ?? '', /^application\/json;odata\.metadata=minimal/);
});

test('no token, garbage, another audience and an expired token are InvalidAuthenticationToken', async (t) => {
  await using bed = await startBed();
  const good = await bed.accessToken(ME);
  const storage = await bed.accessToken(`openid ${STORAGE_SCOPE}`);
  const { body: reply } = await bed.tokens('openid profile');
  const bare = await bed.json(`${bed.emulator.graph}/v1.0/me`);
  t.is(codeOf(bare), '401 InvalidAuthenticationToken');
  for (const token of ['garbage', storage, String(reply['id_token']), `${good.slice(0, -4)}AAAA`]) {
    // oxlint-disable-next-line no-await-in-loop -- one token after the other
    t.is(codeOf(await bed.graph('/v1.0/me', token)), '401 InvalidAuthenticationToken');
  }
  bed.emulator.time.advance(5_400_000);
  t.is(codeOf(await bed.graph('/v1.0/me', good)), '401 InvalidAuthenticationToken');
});

test('an error has code, message and the ids of the request', async (t) => {
  await using bed = await startBed();
  const { body, headers } = await bed.json(`${bed.emulator.graph}/v1.0/me`);
  t.deepEqual(Object.keys(Object(at(body, 'error'))), ['code', 'message', 'innerError']);
  t.is(at(body, 'error', 'innerError', 'request-id'), headers.get('request-id'));
  t.regex(String(at(body, 'error', 'innerError', 'date')), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
});

test('without the right scope Graph answers Authorization_RequestDenied', async (t) => {
  await using bed = await startBed();
  bed.tenant.consents.clear();
  const token = await bed.accessToken('openid profile');
  t.is(codeOf(await bed.graph('/v1.0/me', token)), '403 Authorization_RequestDenied');
});

test('a path that does not exist, a method and a version are refused', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(ME);
  t.is(codeOf(await bed.graph('/v1.0/nothing', token)), '400 BadRequest');
  t.is(codeOf(await bed.graph('/v9.9/me', token)), '400 BadRequest');
  t.is((await bed.graph('/v1.0/me', token, { method: 'PUT' })).status, 405);
});

test('beta answers under its own version', async (t) => {
  await using bed = await startBed();
  const { body } = await bed.graph('/beta/me', await bed.accessToken(ME));
  t.is(body['@odata.context'], 'https://graph.microsoft.com/beta/$metadata#users/$entity');
});

test('an application has no /me, but may read people with its roles', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { applicationPermissions: ['User.Read.All'] });
  const { body } = await bed.token({
    grant_type: 'client_credentials',
    scope: 'https://graph.microsoft.com/.default',
  });
  const token = String(body['access_token']);
  t.is(codeOf(await bed.graph('/v1.0/me', token)), '403 Authorization_RequestDenied');
  t.is((await bed.graph(`/v1.0/users/${JANE}`, token)).body['displayName'], 'Jane Roe');
});

test('the manager is a directory object; none is Request_ResourceNotFound', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(`${ME} User.Read.All`);
  const { body } = await bed.graph('/v1.0/me/manager?$select=displayName,mail', token);
  t.deepEqual(body, {
    '@odata.context':
      'https://graph.microsoft.com/v1.0/$metadata#directoryObjects(displayName,mail)/$entity',
    '@odata.type': '#microsoft.graph.user',
    displayName: 'Adele Vance',
    mail: ADELE,
  });
  const none = await bed.graph(
    '/v1.0/me/manager',
    await bed.accessToken(`${ME} User.Read.All`, { person: ADELE }),
  );
  t.is(codeOf(none), '404 Request_ResourceNotFound');
  const reports = await bed.graph('/v1.0/me/directReports?$select=displayName', token);
  t.deepEqual(column(reports.body, 'displayName'), ['Farid Aziz']);
});

test('who has no mailbox is not the manager of those who have none', async (t) => {
  await using bed = await startBed();
  bed.tenant.people.update(EMIL, { mail: null });
  const token = await bed.accessToken('openid User.Read User.Read.All', { person: ADELE });
  t.is(codeOf(await bed.graph('/v1.0/me/manager', token)), '404 Request_ResourceNotFound');
});

test('the manager needs User.Read.All, unless the variant says that User.Read does', async (t) => {
  await using bed = await startBed();
  const token = await plainToken(bed);
  t.is(codeOf(await bed.graph('/v1.0/me/manager', token)), '403 Authorization_RequestDenied');
  bed.tenant.variants.managerPermission = 'User.Read';
  t.is((await bed.graph('/v1.0/me/manager', token)).status, 200);
});

test('$expand=manager brings the manager along', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(`${ME} User.Read.All`);
  const { body } = await bed.graph(
    '/v1.0/me?$select=id&$expand=manager($select=displayName)',
    token,
  );
  t.is(at(body, 'manager', 'displayName'), 'Adele Vance');
});

test('transitiveMemberOf follows nested groups, memberOf does not; roles and units come along', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(GROUPS);
  const direct = await bed.graph('/v1.0/me/memberOf', token);
  const all = await bed.graph('/v1.0/me/transitiveMemberOf', token);
  t.deepEqual(column(direct.body, '@odata.type'), [
    '#microsoft.graph.group',
    '#microsoft.graph.group',
    '#microsoft.graph.administrativeUnit',
  ]);
  t.deepEqual(column(direct.body, 'displayName'), ['Finance', 'Town Hall', null]);
  t.deepEqual(column(all.body, 'displayName'), ['Finance', 'Town Hall', null, 'All Staff']);
  t.deepEqual(column(all.body, 'securityEnabled'), [true, false, undefined, true]);
  t.regex(String(column(all.body, 'securityIdentifier')[0]), /^S-1-12-1-\d+-\d+-\d+-\d+$/);
});

test('with User.Read alone groups have nothing but id and type', async (t) => {
  await using bed = await startBed();
  const { status, body } = await bed.graph('/v1.0/me/transitiveMemberOf', await plainToken(bed));
  t.is(status, 200);
  t.true(column(body, 'id').every((id) => typeof id === 'string'));
  t.true(column(body, '@odata.type').every((type) => typeof type === 'string'));
  t.true(
    ['displayName', 'securityEnabled', 'groupTypes'].every((name) =>
      column(body, name).every((value) => value === null || value === undefined),
    ),
  );
});

test('a cast needs ConsistencyLevel and $count, and its items have no type', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(GROUPS);
  const path = '/v1.0/me/transitiveMemberOf/microsoft.graph.group';
  t.is(codeOf(await bed.graph(path, token)), '400 Request_UnsupportedQuery');
  t.is(codeOf(await bed.graph(path, token, ADVANCED)), '400 Request_UnsupportedQuery');
  const { body } = await bed.graph(`${path}?$count=true&$select=id,displayName`, token, ADVANCED);
  t.is(body['@odata.context'], 'https://graph.microsoft.com/v1.0/$metadata#groups(id,displayName)');
  t.is(body['@odata.count'], 3);
  t.deepEqual(column(body, 'displayName'), ['Finance', 'Town Hall', 'All Staff']);
  t.deepEqual(column(body, '@odata.type'), [undefined, undefined, undefined]);
  bed.tenant.variants.castAnnotations = 'present';
  const annotated = await bed.graph(`${path}?$count=true`, token, ADVANCED);
  t.is(column(annotated.body, '@odata.type')[0], '#microsoft.graph.group');
});

test('a filter of memberships is an advanced query', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(GROUPS);
  const path =
    '/v1.0/me/transitiveMemberOf/microsoft.graph.group?$count=true&$filter=securityEnabled eq true';
  const { body } = await bed.graph(path, token, ADVANCED);
  t.deepEqual(column(body, 'displayName'), ['Finance', 'All Staff']);
  t.is(
    codeOf(await bed.graph('/v1.0/me/memberOf?$filter=securityEnabled eq true', token)),
    '400 Request_UnsupportedQuery',
  );
});

test('pages are linked at the public origin and hold every group once', async (t) => {
  await using bed = await startBed();
  bed.tenant.groups.generate(200, { members: [JANE] });
  const token = await bed.accessToken(GROUPS);
  let path = '/v1.0/me/transitiveMemberOf?$select=id,displayName&$top=90';
  const ids: unknown[] = [];
  const sizes: number[] = [];
  while (path !== '') {
    // oxlint-disable-next-line no-await-in-loop -- a page names the next
    const { body } = await bed.graph(path, token);
    ids.push(...column(body, 'id'));
    sizes.push(column(body, 'id').length);
    const link = typeof body['@odata.nextLink'] === 'string' ? body['@odata.nextLink'] : '';
    t.true(
      link === '' ||
        link.startsWith(
          'https://graph.microsoft.com/v1.0/me/transitiveMemberOf?$select=id,displayName&$top=90&$skiptoken=',
        ),
    );
    path = link.replace('https://graph.microsoft.com', '');
  }
  t.deepEqual(sizes, [90, 90, 24]);
  t.is(new Set(ids).size, 204);
});

test('a page has 100 items by default and 999 at most', async (t) => {
  await using bed = await startBed();
  bed.tenant.groups.generate(1000, { members: [JANE] });
  const token = await bed.accessToken(GROUPS);
  const size = async (query: string): Promise<number> =>
    column((await bed.graph(`/v1.0/me/transitiveMemberOf${query}`, token)).body, 'id').length;
  t.is(await size(''), 100);
  t.is(await size('?$top=999'), 999);
  t.is(
    codeOf(await bed.graph('/v1.0/me/transitiveMemberOf?$top=1000', token)),
    '400 Request_BadRequest',
  );
  t.is(
    codeOf(await bed.graph('/v1.0/me/transitiveMemberOf?$top=no', token)),
    '400 Request_BadRequest',
  );
  t.is(
    codeOf(await bed.graph('/v1.0/me/transitiveMemberOf?$skiptoken=no', token)),
    '400 Request_BadRequest',
  );
  bed.tenant.variants.topTooLarge = 'clamped';
  t.is(await size('?$top=5000'), 999);
});

test('getMemberGroups gives all ids, or those of security groups', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(GROUPS);
  const ask = (securityEnabledOnly: boolean): Promise<Json> =>
    bed.graph('/v1.0/me/getMemberGroups', token, {
      method: 'POST',
      body: JSON.stringify({ securityEnabledOnly }),
    });
  const id = (name: string): string => bed.tenant.groups.get(name).id;
  t.deepEqual((await ask(true)).body['value'], [id('Finance'), id('All Staff')]);
  t.deepEqual((await ask(false)).body['value'], [id('Finance'), id('Town Hall'), id('All Staff')]);
});

test('getMemberGroups refuses more than 11,000', async (t) => {
  await using bed = await startBed();
  bed.tenant.groups.generate(12_000, { members: [JANE] });
  const reply = await bed.graph('/v1.0/me/getMemberGroups', await bed.accessToken(GROUPS), {
    method: 'POST',
    body: '{"securityEnabledOnly":true}',
  });
  t.is(codeOf(reply), '400 Directory_ResultSizeLimitExceeded');
});

test('memberGroupsPermission chooses what getMemberGroups needs of a person', async (t) => {
  await using bed = await startBed();
  const token = await plainToken(bed);
  const ask = (): Promise<Json> =>
    bed.graph('/v1.0/me/getMemberGroups', token, {
      method: 'POST',
      body: '{"securityEnabledOnly":true}',
    });
  t.is(codeOf(await ask()), '403 Authorization_RequestDenied');
  bed.tenant.variants.memberGroupsPermission = 'User.Read';
  t.is((await ask()).status, 200);
});

test('checkMemberGroups gives those of the given groups that the person is in', async (t) => {
  await using bed = await startBed();
  const groupIds = ['Finance', 'Legal'].map((name) => bed.tenant.groups.get(name).id);
  const reply = await bed.graph('/v1.0/me/checkMemberGroups', await bed.accessToken(GROUPS), {
    method: 'POST',
    body: JSON.stringify({ groupIds }),
  });
  t.deepEqual(reply.body['value'], groupIds.slice(0, 1));
});

test('groups can share a name, be nested deep, and form a circle', async (t) => {
  await using bed = await startBed();
  bed.tenant.groups.generate(3, { members: [EMIL], prefix: 'Twin', sameName: true });
  bed.tenant.groups.generate(40, { members: [EMIL], prefix: 'Deep', nested: true });
  bed.tenant.groups.addMember('Deep 1', 'Deep 40');
  const token = await bed.accessToken(GROUPS, { person: EMIL });
  const { body } = await bed.graph('/v1.0/me/transitiveMemberOf', token);
  const names = column(body, 'displayName');
  t.is(names.filter((name) => name === 'Twin').length, 3);
  t.is(names.filter((name) => String(name).startsWith('Deep')).length, 40);
});

test('a photo is bytes, its description JSON; none is ImageNotFound', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(ME);
  const photo = await bed.browser.send(`${bed.emulator.graph}/v1.0/me/photo/$value`, {
    headers: { authorization: `Bearer ${token}` },
  });
  t.is(photo.headers.get('content-type'), 'image/jpeg');
  t.deepEqual([...new Uint8Array(await photo.arrayBuffer()).subarray(0, 3)], [0xff, 0xd8, 0xff]);
  const { body } = await bed.graph('/v1.0/me/photos/48x48', token);
  t.is(body['@odata.mediaContentType'], 'image/jpeg');
  t.is(codeOf(await bed.graph('/v1.0/me/photos/49x49/$value', token)), '404 ImageNotFound');
  const emil = await bed.accessToken(ME, { person: EMIL });
  t.is(codeOf(await bed.graph('/v1.0/me/photo/$value', emil)), '404 ImageNotFound');
  bed.tenant.variants.photoMissing = 'ErrorItemNotFound';
  t.is(codeOf(await bed.graph('/v1.0/me/photo/$value', emil)), '404 ErrorItemNotFound');
});

test('people can be listed, counted, filtered for equality, and found by name', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(`${ME} User.Read.All`);
  const finance = await bed.graph(
    "/v1.0/users?$filter=department eq 'Finance' and accountEnabled eq true&$select=displayName",
    token,
  );
  t.deepEqual(column(finance.body, 'displayName'), ['Jane Roe', 'Farid Aziz']);
  t.is(
    codeOf(await bed.graph("/v1.0/users?$filter=startswith(displayName,'J')", token)),
    '400 Request_UnsupportedQuery',
  );
  const count = await bed.graph('/v1.0/users/$count', token, ADVANCED);
  t.is(count.body['text'], String(bed.tenant.people.all.length));
  t.is((await bed.graph(`/v1.0/users/${EMIL}`, token)).body['givenName'], 'Emil');
  t.is(
    codeOf(await bed.graph('/v1.0/users/nobody@contoso.example', token)),
    '404 Request_ResourceNotFound',
  );
});

test('a filter whose quote is missing is refused at once, however many it has', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken('openid User.Read.All');
  const filter = encodeURIComponent(`displayName eq '${"'".repeat(60)} and x`);
  const reply = await bed.graph(`/v1.0/users?$filter=${filter}`, token);
  t.is(codeOf(reply), '400 Request_UnsupportedQuery');
});

test('a filter may hold quotes and the word and inside a text', async (t) => {
  await using bed = await startBed();
  bed.tenant.people.add({
    upn: 'pat@contoso.example',
    displayName: "Pat O'Hara",
    department: 'Research and Development',
  });
  const token = await bed.accessToken(`${ME} User.Read.All`);
  const filter = encodeURIComponent(
    "displayName eq 'Pat O''Hara' and department eq 'Research and Development'",
  );
  const { body } = await bed.graph(`/v1.0/users?$filter=${filter}`, token);
  t.deepEqual(column(body, 'userPrincipalName'), ['pat@contoso.example']);
});

test('groups can be listed and read with their members', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(GROUPS);
  const { id } = bed.tenant.groups.get('All Staff');
  t.is((await bed.graph(`/v1.0/groups/${id}`, token)).body['displayName'], 'All Staff');
  const direct = await bed.graph(`/v1.0/groups/${id}/members?$select=displayName`, token);
  t.deepEqual(column(direct.body, 'displayName'), [
    'Adele Vance',
    'Finance',
    'Legal',
    'Engineering',
  ]);
  const all = await bed.graph(`/v1.0/groups/${id}/transitiveMembers?$select=displayName`, token);
  t.true(column(all.body, 'displayName').includes('Jane Roe'));
  const named = await bed.graph("/v1.0/groups?$filter=displayName eq 'Legal'", token);
  t.is(column(named.body, 'id').length, 1);
  t.is(codeOf(await bed.graph('/v1.0/groups/none', token)), '404 Request_ResourceNotFound');
});

test('the organization names its domains', async (t) => {
  await using bed = await startBed();
  const { body } = await bed.graph('/v1.0/organization', await bed.accessToken(ME));
  t.is(at(body, 'value', 0, 'id'), bed.T);
  t.is(at(body, 'value', 0, 'verifiedDomains', 0, 'name'), 'contoso.example');
});

test('UserInfo has the sub of the ID token, and neither groups nor roles', async (t) => {
  await using bed = await startBed();
  const { body: reply } = await bed.tokens(ME);
  const { body } = await bed.graph('/oidc/userinfo', String(reply['access_token']));
  t.deepEqual(Object.keys(body), ['sub', 'name', 'family_name', 'given_name', 'picture', 'email']);
  t.is(body['sub'], claimsOf(reply['id_token'])['sub']);
});

test('a revoked person with cp1 gets a claims challenge at once, without cp1 only later', async (t) => {
  await using bed = await startBed();
  const continuous = await bed.accessToken(ME, {}, CP1);
  const plain = await bed.accessToken(ME);
  bed.tenant.people.revokeSessions(JANE);
  const challenged = await bed.graph('/v1.0/me', continuous);
  t.is(challenged.status, 401);
  const header = challenged.headers.get('www-authenticate') ?? '';
  t.regex(
    header,
    /^Bearer realm="", authorization_uri="[^"]+", client_id="[^"]+", error="insufficient_claims", claims="[^"]+"$/,
  );
  const claims: unknown = JSON.parse(
    Buffer.from(/claims="([^"]+)"/.exec(header)?.[1] ?? '', 'base64').toString(),
  );
  t.is(at(claims, 'access_token', 'nbf', 'essential'), true);
  t.is((await bed.graph('/v1.0/me', plain)).status, 200);
  bed.tenant.policies.strictRevocation = true;
  t.is(codeOf(await bed.graph('/v1.0/me', plain)), '401 InvalidAuthenticationToken');
});

test('a claims challenge may come as 403', async (t) => {
  await using bed = await startBed({ variants: { challengeStatus: 403 } });
  const token = await bed.accessToken(ME, {}, CP1);
  bed.tenant.people.update(JANE, { enabled: false });
  const { status, headers } = await bed.graph('/v1.0/me', token);
  t.is(status, 403);
  t.true(headers.has('www-authenticate'));
});

test('a path can need an authentication context, which a step-up gives', async (t) => {
  await using bed = await startBed();
  bed.tenant.policies.authenticationContexts = [{ path: '/v1.0/me', context: 'c1' }];
  const refused = await bed.graph('/v1.0/me', await bed.accessToken(ME));
  t.is(refused.status, 401);
  const encoded = /claims="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1] ?? '';
  const claims = Buffer.from(encoded, 'base64').toString();
  t.is((await bed.graph('/v1.0/me', await bed.accessToken(ME, {}, { claims }))).status, 200);
});

test('throttling answers 429 with Retry-After, in any of its three bodies', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(ME);
  bed.tenant.policies.graphThrottle = { requests: 0, windowMs: 10_000, retryAfterSeconds: 5 };
  for (const body of ['TooManyRequests', 'UnknownError', 'accessDenied'] as const) {
    bed.tenant.variants.throttleBody = body;
    // oxlint-disable-next-line no-await-in-loop -- one body after the other
    const reply = await bed.graph('/v1.0/me', token);
    t.is(codeOf(reply), `429 ${body}`);
    t.is(reply.headers.get('retry-after'), '5');
  }
});

const READS_ALL = `${GROUPS} User.Read.All`;

/** Requests that Graph refuses, and with what. */
const REFUSED: readonly (readonly [path: string, code: string, init?: object])[] = [
  ["/groups?$filter=startswith(displayName,'F')", '400 Request_UnsupportedQuery'],
  ["/groups/$count?$filter=startswith(displayName,'F')", '400 Request_UnsupportedQuery', ADVANCED],
  ['/groups?$select=nme', '400 BadRequest'],
  ['/me/manager?$select=nme', '400 BadRequest'],
  [
    "/me/memberOf?$count=true&$filter=startswith(displayName,'F')",
    '400 Request_UnsupportedQuery',
    ADVANCED,
  ],
  ['/users?$select=nme', '400 BadRequest'],
  ["/users/$count?$filter=startswith(displayName,'F')", '400 Request_UnsupportedQuery', ADVANCED],
  ['/users/$count', '400 Request_BadRequest'],
  ['/me/checkMemberGroups', '400 Request_BadRequest', { method: 'POST', body: '{}' }],
];

for (const [path, code, init] of REFUSED) {
  test(`${path} is refused with ${code}`, async (t) => {
    await using bed = await startBed();
    t.is(codeOf(await bed.graph(`/v1.0${path}`, await bed.accessToken(READS_ALL), init)), code);
  });
}

test('a member of a group that does not exist is refused by name, and one that was removed is left out', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(READS_ALL);
  const { id } = bed.tenant.groups.get('All Staff');
  t.is(codeOf(await bed.graph(`/v1.0/groups/${id}?$select=nme`, token)), '400 BadRequest');
  const before = await bed.graph(`/v1.0/groups/${id}/members`, token);
  bed.tenant.groups.remove('Legal');
  const after = await bed.graph(`/v1.0/groups/${id}/members`, token);
  t.is(column(after.body, 'id').length, column(before.body, 'id').length - 1);
});

test('an application is nobody, and has no UserInfo', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { applicationPermissions: ['User.Read.All'] });
  const scope = 'https://graph.microsoft.com/.default';
  const { body } = await bed.token({ grant_type: 'client_credentials', scope });
  const token = String(body['access_token']);
  t.is(codeOf(await bed.graph('/v1.0/me/manager', token)), '400 BadRequest');
  t.is(codeOf(await bed.graph('/oidc/userinfo', token)), '403 Authorization_RequestDenied');
});

test('a token of a person who was removed, and one of a key that nobody has, are refused', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(ME, { person: EMIL });
  const [, payload, signature] = token.split('.');
  const header = Buffer.from('{"alg":"RS256","kid":"none"}').toString('base64url');
  const other = [header, payload, signature].join('.');
  t.is(codeOf(await bed.graph('/v1.0/me', other)), '401 InvalidAuthenticationToken');
  bed.tenant.people.remove(EMIL);
  t.is(codeOf(await bed.graph('/v1.0/me', token)), '401 InvalidAuthenticationToken');
});
