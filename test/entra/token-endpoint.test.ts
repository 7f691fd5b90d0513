import test from 'ava';
import { Secret } from '../../src/config/secret.ts';
import { passwordCredential } from '../../src/entra/credential.ts';
import { createBudget } from '../../src/entra/budget.ts';
import { silent } from '../../src/entra/entra-log.ts';
import { EntraInteractionError } from '../../src/entra/entra-error.ts';
import { DEFAULT_LIMITS } from '../../src/entra/limits.ts';
import { createTokenEndpoint, REFUSED_CREDENTIAL_MS } from '../../src/entra/token-endpoint.ts';
import { NetError } from '../../src/net/net-error.ts';
import type { ErrorCode } from '../../src/errors.ts';
import {
  CAPABLE,
  CLIENT_SECRET,
  CODE,
  CODE_GROUPS,
  createDesk,
  formOf,
  refusedWith,
  signIn,
  tokenAnswer,
  type Desk,
} from '../_support/entra-desk.ts';
import { APPLICATION, GRAPH, METHOD, OTHER_PERSON } from '../_support/entra-tokens.ts';
import {
  createScriptedTenant,
  GROUPS_URL,
  TOKEN_URL,
  type Scripted,
} from '../_support/scripted-tenant.ts';

const ARM = 'https://management.azure.com//user_impersonation';

/** The forms of the token requests of a desk, in order. */
const forms = (desk: Desk): readonly URLSearchParams[] =>
  desk.tenant.to(TOKEN_URL).map(({ body }) => formOf(body));

/** A token response with members replaced. */
const scriptTokens = (desk: Desk, members: { readonly [name: string]: unknown }): void =>
  desk.tenant.on(TOKEN_URL, async ({ body }) => ({
    json: { ...(await tokenAnswer(desk, formOf(body))), ...members },
  }));

/** An error of the token endpoint, in the form of the real one. */
const failure = (error: string, aadsts: number, more: object = {}, status = 400): Scripted => ({
  status,
  json: {
    error,
    error_description: `AADSTS${aadsts}: Something is wrong.\r\nTrace ID: x\r\nCorrelation ID: 11111111-2222-4333-8444-555555555555`,
    error_codes: [aadsts],
    correlation_id: '11111111-2222-4333-8444-555555555555',
    ...more,
  },
});

test('the code is redeemed by POST, as a form, with secret and verifier [54]', async (t) => {
  const desk = createDesk({ config: CODE });
  const round = await desk.begin();
  await desk.entra.finish(await desk.answer(round));
  const [request] = desk.tenant.to(TOKEN_URL);
  t.like(request, { method: 'POST', maxBytes: 256 * 1024, timeoutMs: 10_000 });
  t.is(request?.headers?.['content-type'], 'application/x-www-form-urlencoded');
  t.is(request?.headers?.['accept'], 'application/json');
  t.deepEqual(Object.fromEntries(forms(desk)[0] ?? []), {
    client_id: APPLICATION,
    scope: 'openid profile offline_access https://graph.microsoft.com/Files.ReadWrite',
    grant_type: 'authorization_code',
    claims: CAPABLE,
    code: `1.AXoA-code-${round.state}`,
    redirect_uri: `https://gw.example:8443/?redirect-${METHOD}`,
    code_verifier: forms(desk)[0]?.get('code_verifier') ?? '',
    client_secret: CLIENT_SECRET,
  });
});

test('the redirect URI of the redemption is that of the request, byte for byte [54] [N98]', async (t) => {
  const desk = createDesk({ config: CODE });
  const round = await desk.begin();
  await desk.entra.finish(await desk.answer(round));
  t.is(forms(desk)[0]?.get('redirect_uri'), round.url.searchParams.get('redirect_uri'));
  t.true(String(desk.tenant.to(TOKEN_URL)[0]?.body).includes(`%3Fredirect-${METHOD}&`));
});

test('neither Origin nor Cookie is ever sent [55] [N100]', async (t) => {
  const desk = createDesk({ config: CODE_GROUPS });
  await signIn(desk);
  const names = desk.tenant.requests.flatMap(({ headers = {} }) => Object.keys(headers));
  t.false(names.some((name) => ['origin', 'cookie', 'referer'].includes(name.toLowerCase())));
});

