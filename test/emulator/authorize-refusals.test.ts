import test from 'ava';
import {
  ADELE,
  APP,
  JANE,
  type Outcome,
  outcomeOf,
  REDIRECT,
  startBed,
  STORAGE_SCOPE,
} from '../_support/emulator-bed.ts';
import type { Variants } from '../../src/emulator/index.ts';

type Changes = Readonly<Record<string, string | undefined>>;

/** `error AADSTS…` of an answer, `page AADSTS…` of a page. */
const verdict = (outcome: Outcome): string =>
  outcome.kind === 'page'
    ? `page ${outcome.aadsts ?? outcome.title}`
    : `${outcome.fields['error'] ?? 'tokens'} ${/AADSTS(\d+)/.exec(outcome.fields['error_description'] ?? '')?.[1] ?? ''}`;

/** Requests that are wrong before the redirect URI can be trusted: nothing may be sent anywhere. */
const PAGES: readonly (readonly [title: string, changes: Changes, aadsts: number])[] = [
  ['an unknown client', { client_id: '00000000-0000-4000-8000-000000000000' }, 700016],
  ['a missing client', { client_id: undefined }, 900144],
  ['another redirect URI', { redirect_uri: 'https://evil.example/' }, 50011],
  ['a redirect URI with one byte more', { redirect_uri: `${REDIRECT}=` }, 50011],
];

for (const [title, changes, aadsts] of PAGES) {
  test(`${title} is refused with a page and AADSTS${aadsts}, without a redirect`, async (t) => {
    await using bed = await startBed();
    const outcome = await bed.ask(changes);
    t.is(verdict(outcome), `page ${aadsts}`);
    t.is(outcome.kind === 'page' && outcome.status, 400);
    t.false(outcome.response.headers.has('location'));
  });
}

test('an unknown tenant is refused with a page and AADSTS90002', async (t) => {
  await using bed = await startBed();
  const response = await bed.browser.send(
    `/nobody.example/oauth2/v2.0/authorize?${bed.parameters().toString()}`,
  );
  t.is(response.status, 400);
  t.regex(await response.text(), /AADSTS90002/);
});

test('a disabled application is refused with a page and AADSTS7000112', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { enabled: false });
  t.is(verdict(await bed.ask()), 'page 7000112');
});

test('an application of one tenant is refused at common with AADSTS50194', async (t) => {
  await using bed = await startBed();
  const response = await bed.browser.send(
    `/common/oauth2/v2.0/authorize?${bed.parameters().toString()}`,
  );
  t.regex(await response.text(), /AADSTS50194/);
});

test('the page of a wrong redirect URI names the URI, and says so when only a slash differs', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.addRedirectUri(APP, 'https://gw.example/callback');
  const outcome = await bed.ask({ redirect_uri: 'https://gw.example/callback/' });
  t.true(outcome.kind === 'page' && outcome.html.includes('https://gw.example/callback/'));
  t.true(outcome.kind === 'page' && outcome.html.includes('differ in a slash'));
});

test('pages of errors may have status 200', async (t) => {
  await using bed = await startBed({}, { variants: { htmlErrorStatus: 200 } });
  const outcome = await bed.ask({ client_id: '00000000-0000-4000-8000-000000000000' });
  t.is(outcome.kind === 'page' && outcome.status, 200);
});

