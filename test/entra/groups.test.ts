import test from 'ava';
import fc from 'fast-check';
import { EntraError } from '../../src/entra/entra-error.ts';
import { checkLink } from '../../src/entra/groups.ts';
import type { ErrorCode } from '../../src/errors.ts';
import {
  createDesk,
  IMPLICIT_GROUPS,
  refusedWith,
  signIn,
  type Desk,
} from '../_support/entra-desk.ts';
import { GRAPH } from '../_support/entra-tokens.ts';
import { GROUPS_URL } from '../_support/scripted-tenant.ts';

const NEXT = '@odata.nextLink';

const id = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const group = (number: number, members: object = {}): object => ({
  '@odata.type': '#microsoft.graph.group',
  id: id(number),
  displayName: `Group ${number}`,
  securityEnabled: true,
  ...members,
});

/** A desk whose Graph answers with these pages, one after the other. */
function deskWith(...pages: readonly unknown[]): Desk {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  desk.tenant.on(GROUPS_URL, (_, call) => ({ json: pages[call - 1] ?? { value: [] } }));
  return desk;
}

const namesOf = async (desk: Desk): Promise<readonly string[] | undefined> =>
  (await signIn(desk)).identity.groups?.map(({ name }) => name);

test('groups are read with nested ones, without the eventual index [67] [68]', async (t) => {
  const desk = deskWith();
  await signIn(desk);
  t.is(
    desk.tenant.to(GRAPH)[0]?.url,
    `${GROUPS_URL}?$select=id,displayName,securityEnabled&$top=999`,
  );
});

test('direct groups are those that list the person [68]', async (t) => {
  const config = { ...IMPLICIT_GROUPS, groupLookup: 'direct' } as const;
  const desk = createDesk({ config });
  desk.tenant.on(`${GRAPH}/v1.0/me/memberOf`, { json: { value: [group(1)] } });
  t.deepEqual(await namesOf(desk), ['Group 1']);
  t.deepEqual(desk.tenant.to(GROUPS_URL), []);
});

test('groups that are matched by id are read without the permission for names [73]', async (t) => {
  const config = { ...IMPLICIT_GROUPS, matchGroupsBy: 'id' } as const;
  const desk = createDesk({ config });
  const hidden = group(1, { displayName: null, securityEnabled: null });
  const other = group(2, { displayName: null, securityEnabled: false });
  desk.tenant.on(GROUPS_URL, { json: { value: [hidden, other, group(3)] } });
  const round = await desk.begin();
  t.is(round.url.searchParams.get('scope'), 'openid profile User.Read');
  const { identity } = await desk.entra.finish(await desk.answer(round));
  t.deepEqual(identity.groups, [
    { oid: id(1), name: id(1) },
    { oid: id(3), name: 'Group 3' },
  ]);
});

const BY_IDS = { ...IMPLICIT_GROUPS, groupLookup: 'ids', matchGroupsBy: 'id' } as const;
const ACTION = `${GRAPH}/v1.0/me/getMemberGroups`;

test('group_lookup: ids reads the ids of security groups by one request, and no page [68] [71]', async (t) => {
  const desk = createDesk({ config: BY_IDS });
  desk.tenant.on(ACTION, { json: { value: [id(1), id(2), id(1)] } });
  const round = await desk.begin();
  t.is(round.url.searchParams.get('scope'), 'openid profile User.Read GroupMember.Read.All');
  const { identity } = await desk.entra.finish(await desk.answer(round));
  t.deepEqual(
    identity.groups,
    [1, 2].map((number) => ({ oid: id(number), name: id(number) })),
  );
  const [asked] = desk.tenant.to(ACTION);
  t.like(asked, { method: 'POST', body: '{"securityEnabledOnly":true}' });
  t.is(asked?.headers?.['content-type'], 'application/json');
  t.deepEqual(desk.tenant.to(GROUPS_URL), []);
});

for (const [what, reply] of Object.entries({
  'which are more than Graph gives at once': {
    status: 400,
    json: { error: { code: 'Directory_ResultSizeLimitExceeded' } },
  },
  'of which an answer gives a part': { json: { value: [id(1)], [NEXT]: `${ACTION}?$skip=1` } },
})) {
  test(`group_lookup: ids reads groups page by page, ${what} [70] [71]`, async (t) => {
    const desk = createDesk({ config: BY_IDS });
    desk.tenant.on(ACTION, reply);
    desk.tenant.on(GROUPS_URL, { json: { value: [group(1), group(2)] } });
    const { identity } = await signIn(desk);
    t.deepEqual(
      identity.groups?.map(({ oid }) => oid),
      [id(1), id(2)],
    );
    t.is(desk.tenant.to(ACTION).length, 1);
  });
}