test('each request asks for one resource, whatever is configured [56] [N94]', async (t) => {
  const apiScopes = [
    ARM,
    'Mail.Read',
    'https://storage.azure.com/user_impersonation',
    'api://x/read',
    'api://x/write',
  ];
  const desk = createDesk({ config: { ...CODE_GROUPS, apiScopes } });
  const { tokens } = await signIn(desk);
  t.deepEqual(
    forms(desk).map((form) => form.get('scope')?.replace('openid profile offline_access ', '')),
    [
      'User.Read GroupMember.Read.All Mail.Read',
      ARM,
      'https://storage.azure.com/user_impersonation',
      'api://x/read api://x/write',
    ],
  );
  t.deepEqual(
    tokens.accessTokens.map(({ resource }) => resource),
    [GRAPH, 'https://management.azure.com/', 'https://storage.azure.com', 'api://x'],
  );
});

test('the other resources are asked for by the refresh token, with scope and secret [56] [60] [63]', async (t) => {
  const desk = createDesk({ config: CODE });
  await signIn(desk);
  const [, second] = forms(desk);
  t.is(second?.get('grant_type'), 'refresh_token');
  t.truthy(second?.get('refresh_token'));
  t.is(
    second?.get('scope'),
    'openid profile offline_access https://storage.azure.com/user_impersonation',
  );
  t.is(second?.get('client_secret'), CLIENT_SECRET);
  t.false(second?.has('code_verifier'));
});

test('a code is redeemed once, and its verifier is sent with it alone [N101]', async (t) => {
  const desk = createDesk({ config: CODE });
  await signIn(desk);
  t.is(forms(desk).filter((form) => form.has('code')).length, 1);
  t.is(forms(desk).filter((form) => form.has('code_verifier')).length, 1);
});

test('a token for groups alone does not leave: only those of api_scopes do [56]', async (t) => {
  const apiScopes = ['https://storage.azure.com/user_impersonation'];
  const desk = createDesk({ config: { ...CODE_GROUPS, apiScopes } });
  const { tokens, identity } = await signIn(desk);
  t.deepEqual(identity.groups, []);
  t.deepEqual(
    tokens.accessTokens.map(({ resource }) => resource),
    ['https://storage.azure.com'],
  );
});

test('scopes of OpenID Connect alone redeem the code for no API [57] [59]', async (t) => {
  const desk = createDesk({ config: { ...CODE, apiScopes: ['email'] } });
  const { tokens, identity } = await signIn(desk);
  t.is(forms(desk)[0]?.get('scope'), 'openid profile email');
  t.deepEqual(tokens.accessTokens, []);
  t.truthy(tokens.refreshToken);
  t.is(identity.preferredUsername, 'Jane.R@contoso.example');
});

test('the newest refresh token is kept, and an access token ends when Entra says [60] [61]', async (t) => {
  const desk = createDesk({ config: CODE });
  let count = 0;
  desk.tenant.on(TOKEN_URL, async ({ body }) => ({
    json: { ...(await tokenAnswer(desk, formOf(body))), refresh_token: `refresh-${++count}` },
  }));
  const { tokens } = await signIn(desk);
  t.is(tokens.refreshToken?.reveal(), 'refresh-2');
  t.is(tokens.accessTokens[0]?.expiresAt, desk.now + 4_217_000);
});

test('scopes are those that were granted, without those of OpenID Connect [62]', async (t) => {
  const desk = createDesk({ config: { ...CODE, apiScopes: ['Files.ReadWrite'] } });
  scriptTokens(desk, {
    scope: 'openid profile email https://graph.microsoft.com/Files.Read Mail.Read',
  });
  const { tokens, remarks } = await signIn(desk);
  t.deepEqual(tokens.accessTokens[0]?.scopes, [
    'https://graph.microsoft.com/Files.Read',
    'Mail.Read',
  ]);
  t.deepEqual(remarks, [
    {
      code: 'SCOPES_MISSING',
      detail: 'Entra did not grant Files.ReadWrite of https://graph.microsoft.com.',
    },
  ]);
});

test('without scope in the answer, what was asked for is granted [62]', async (t) => {
  const desk = createDesk({ config: { ...CODE, apiScopes: ['Files.ReadWrite'] } });
  scriptTokens(desk, { scope: undefined });
  const { tokens } = await signIn(desk);
  t.deepEqual(tokens.accessTokens[0]?.scopes, ['Files.ReadWrite']);
});