/** Requests whose fault the application is told. */
const ANSWERS: readonly (readonly [title: string, changes: Changes, verdict: string])[] = [
  ['a missing response_type', { response_type: undefined }, 'invalid_request 900144'],
  ['a missing scope', { scope: undefined }, 'invalid_request 900144'],
  ['an unknown response_type', { response_type: 'code token' }, 'unsupported_response_type 70005'],
  [
    'an ID token without a nonce',
    { response_type: 'id_token', nonce: undefined },
    'invalid_request 900144',
  ],
  [
    'an ID token in the query',
    { response_type: 'id_token', response_mode: 'query' },
    'invalid_request 70007',
  ],
  ['an unknown response_mode', { response_mode: 'pigeon' }, 'invalid_request 70007'],
  ['an unknown prompt', { prompt: 'maybe' }, 'invalid_request 90023'],
  ['an unknown scope', { scope: 'openid groups' }, 'invalid_client 650053'],
  [
    'a scope of an unknown resource',
    { scope: 'https://nowhere.example/x' },
    'invalid_resource 500011',
  ],
  ['a malformed scope', { scope: 'openid "quoted"' }, 'invalid_scope 70011'],
  [
    '.default beside a named scope',
    { scope: 'https://graph.microsoft.com/.default User.Read' },
    'invalid_scope 70011',
  ],
  [
    '.default of two resources',
    { scope: 'https://graph.microsoft.com/.default https://storage.azure.com/.default' },
    'invalid_scope 70011',
  ],
  [
    'two resources with a token',
    { response_type: 'id_token token', scope: `openid User.Read ${STORAGE_SCOPE}` },
    'invalid_request 700022',
  ],
  ['the parameter resource', { resource: 'https://graph.microsoft.com' }, 'invalid_request 901002'],
  [
    'a short code challenge',
    { code_challenge: 'short', code_challenge_method: 'S256' },
    'invalid_request 50147',
  ],
  [
    'an unknown challenge method',
    { code_challenge: 'c'.repeat(43), code_challenge_method: 'S512' },
    'invalid_request 90100',
  ],
  ['claims that are no JSON', { claims: '{' }, 'invalid_request 90100'],
  ['prompt=none without a session', { prompt: 'none' }, 'login_required 50058'],
];

for (const [title, changes, expected] of ANSWERS) {
  test(`${title} is answered with ${expected}`, async (t) => {
    await using bed = await startBed();
    const outcome = await bed.ask(changes);
    t.is(verdict(outcome), expected);
    t.is(outcome.kind === 'answer' && outcome.fields['state'], 'a-state');
  });
}

test('a parameter that stands twice is refused with AADSTS9000411', async (t) => {
  await using bed = await startBed();
  const query = `${bed.parameters().toString()}&state=another`;
  const outcome = await outcomeOf(
    await bed.browser.send(`/${bed.T}/oauth2/v2.0/authorize?${query}`),
  );
  t.is(verdict(outcome), 'invalid_request 9000411');
});

test('ID and access tokens are refused while their boxes are not ticked', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { implicitIdTokens: false });
  t.is(verdict(await bed.ask({ response_type: 'id_token' })), 'unsupported_response_type 700054');
  bed.tenant.applications.update(APP, { implicitIdTokens: true, implicitAccessTokens: false });
  t.is(
    verdict(await bed.ask({ response_type: 'id_token token' })),
    'unsupported_response_type 700051',
  );
});

test('a code for a single page application needs PKCE', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.addRedirectUri(APP, 'https://spa.example/', 'spa');
  t.is(verdict(await bed.ask({ redirect_uri: 'https://spa.example/' })), 'invalid_request 9002325');
});

test('an error carries ids, time and a link to its number', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.ask({
    prompt: 'none',
    'client-request-id': '0a1b2c3d-0000-4000-8000-00000000000a',
  });
  if (outcome.kind !== 'answer') return t.fail();
  const { error_description: description = '', error_uri: uri } = outcome.fields;
  t.regex(
    description,
    /^AADSTS50058: .+ Trace ID: [0-9a-f-]{36} Correlation ID: 0a1b2c3d-0000-4000-8000-00000000000a Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/,
  );
  t.is(uri, `${bed.emulator.login}/error?code=50058`);
  t.regex(String((await bed.json('/error?code=50058')).body['text']), /AADSTS50058/);
});

test('errors of form_post come as a form, with the correlation id', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.ask({
    prompt: 'none',
    response_type: 'id_token',
    response_mode: 'form_post',
  });
  t.is(outcome.kind === 'answer' && outcome.mode, 'form_post');
  t.deepEqual(outcome.kind === 'answer' && outcome.names, [
    'error',
    'error_description',
    'error_uri',
    'state',
    'correlation_id',
  ]);
});