for (const [title, code, reply] of [
  ['is no list', 'ENTRA_GRAPH_REFUSED', { json: { value: 'all' } }],
  ['has an entry that is no id', 'ENTRA_GRAPH_REFUSED', { json: { value: [id(1), '../x'] } }],
  ['is another refusal with 400', 'ENTRA_GRAPH_REFUSED', { status: 400, json: {} }],
  ['is a missing permission', 'ENTRA_GRAPH_FORBIDDEN', { status: 403, json: {} }],
] as const) {
  test(`an answer to group_lookup: ids that ${title} refuses the sign-in [71] [72]`, async (t) => {
    const desk = createDesk({ config: BY_IDS });
    desk.tenant.on(ACTION, reply);
    await refusedWith(t, desk, code, signIn(desk));
    t.deepEqual(desk.tenant.to(GROUPS_URL), []);
  });
}

test('group_lookup: ids is throttled as pages are: the request is sent again [71] [75]', async (t) => {
  const desk = createDesk({ config: BY_IDS });
  desk.tenant.on(ACTION, (_, call) =>
    call === 1
      ? { status: 429, headers: { 'retry-after': '2' }, json: {} }
      : { json: { value: [id(1)] } },
  );
  t.deepEqual(await namesOf(desk), [id(1)]);
  t.is(desk.tenant.to(ACTION).length, 2);
});

/** Why groups cannot be read, and what is answered then. */
const UNREADABLE = {
  'Graph is down': { status: 503, json: {} },
  'a permission is missing': {
    status: 403,
    json: { error: { code: 'Authorization_RequestDenied' } },
  },
  'no name is shown': { json: { value: [group(1, { displayName: null })] } },
};

for (const [why, answer] of Object.entries(UNREADABLE)) {
  test(`on_group_error: base-groups goes on without groups when ${why}, and remarks on it [72]`, async (t) => {
    const config = { ...IMPLICIT_GROUPS, onGroupError: 'base-groups' } as const;
    const desk = createDesk({ config });
    desk.tenant.on(GROUPS_URL, answer);
    const { identity, remarks } = await signIn(desk);
    t.is(identity.groups, null);
    t.deepEqual(
      remarks.map(({ code }) => code),
      ['GROUPS_UNREAD'],
    );
  });
}

test('on_group_error: base-groups does not pass a challenge over [76]', async (t) => {
  const config = { ...IMPLICIT_GROUPS, onGroupError: 'base-groups' } as const;
  const desk = createDesk({ config });
  const claims = Buffer.from('{"access_token":{"acrs":{"value":"c1"}}}').toString('base64');
  const challenge = `Bearer error="insufficient_claims", claims="${claims}"`;
  desk.tenant.on(GROUPS_URL, { status: 401, headers: { 'www-authenticate': challenge }, json: {} });
  await refusedWith(t, desk, 'ENTRA_GRAPH_CHALLENGE', signIn(desk));
});

for (const [what, claims] of [
  ['hasgroups', { hasgroups: true }],
  ['hasgroups as text', { hasgroups: 'true' }],
  [
    '_claim_names',
    {
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: 'https://graph.windows.net/x/getMemberObjects' } },
    },
  ],
] as const) {
  test(`a token with ${what} is remarked on; Graph is asked, the endpoint that it names is not [74] [N119]`, async (t) => {
    const desk = deskWith({ value: [group(1)] });
    const { identity, remarks } = await signIn(desk, { claims });
    t.is(identity.groups?.length, 1);
    t.deepEqual(
      remarks.map(({ code }) => code),
      ['GROUPS_OVERAGE'],
    );
    t.deepEqual(
      Object.keys(claims).filter((name) => name in identity.claims),
      [],
    );
    t.false(desk.tenant.requests.some(({ url }) => url.includes('graph.windows.net')));
  });
}

test('three pages are three pages of groups, each link followed as it is [70] [N106]', async (t) => {
  const [second, third] = ['RFNwdA', "a'b%20c"].map((token) => `${GROUPS_URL}?$skiptoken=${token}`);
  const desk = deskWith(
    { value: [group(1)], [NEXT]: second },
    { value: [group(2)], [NEXT]: third },
    { value: [group(3)] },
  );
  t.deepEqual(await namesOf(desk), ['Group 1', 'Group 2', 'Group 3']);
  t.deepEqual(
    desk.tenant
      .to(GRAPH)
      .slice(1)
      .map(({ url }) => url),
    [second, third],
  );
});