test('without permission to read groups the sign-in is refused, not the groups left out [62] [N105]', async (t) => {
  const desk = createDesk({ config: CODE_GROUPS });
  scriptTokens(desk, { scope: 'openid profile User.Read' });
  await refusedWith(t, desk, 'ENTRA_GROUPS_SCOPE', signIn(desk));
  t.deepEqual(desk.tenant.to(GROUPS_URL), []);
});

/** Members of a token response, and whether it is one. */
const ANSWERS: readonly (readonly [title: string, members: object, fits: boolean])[] = [
  ['whose expires_in is text', { expires_in: '3599' }, true],
  ['whose token_type is in lower case', { token_type: 'bearer' }, true],
  ['with members that nobody knows', { foci: '1', client_info: 'x' }, true],
  ['without access_token', { access_token: undefined }, false],
  ['with an empty access_token', { access_token: '' }, false],
  ['whose access_token is a number', { access_token: 7 }, false],
  ['whose access_token has a line break', { access_token: 'a\r\nX-Evil: 1' }, false],
  ['of type mac', { token_type: 'mac' }, false],
  ['without a type', { token_type: undefined }, false],
  ['whose expires_in is negative', { expires_in: -1 }, false],
  ['whose expires_in is zero', { expires_in: 0 }, false],
  ['whose expires_in is missing', { expires_in: undefined }, false],
  ['whose expires_in is a fraction', { expires_in: 1.5 }, false],
  ['whose expires_in is 1e308', { expires_in: 1e308 }, false],
  ['whose expires_in is a word', { expires_in: 'soon' }, false],
  ['whose scope is a list', { scope: ['a'] }, false],
  ['without id_token', { id_token: undefined }, false],
  ['whose id_token is a number', { id_token: 1 }, false],
  ['whose refresh_token is a list', { refresh_token: [] }, false],
  ['without refresh_token where it is needed', { refresh_token: undefined }, false],
];

for (const [title, members, fits] of ANSWERS) {
  test(`a token response ${title} is ${fits ? 'accepted' : 'refused'} [62] [N96]`, async (t) => {
    const desk = createDesk({ config: CODE });
    scriptTokens(desk, { ...members });
    if (fits) await t.notThrowsAsync(signIn(desk));
    else await refusedWith(t, desk, 'ENTRA_ANSWER_REFUSED', signIn(desk));
  });
}

const NO_ANSWERS: readonly (readonly [
  title: string,
  scripted: Scripted,
  code: ErrorCode,
  calls: number,
])[] = [
  [
    'a page with status 200',
    { body: '<html>', headers: { 'content-type': 'text/html' } },
    'ENTRA_ANSWER_REFUSED',
    1,
  ],
  ['a list', { json: [] }, 'ENTRA_ANSWER_REFUSED', 1],
  [
    'a redirect',
    { status: 302, json: {}, headers: { location: 'https://evil.example' } },
    'ENTRA_ANSWER_REFUSED',
    1,
  ],
  ['a page with status 400', { status: 400, body: '<html>' }, 'ENTRA_ANSWER_REFUSED', 1],
  ['a page with status 500', { status: 500, body: '<html>' }, 'ENTRA_UNAVAILABLE', 2],
  ['status 503 four times', { status: 503, json: {} }, 'ENTRA_UNAVAILABLE', 4],
  [
    'status 429 four times',
    { status: 429, json: {}, headers: { 'retry-after': '1' } },
    'ENTRA_UNAVAILABLE',
    4,
  ],
];

for (const [title, scripted, code, calls] of NO_ANSWERS) {
  test(`the token endpoint answers with ${title}: ${calls} calls, then ${code} [66] [N96]`, async (t) => {
    const desk = createDesk({ config: CODE });
    desk.tenant.on(TOKEN_URL, scripted);
    await refusedWith(t, desk, code, signIn(desk));
    t.is(desk.tenant.to(TOKEN_URL).length, calls);
  });
}

/** `Retry-After`, and how long is waited; null: not at all. Unit: milliseconds. */
const WAITS: readonly (readonly [header: string, ms: number | null])[] = [
  ['2', 2000],
  ['0', 0],
  ['99999', null],
  ['99999999999999999999', 500],
  ['soon', 500],
  ['-1', 500],
  ['1.5', 500],
];