/** Points at which the real service is not known: variant, its other value, a request, and what then comes. */
const VARIANT_CASES: readonly (readonly [Partial<Variants>, Changes, string])[] = [
  [{ missingParameter: 'page' }, { scope: undefined }, 'page 900144'],
  [
    { nonceRefusal: 90014 },
    { response_type: 'id_token', nonce: undefined },
    'invalid_request 90014',
  ],
  [
    { responseTypeRefusal: 'unsupported_response' },
    { response_type: 'code token' },
    'unsupported_response 70005',
  ],
  [{ unknownScopeRefusal: 'invalid_scope' }, { scope: 'groups' }, 'invalid_scope 650053'],
  [
    { manyResourcesWithToken: 'page' },
    { response_type: 'id_token token', scope: `openid User.Read ${STORAGE_SCOPE}` },
    'page 700022',
  ],
  [{ missingRedirectUri: 'refused' }, { redirect_uri: undefined }, 'page 900971'],
];

for (const [variant, changes, expected] of VARIANT_CASES) {
  test(`with ${JSON.stringify(variant)} the answer is ${expected}`, async (t) => {
    await using bed = await startBed({ variants: variant });
    t.is(verdict(await bed.ask(changes)), expected);
  });
}

test('implicitTokenRefusal chooses the number for a token without its box', async (t) => {
  await using bed = await startBed({ variants: { implicitTokenRefusal: 70005 } });
  bed.tenant.applications.update(APP, { implicitAccessTokens: false });
  t.is(
    verdict(await bed.ask({ response_type: 'id_token token' })),
    'unsupported_response_type 70005',
  );
});

test('hybridWithToken lets the response types pass that discovery does not list', async (t) => {
  await using bed = await startBed({ variants: { hybridWithToken: 'accepted' } });
  const outcome = await bed.signIn({
    response_type: 'code id_token token',
    response_mode: 'form_post',
  });
  t.deepEqual(outcome.kind === 'answer' && outcome.names.slice(0, 3), [
    'code',
    'id_token',
    'access_token',
  ]);
});

test('a request without redirect_uri goes to the registered one', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.signIn({ redirect_uri: undefined });
  t.is(outcome.kind === 'answer' && outcome.target, REDIRECT);
});

test('an application without redirect URIs is refused with AADSTS500113', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { redirectUris: [] });
  t.is(verdict(await bed.ask()), 'page 500113');
});

test('a loopback redirect URI over http may have any port', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.addRedirectUri(APP, 'http://localhost/callback', 'public');
  const outcome = await bed.signIn({ redirect_uri: 'http://localhost:51234/callback' });
  t.is(outcome.kind === 'answer' && outcome.target, 'http://localhost:51234/callback');
});

test('a browser that asks again and again is stopped with AADSTS50196', async (t) => {
  await using bed = await startBed();
  bed.tenant.policies.loopLimit = 3;
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  const verdicts: string[] = [];
  for (let turn = 0; turn < 5; turn += 1) verdicts.push(verdict(await bed.ask({}, browser)));
  t.deepEqual(verdicts, ['tokens ', 'tokens ', 'tokens ', 'page 50196', 'page 50196']);
});

test('silent requests that need a person say which need it is', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  await bed.signIn({ scope: 'openid' }, { browser });
  t.is(
    verdict(await bed.ask({ prompt: 'none', scope: 'openid Mail.Read' }, browser)),
    'consent_required 65001',
  );
  bed.tenant.policies.secondFactor = 'always';
  t.is(
    verdict(await bed.ask({ prompt: 'none', scope: 'openid' }, browser)),
    'interaction_required 50076',
  );
  bed.tenant.people.update(JANE, { secondFactor: false });
  t.is(
    verdict(await bed.ask({ prompt: 'none', scope: 'openid' }, browser)),
    'interaction_required 50079',
  );
  await bed.signIn({ scope: 'openid', prompt: 'select_account' }, { browser, person: ADELE });
  t.is(
    verdict(await bed.ask({ prompt: 'none', scope: 'openid' }, browser)),
    'interaction_required 16000',
  );
});

test('silentConsentRefusal chooses the error of missing consent', async (t) => {
  await using bed = await startBed({ variants: { silentConsentRefusal: 'interaction_required' } });
  const browser = bed.newBrowser();
  await bed.signIn({ scope: 'openid' }, { browser });
  t.is(
    verdict(await bed.ask({ prompt: 'none', scope: 'Mail.Read' }, browser)),
    'interaction_required 65001',
  );
});

test('a forgotten page is answered with AADSTS90013', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.ask();
  bed.emulator.time.advance(3_700_000);
  t.is(verdict(await bed.proceed(outcome)), 'page 90013');
});