test('an empty page with a next one goes on [70] [N109]', async (t) => {
  const desk = deskWith({ value: [], [NEXT]: `${GROUPS_URL}?$skiptoken=a` }, { value: [group(1)] });
  t.deepEqual(await namesOf(desk), ['Group 1']);
});

test('only security groups count [69] [N114]', async (t) => {
  const other = [
    { securityEnabled: false },
    { securityEnabled: null },
    { securityEnabled: undefined },
  ];
  const desk = deskWith({
    value: [group(1), ...other.map((members, index) => group(index + 2, members))],
  });
  t.deepEqual(await namesOf(desk), ['Group 1']);
});

test('directory roles and administrative units are no groups [67]', async (t) => {
  const types = [
    '#microsoft.graph.directoryRole',
    '#microsoft.graph.administrativeUnit',
    undefined,
  ];
  const desk = deskWith({
    value: types.map((type, index) => group(index, { '@odata.type': type })),
  });
  t.deepEqual(await namesOf(desk), []);
});

test('names are told as they are: no folding, no trimming, no normal form [73] [N112]', async (t) => {
  const names = ['finance', 'Finance', 'Finance ', 'Cafe\u0301', 'Caf\u00e9', ''];
  const desk = deskWith({
    value: names.map((displayName, index) => group(index, { displayName })),
  });
  t.deepEqual(await namesOf(desk), names);
});

test('two groups of one name are both told, each with its id [73] [N115]', async (t) => {
  const desk = deskWith({
    value: [1, 2].map((number) => group(number, { displayName: 'Finance' })),
  });
  const { identity } = await signIn(desk);
  t.deepEqual(identity.groups, [
    { oid: id(1), name: 'Finance' },
    { oid: id(2), name: 'Finance' },
  ]);
});

test('no groups at all is an empty list, not an error [N116] [N117]', async (t) => {
  t.deepEqual(await namesOf(deskWith({ value: [] })), []);
});

test('groups that are all without a name mean a missing permission [N111]', async (t) => {
  const hidden = { displayName: null, securityEnabled: null };
  const desk = deskWith({ value: [group(1, hidden), group(2, hidden)] });
  const error = await refusedWith(t, desk, 'ENTRA_GROUPS_UNNAMED', signIn(desk));
  t.is(error.actor, 'administrator');
  t.regex(error.next ?? '', /GroupMember\.Read\.All/);
});

test('a name that is hidden on one page and not on the next is no missing permission [N111]', async (t) => {
  const hidden = group(1, { displayName: null });
  const desk = deskWith(
    { value: [hidden], [NEXT]: `${GROUPS_URL}?$skiptoken=a` },
    { value: [group(2)] },
  );
  t.deepEqual(await namesOf(desk), ['Group 2']);
});