for (const [value, ms] of WAITS) {
  test(`429 with Retry-After “${value}” waits ${ms === null ? 'not at all' : `${ms} ms or more`} [75] [N95]`, async (t) => {
    const desk = createDesk({ config: CODE });
    desk.tenant.on(TOKEN_URL, async ({ body }, call) =>
      call === 1
        ? { status: 429, json: {}, headers: { 'retry-after': value } }
        : { json: await tokenAnswer(desk, formOf(body)) },
    );
    const start = desk.now;
    const done = await t.throwsAsync(signIn(desk).then(() => Promise.reject(new Error('done'))));
    t.is(done.message === 'done', ms !== null);
    t.true(desk.now - start >= (ms ?? 0) && desk.now - start <= (ms ?? 0) * 2 + 1);
  });
}

test('429 with a date waits until then [75] [N95]', async (t) => {
  const desk = createDesk({ config: CODE });
  const date = new Date(desk.now + 3000).toUTCString();
  desk.tenant.on(TOKEN_URL, async ({ body }, call) =>
    call === 1
      ? { status: 429, json: {}, headers: { 'retry-after': date } }
      : { json: await tokenAnswer(desk, formOf(body)) },
  );
  await signIn(desk);
  t.deepEqual(desk.waits, [3000]);
});

test('an overload that comes with status 400 is tried once more [66]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.tenant.on(TOKEN_URL, async ({ body }, call) =>
    call === 1
      ? failure('temporarily_unavailable', 90033)
      : { json: await tokenAnswer(desk, formOf(body)) },
  );
  await t.notThrowsAsync(signIn(desk));
});

test('a redemption that got no answer is not tried again: the code may be used [66]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.tenant.on(TOKEN_URL, () => {
    throw new NetError('NET_TIMEOUT', 'no answer');
  });
  await refusedWith(t, desk, 'ENTRA_UNREACHABLE', signIn(desk));
  t.is(desk.tenant.to(TOKEN_URL).length, 1);
});

test('all calls of a sign-in share fifteen seconds [80]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.tenant.on(TOKEN_URL, async ({ body }) => {
    desk.now += 7000;
    return { json: await tokenAnswer(desk, formOf(body)) };
  });
  await t.notThrowsAsync(signIn(desk));
  t.deepEqual(
    desk.tenant.to(TOKEN_URL).map(({ timeoutMs }) => timeoutMs),
    [10_000, 8000],
  );
});

test('what is left of the time is the limit of the next call, and nothing is left at the end [80]', (t) => {
  let now = 0;
  const budget = createBudget(() => now, DEFAULT_LIMITS);
  t.is(budget.nextCall(), 10_000);
  now = 14_000;
  t.is(budget.nextCall(), 1000);
  now = 15_000;
  t.throws(() => budget.nextCall(), { code: 'ENTRA_TIME_BUDGET' });
});

test('a sign-in that has no time left is refused without another call [80]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.tenant.on(TOKEN_URL, async ({ body }) => {
    desk.now += 15_000;
    return { json: await tokenAnswer(desk, formOf(body)) };
  });
  await refusedWith(t, desk, 'ENTRA_TIME_BUDGET', signIn(desk));
  t.is(desk.tenant.to(TOKEN_URL).length, 1);
});

/** Errors of the token endpoint, and what each is here. */
const ERRORS: readonly (readonly [
  error: string,
  aadsts: number,
  code: ErrorCode,
  actor: string,
  marks: string,
])[] = [
  ['invalid_grant', 54005, 'ENTRA_GRANT_REFUSED', 'person', '[N90]'],
  ['invalid_grant', 70008, 'ENTRA_GRANT_REFUSED', 'person', '[N90]'],
  ['invalid_grant', 501481, 'ENTRA_GRANT_REFUSED', 'person', '[N93]'],
  ['invalid_client', 7000215, 'ENTRA_CLIENT_REFUSED', 'operator', '[N91]'],
  ['invalid_client', 7000222, 'ENTRA_CLIENT_REFUSED', 'operator', '[N92]'],
  ['invalid_client', 500112, 'ENTRA_CLIENT_REFUSED', 'operator', '[66]'],
  ['unauthorized_client', 700016, 'ENTRA_CLIENT_UNAUTHORIZED', 'operator', '[66]'],
  ['invalid_request', 900144, 'ENTRA_REQUEST_REFUSED', 'operator', '[66]'],
  ['invalid_scope', 28000, 'ENTRA_SCOPE_REFUSED', 'operator', '[N94]'],
  ['invalid_resource', 500011, 'ENTRA_RESOURCE_REFUSED', 'operator', '[66]'],
];

for (const [error, aadsts, code, actor, marks] of ERRORS) {
  test(`${error} ${aadsts} of the token endpoint is ${code}, and asked once [66] ${marks}`, async (t) => {
    const desk = createDesk({ config: CODE });
    desk.tenant.on(TOKEN_URL, failure(error, aadsts));
    const refused = await refusedWith(t, desk, code, signIn(desk));
    t.like(refused, { aadsts, actor, correlationId: '11111111-2222-4333-8444-555555555555' });
    t.is(desk.tenant.to(TOKEN_URL).length, 1);
  });
}

test('a claims challenge of the token endpoint can be passed on [66]', async (t) => {
  const desk = createDesk({ config: CODE });
  const claims = { access_token: { polids: { essential: true, values: ['x'] } } };
  desk.tenant.on(
    TOKEN_URL,
    failure('interaction_required', 50076, { claims: JSON.stringify(claims) }),
  );
  const error = await refusedWith(t, desk, 'ENTRA_INTERACTION_REQUIRED', signIn(desk));
  t.true(error instanceof EntraInteractionError);
  t.deepEqual((error as EntraInteractionError).challenge, { claims });
});

test('a challenge for a later resource tells for whom the next round is [66]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.tenant.on(TOKEN_URL, async ({ body }, call) =>
    call === 1
      ? { json: await tokenAnswer(desk, formOf(body)) }
      : failure('invalid_grant', 65001, { suberror: 'consent_required' }),
  );
  const error = await refusedWith(t, desk, 'ENTRA_CONSENT_REQUIRED', signIn(desk));
  t.deepEqual(error.person, {
    oid: 'c3d7e1a0-1b2c-4d3e-8f90-a1b2c3d4e5f6',
    loginHint: 'Jane.R@contoso.example',
  });
  t.deepEqual((error as EntraInteractionError).challenge, { prompt: 'consent' });
});

test('a refused secret is not shown again for a minute [N91]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.tenant.on(TOKEN_URL, failure('invalid_client', 7000215, {}, 401));
  await refusedWith(t, desk, 'ENTRA_CLIENT_REFUSED', signIn(desk));
  const again = await refusedWith(t, desk, 'ENTRA_CLIENT_REFUSED', signIn(desk));
  t.like(again, { aadsts: 7000215, actor: 'operator' });
  t.is(desk.tenant.to(TOKEN_URL).length, 1);
  desk.now += REFUSED_CREDENTIAL_MS;
  await t.throwsAsync(signIn(desk), { code: 'ENTRA_CLIENT_REFUSED' });
  t.is(desk.tenant.to(TOKEN_URL).length, 2);
  t.true(
    desk.log.some((line) => line.includes("level: 'error'")),
    'the operator is alarmed',
  );
});

test('of two secrets the second is tried once, and then first [65] [N91]', async (t) => {
  const tenant = createScriptedTenant();
  const channel = { http: tenant.http, clock: () => 0, sleep: async () => {} };
  const credentials = ['old', 'new'].map((secret) => passwordCredential(new Secret(secret)));
  const parts = {
    clientId: APPLICATION,
    credentials,
    channel,
    limits: DEFAULT_LIMITS,
    log: silent,
  };
  const endpoint = createTokenEndpoint(parts);
  tenant.on(TOKEN_URL, ({ body }) =>
    formOf(body).get('client_secret') === 'new'
      ? { json: { token_type: 'Bearer', access_token: 'a', expires_in: 60 } }
      : failure('invalid_client', 7000222, {}, 401),
  );
  const metadata = { tokenEndpoint: TOKEN_URL } as Parameters<typeof endpoint.request>[1];
  const request = {
    grant: { type: 'refresh_token', refreshToken: new Secret('r') },
    scopes: ['openid'],
    correlationId: 'x',
  } as const;
  const budget = createBudget(() => 0, DEFAULT_LIMITS);
  await endpoint.request(request, metadata, budget);
  await endpoint.request(request, metadata, budget);
  t.deepEqual(
    tenant.to(TOKEN_URL).map(({ body }) => formOf(body).get('client_secret')),
    ['old', 'new', 'new'],
  );
});