for (const claims of [
  { hasgroups: true },
  { groups: [id(1)] },
  {
    _claim_names: { groups: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://graph.windows.net/x' } },
  },
]) {
  test(`groups in the token (${Object.keys(claims)[0]}) do not replace Graph’s [74] [N119]`, async (t) => {
    const desk = deskWith({ value: [group(2)] });
    const { identity } = await signIn(desk, { claims });
    t.deepEqual(
      identity.groups?.map(({ oid }) => oid),
      [id(2)],
    );
    t.deepEqual(desk.tenant.to('https://graph.windows.net'), []);
  });
}

test('a second page that fails refuses the sign-in: no partial list [72] [N110]', async (t) => {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  desk.tenant.on(GROUPS_URL, (_, call) =>
    call === 1
      ? { json: { value: [group(1)], [NEXT]: `${GROUPS_URL}?$skiptoken=a` } }
      : { status: 500, json: {} },
  );
  await refusedWith(t, desk, 'ENTRA_GRAPH_UNREACHABLE', signIn(desk));
});

/** Pages that Graph never sends. */
const NO_PAGES: readonly (readonly [title: string, page: unknown])[] = [
  ['without value', {}],
  ['whose value is an object', { value: {} }],
  ['whose value is null', { value: null }],
  ['with a text as an entry', { value: ['x'] }],
  ['with null as an entry', { value: [null] }],
  ['with a group without id', { value: [group(1, { id: undefined })] }],
  ['with a group whose id is a path', { value: [group(1, { id: '../me' })] }],
  ['with a group whose name is a number', { value: [group(1, { displayName: 7 })] }],
  ['with a group whose name is a list', { value: [group(1, { displayName: ['x'] })] }],
  ['with a group that is “true” security', { value: [group(1, { securityEnabled: 'true' })] }],
  ['whose next link is a number', { value: [], [NEXT]: 7 }],
  ['whose next link is null', { value: [], [NEXT]: null }],
];

for (const [title, page] of NO_PAGES) {
  test(`a page ${title} refuses the sign-in [N123]`, async (t) => {
    const desk = deskWith(page);
    await refusedWith(t, desk, 'ENTRA_GRAPH_REFUSED', signIn(desk));
  });
}

test('a link to a page that was read is refused: no endless loop [70]', async (t) => {
  const link = `${GROUPS_URL}?$skiptoken=a`;
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  desk.tenant.on(GROUPS_URL, { json: { value: [group(1)], [NEXT]: link } });
  await refusedWith(t, desk, 'ENTRA_GROUPS_LINK', signIn(desk));
  t.is(desk.tenant.to(GROUPS_URL).length, 2);
});

test('more pages than a sign-in may read refuse it [70]', async (t) => {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  desk.tenant.on(GROUPS_URL, (_, call) => ({
    json: { value: [group(call)], [NEXT]: `${GROUPS_URL}?$skiptoken=${call}` },
  }));
  await refusedWith(t, desk, 'ENTRA_GROUPS_LIMIT', signIn(desk));
  t.is(desk.tenant.to(GROUPS_URL).length, 50);
});

test('more groups than a sign-in may read refuse it [70]', async (t) => {
  const value = Array.from({ length: 101 }, (_, index) => group(index));
  const desk = createDesk({ config: IMPLICIT_GROUPS, limits: { groups: 100 } });
  desk.tenant.on(GROUPS_URL, { json: { value } });
  await refusedWith(t, desk, 'ENTRA_GROUPS_LIMIT', signIn(desk));
});

test('12,000 groups over thirteen pages are all read [70]', async (t) => {
  const groups = Array.from({ length: 12_000 }, (_, index) => group(index));
  const pages = Array.from({ length: 13 }, (_, page) => ({
    value: groups.slice(page * 999, (page + 1) * 999),
    ...(page < 12 && { [NEXT]: `${GROUPS_URL}?$skiptoken=${page}` }),
  }));
  const { identity } = await signIn(deskWith(...pages));
  t.is(identity.groups?.length, 12_000);
});

/** Links that would carry the token elsewhere. */
const ELSEWHERE = [
  'https://evil.example/v1.0/me',
  'http://graph.microsoft.com/v1.0/me',
  `${GRAPH}/beta/me`,
  `${GRAPH}@evil.example/v1.0/me`,
  `${GRAPH}:8443/v1.0/me`,
  `${GRAPH}.evil.example/v1.0/me`,
  `${GRAPH}/v1.0/../beta/me`,
  `${GRAPH}/v1.0/%2e%2e/beta/me`,
  `${GRAPH}/v1.0`,
  `${GRAPH}\\v1.0\\me`,
  `//graph.microsoft.com/v1.0/me`,
  '/v1.0/me',
  'https://GRAPH.microsoft.com/v1.0/me',
  `${GRAPH}/v1.0/me#fragment`,
  `${GRAPH}/v1.0/m e`,
  `${GRAPH}/v1.0/me\r\nX-Evil: 1`,
  `${GRAPH}/v1.0/mé`,
  `${GRAPH}/v1.0/${'a'.repeat(9000)}`,
  'javascript:alert(1)',
  '',
];

for (const link of ELSEWHERE) {
  test(`a next link ${JSON.stringify(link.slice(0, 60))} is refused [70] [N107]`, async (t) => {
    const desk = deskWith({ value: [group(1)], [NEXT]: link });
    await refusedWith(t, desk, 'ENTRA_GROUPS_LINK', signIn(desk));
    t.is(
      desk.tenant.to('').filter(({ headers }) => headers?.['authorization']).length,
      1,
      'the token goes nowhere',
    );
  });
}

test('a link that passes is at Graph for every URL parser, and is sent as it came [70]', (t) => {
  const part = fc.constantFrom(
    '/',
    '.',
    '..',
    '@',
    ':',
    '\\',
    '#',
    '?',
    '%2e',
    'evil',
    ' ',
    'v1.0',
    'beta',
    'é',
  );
  const tail = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
  );
  const head = fc.constantFrom(GRAPH, `${GRAPH}/v1.0/`, `${GRAPH}/v1.0/me`, 'https://', '');
  fc.assert(
    fc.property(head, tail, (start, end) => {
      const link = start + end;
      const code = codeOf(() => checkLink(link, GRAPH));
      if (code !== undefined) return code === 'ENTRA_GROUPS_LINK';
      const url = new URL(link);
      return url.origin === GRAPH && url.pathname.startsWith('/v1.0/') && url.username === '';
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

function codeOf(work: () => unknown): ErrorCode | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof EntraError) return error.code;
    throw error;
  }
}