test('hybrid: a code that does not fit c_hash is refused before it is redeemed [45] [N55]', async (t) => {
  const desk = createDesk({ config: { ...CODE, flow: 'hybrid' } });
  await refusedWith(
    t,
    desk,
    'ENTRA_TOKEN_HASH',
    signIn(desk, { claims: { c_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } }),
  );
  t.deepEqual(desk.tenant.to(TOKEN_URL), []);
});

test('hybrid: an ID token without c_hash is refused before the code is redeemed [45] [N56]', async (t) => {
  const desk = createDesk({ config: { ...CODE, flow: 'hybrid' } });
  await refusedWith(t, desk, 'ENTRA_TOKEN_HASH', signIn(desk, { claims: { c_hash: undefined } }));
  t.deepEqual(desk.tenant.to(TOKEN_URL), []);
});

test('hybrid: two ID tokens of one person are accepted, and the later one counts [46]', async (t) => {
  const desk = createDesk({ config: { ...CODE, flow: 'hybrid' } });
  const { identity } = await signIn(desk, { claims: { name: 'From the browser' } });
  t.is(identity.name, 'Jane Roe');
});

for (const claims of [{ oid: OTHER_PERSON }, { sub: 'another' }]) {
  test(`hybrid: two ID tokens with another ${Object.keys(claims)[0]} are refused [46] [N57]`, async (t) => {
    const desk = createDesk({ config: { ...CODE, flow: 'hybrid' } });
    desk.tenant.on(TOKEN_URL, async ({ body }) => ({
      json: await tokenAnswer(desk, formOf(body), claims),
    }));
    await refusedWith(t, desk, 'ENTRA_OTHER_PERSON', signIn(desk));
  });
}

/** The ID token of the token endpoint is checked as that of the browser is. */
const BACK: readonly (readonly [
  title: string,
  claims: { readonly [name: string]: unknown },
  code: ErrorCode,
])[] = [
  [
    'of another tenant [N57]',
    { iss: 'https://login.microsoftonline.com/x/v2.0' },
    'ENTRA_TOKEN_ISSUER',
  ],
  ['for another application', { aud: 'x' }, 'ENTRA_TOKEN_AUDIENCE'],
  ['with another nonce [42]', { nonce: 'x' }, 'ENTRA_TOKEN_NONCE'],
  ['without nonce [42]', { nonce: undefined }, 'ENTRA_TOKEN_NONCE'],
  ['with a wrong at_hash [44]', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'ENTRA_TOKEN_HASH'],
];

for (const [title, claims, code] of BACK) {
  test(`an ID token of the token endpoint ${title} is refused`, async (t) => {
    const desk = createDesk({ config: CODE });
    desk.tenant.on(TOKEN_URL, async ({ body }) => ({
      json: await tokenAnswer(desk, formOf(body), claims),
    }));
    await refusedWith(t, desk, code, signIn(desk));
  });
}

test('the signature of an ID token of the token endpoint is checked too [N34]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.tenant.on(TOKEN_URL, async ({ body }) => {
    const answer = await tokenAnswer(desk, formOf(body));
    const [head, payload] = String(answer['id_token']).split('.');
    return { json: { ...answer, id_token: `${head}.${payload}.${'A'.repeat(342)}` } };
  });
  await refusedWith(t, desk, 'ENTRA_TOKEN_SIGNATURE', signIn(desk));
});

test('an ID token of a later resource that is another person’s is refused [60]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.tenant.on(TOKEN_URL, async ({ body }, call) => ({
    json: await tokenAnswer(desk, formOf(body), call === 1 ? {} : { oid: OTHER_PERSON }),
  }));
  await refusedWith(t, desk, 'ENTRA_OTHER_PERSON', signIn(desk));
});

test('without a credential nothing is asked for', async (t) => {
  const tenant = createScriptedTenant();
  const channel = { http: tenant.http, clock: () => 0, sleep: async () => undefined };
  const endpoint = createTokenEndpoint({
    clientId: APPLICATION,
    credentials: [],
    channel,
    limits: DEFAULT_LIMITS,
    log: silent,
  });
  const metadata = { tokenEndpoint: TOKEN_URL } as Parameters<typeof endpoint.request>[1];
  const asked = { grant: { type: 'client_credentials' } as const, scopes: [], correlationId: 'x' };
  const budget = createBudget(() => 0, DEFAULT_LIMITS);
  await t.throwsAsync(endpoint.request(asked, metadata, budget), { instanceOf: TypeError });
  t.is(tenant.requests.length, 0);
});
