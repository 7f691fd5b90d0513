import test from 'ava';
import type { Variants } from '../../src/emulator/index.ts';
import {
  APP,
  at,
  type Bed,
  claimsOf,
  codesOf,
  JANE,
  pkce,
  REDIRECT,
  SECRET,
  startBed,
  STORAGE_SCOPE,
} from '../_support/emulator-bed.ts';

/** A code of a sign-in. */
const codeOf = async (
  bed: Bed,
  changes: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const outcome = await bed.signIn(changes);
  return outcome.kind === 'answer' ? (outcome.fields['code'] ?? '') : '';
};

const GUID = /^[0-9a-f-]{36}$/;

test('the reply has its members in the order of the real one', async (t) => {
  await using bed = await startBed();
  const { status, body } = await bed.tokens('openid profile offline_access User.Read');
  t.is(status, 200);
  t.deepEqual(Object.keys(body), [
    'token_type',
    'scope',
    'expires_in',
    'ext_expires_in',
    'access_token',
    'refresh_token',
    'id_token',
  ]);
  t.is(body['token_type'], 'Bearer');
  t.is(body['expires_in'], body['ext_expires_in']);
  t.regex(String(body['refresh_token']), /^1\.AX/);
});

test('the reply is never cached, and telemetry is answered to whom sends it', async (t) => {
  await using bed = await startBed();
  const plain = await bed.redeem(await codeOf(bed));
  t.is(plain.headers.get('cache-control'), 'no-store, no-cache');
  t.is(plain.headers.get('pragma'), 'no-cache');
  t.is(plain.headers.get('expires'), '-1');
  t.false(plain.headers.has('x-ms-clitelem'));
  const code = await codeOf(bed);
  const fields = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
  const measured = await bed.token(fields, { 'x-client-current-telemetry': '5|866,0,,,|,' });
  t.is(measured.headers.get('x-ms-clitelem'), '1,0,0,,');
});

test('client_info=1 is answered with uid and utid', async (t) => {
  await using bed = await startBed();
  const { body } = await bed.redeem(await codeOf(bed), { client_info: '1' });
  const info: unknown = JSON.parse(
    Buffer.from(String(body['client_info']), 'base64url').toString(),
  );
  t.deepEqual(info, { uid: bed.tenant.people.get(JANE).oid, utid: bed.T });
});

test('no refresh token without offline_access, and no ID token without openid', async (t) => {
  await using bed = await startBed();
  const { body } = await bed.tokens('User.Read');
  t.false('refresh_token' in body);
  t.false('id_token' in body);
});

test('granted scopes come back as they were asked for, with those granted before', async (t) => {
  await using bed = await startBed();
  const short = await bed.tokens('openid profile User.Read');
  t.deepEqual(String(short.body['scope']).split(' ').toSorted(), [
    'GroupMember.Read.All',
    'User.Read',
    'User.Read.All',
    'openid',
    'profile',
  ]);
  const full = await bed.tokens('openid https://graph.microsoft.com/User.Read');
  t.true(String(full.body['scope']).includes('https://graph.microsoft.com/User.Read'));
});

test('scopeForm prints short names or URLs whatever was asked', async (t) => {
  await using bed = await startBed({ variants: { scopeForm: 'full' } });
  const full = await bed.tokens('openid User.Read');
  t.true(String(full.body['scope']).includes('https://graph.microsoft.com/User.Read'));
  bed.tenant.variants.scopeForm = 'short';
  const short = await bed.tokens('openid https://graph.microsoft.com/User.Read');
  t.false(String(short.body['scope']).includes('https:'));
});

test('.default gives all that the registration lists, and says so', async (t) => {
  await using bed = await startBed();
  const { body } = await bed.tokens('openid https://graph.microsoft.com/.default');
  const scopes = String(body['scope']).split(' ');
  t.true(scopes.includes('https://graph.microsoft.com/Files.ReadWrite'));
  t.true(scopes.includes('https://graph.microsoft.com/.default'));
});

test('a double slash before .default ends the audience with a slash', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, {
    permissions: ['https://management.azure.com/user_impersonation'],
  });
  const { body } = await bed.tokens('https://management.azure.com//.default');
  t.is(claimsOf(body['access_token'])['aud'], 'https://management.azure.com/');
});

test('a code for several resources is redeemed for one of them at a time', async (t) => {
  await using bed = await startBed();
  const scope = `openid offline_access User.Read ${STORAGE_SCOPE}`;
  const graph = await bed.redeem(await codeOf(bed, { scope }), { scope: 'User.Read' });
  t.is(claimsOf(graph.body['access_token'])['aud'], 'https://graph.microsoft.com');
  const storage = await bed.redeem(await codeOf(bed, { scope }), { scope: STORAGE_SCOPE });
  t.is(claimsOf(storage.body['access_token'])['aud'], 'https://storage.azure.com');
  t.is(storage.body['scope'], STORAGE_SCOPE);
});

/** Requests that are wrong, before any grant is looked at. */
const REQUESTS: readonly (readonly [
  string,
  Readonly<Record<string, string | undefined>>,
  readonly unknown[],
])[] = [
  ['no grant_type', {}, [400, 'invalid_request', 900144]],
  ['an unknown grant_type', { grant_type: 'password' }, [400, 'unsupported_grant_type', 70003]],
  [
    'a grant_type that every object has',
    { grant_type: 'constructor' },
    [400, 'unsupported_grant_type', 70003],
  ],
  [
    'no client',
    { client_id: undefined, grant_type: 'refresh_token' },
    [400, 'invalid_request', 900144],
  ],
  [
    'an unknown client',
    { client_id: '00000000-0000-4000-8000-000000000000' },
    [400, 'unauthorized_client', 700016],
  ],
  [
    'no code',
    { grant_type: 'authorization_code', redirect_uri: REDIRECT },
    [400, 'invalid_request', 900144],
  ],
  [
    'no redirect_uri',
    { grant_type: 'authorization_code', code: 'x' },
    [400, 'invalid_request', 900144],
  ],
  ['no refresh token', { grant_type: 'refresh_token' }, [400, 'invalid_request', 900144]],
  [
    'a wrong secret',
    { grant_type: 'authorization_code', code: 'x', redirect_uri: REDIRECT, client_secret: 'wrong' },
    [401, 'invalid_client', 7000215],
  ],
  [
    'no credential',
    {
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: REDIRECT,
      client_secret: undefined,
    },
    [401, 'invalid_client', 7000218],
  ],
  [
    'a code that is none',
    { grant_type: 'authorization_code', code: 'x', redirect_uri: REDIRECT },
    [400, 'invalid_grant', 9002313],
  ],
  [
    'a refresh token that is none',
    { grant_type: 'refresh_token', refresh_token: 'x' },
    [400, 'invalid_grant', 9002313],
  ],
];

for (const [title, fields, expected] of REQUESTS) {
  test(`${title} is refused with ${expected.join(' ')}`, async (t) => {
    await using bed = await startBed();
    t.deepEqual(codesOf(await bed.token(fields)), expected);
  });
}

test('an error has number, ids and time, and a link', async (t) => {
  await using bed = await startBed();
  const id = '0a1b2c3d-0000-4000-8000-00000000000b';
  const { body, headers } = await bed.token({}, { 'client-request-id': id });
  t.deepEqual(Object.keys(body), [
    'error',
    'error_description',
    'error_codes',
    'timestamp',
    'trace_id',
    'correlation_id',
    'error_uri',
  ]);
  t.is(body['correlation_id'], id);
  t.regex(String(body['trace_id']), GUID);
  t.is(body['trace_id'], headers.get('x-ms-request-id'));
  t.regex(String(body['timestamp']), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
  t.regex(
    String(body['error_description']),
    new RegExp(`^AADSTS900144: .+ Trace ID: .+ Correlation ID: ${id} Timestamp: `),
  );
});

for (const type of ['text/plain;charset=UTF-8', 'application/json']) {
  test(`a request of type ${type} is none: it misses its grant_type`, async (t) => {
    await using bed = await startBed();
    const fields = {
      grant_type: 'client_credentials',
      scope: 'https://graph.microsoft.com/.default',
    };
    const reply = await bed.token(fields, { 'content-type': type });
    t.deepEqual(codesOf(reply), [400, 'invalid_request', 900144]);
    t.regex(String(reply.body['error_description']), /'grant_type'/);
    t.deepEqual(bed.emulator.journal.find({ endpoint: 'token' })?.bodyNames, []);
  });
}

test('the type of a form is read whatever its case and charset', async (t) => {
  await using bed = await startBed();
  const fields = {
    grant_type: 'client_credentials',
    scope: 'https://graph.microsoft.com/.default',
  };
  const type = 'Application/X-WWW-Form-URLencoded; charset=utf-8';
  t.is((await bed.token(fields, { 'content-type': type })).status, 200);
  t.true(bed.emulator.journal.find({ endpoint: 'token' })?.bodyNames.includes('grant_type'));
});

test('errorTextSeparator puts the ids on lines of their own, errorUri leaves the link out', async (t) => {
  await using bed = await startBed({ variants: { errorTextSeparator: '\r\n', errorUri: false } });
  const { body } = await bed.token({});
  t.regex(String(body['error_description']), /\r\nTrace ID: /);
  t.false('error_uri' in body);
});

test('GET is refused with AADSTS900561, another tenant with AADSTS90002', async (t) => {
  await using bed = await startBed();
  t.deepEqual(codesOf(await bed.json(`/${bed.T}/oauth2/v2.0/token`)), [
    400,
    'invalid_request',
    900561,
  ]);
  const elsewhere = await bed.token({ grant_type: 'refresh_token' }, {}, 'nobody.example');
  t.deepEqual(codesOf(elsewhere), [400, 'invalid_tenant', 90002]);
});

test('a field that stands twice is refused with AADSTS9000411', async (t) => {
  await using bed = await startBed();
  const response = await bed.json(`/${bed.T}/oauth2/v2.0/token`, {
    method: 'POST',
    body: 'grant_type=a&grant_type=b',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  t.deepEqual(codesOf(response), [400, 'invalid_request', 9000411]);
});

test('a code is redeemed once: the second time is AADSTS54005', async (t) => {
  await using bed = await startBed();
  const code = await codeOf(bed);
  t.is((await bed.redeem(code)).status, 200);
  t.deepEqual(codesOf(await bed.redeem(code)), [400, 'invalid_grant', 54005]);
});

test('a code lives for ten minutes', async (t) => {
  await using bed = await startBed();
  const [young, old] = [await codeOf(bed), await codeOf(bed)];
  bed.emulator.time.advance(590_000);
  t.is((await bed.redeem(young)).status, 200);
  bed.emulator.time.advance(20_000);
  t.deepEqual(codesOf(await bed.redeem(old)), [400, 'invalid_grant', 70008]);
});

test('another redirect URI than at the start is AADSTS500112 and leaves the code usable', async (t) => {
  await using bed = await startBed();
  const code = await codeOf(bed);
  const wrong = await bed.redeem(code, { redirect_uri: `${REDIRECT}=` });
  t.deepEqual(codesOf(wrong), [400, 'invalid_client', 500112]);
  t.is((await bed.redeem(code)).status, 200);
});

test('a code of another client is refused', async (t) => {
  await using bed = await startBed();
  const other = bed.tenant.applications.add({ displayName: 'Other', secrets: ['other-secret'] });
  const fields = { client_id: other.appId, client_secret: 'other-secret' };
  t.deepEqual(codesOf(await bed.redeem(await codeOf(bed), fields)), [400, 'invalid_grant', 70000]);
});

test('PKCE: S256 and plain verify, anything else is AADSTS501481, 501491 or 50148', async (t) => {
  await using bed = await startBed();
  const { verifier, challenge } = pkce();
  const s256 = { code_challenge: challenge, code_challenge_method: 'S256' };
  t.is((await bed.redeem(await codeOf(bed, s256), { code_verifier: verifier })).status, 200);
  const plain = { code_challenge: verifier };
  t.is((await bed.redeem(await codeOf(bed, plain), { code_verifier: verifier })).status, 200);
  const attempt = async (fields: Readonly<Record<string, string>>): Promise<readonly unknown[]> =>
    codesOf(await bed.redeem(await codeOf(bed, s256), fields));
  t.deepEqual(await attempt({ code_verifier: pkce().verifier }), [400, 'invalid_grant', 501481]);
  t.deepEqual(await attempt({ code_verifier: 'short' }), [400, 'invalid_grant', 501491]);
  t.deepEqual(await attempt({}), [400, 'invalid_grant', 50148]);
});

/** Points at which the real service is not known: variant, what is sent, and what then comes. */
const VARIANT_CASES: readonly (readonly [
  Partial<Variants>,
  Readonly<Record<string, string>>,
  readonly unknown[],
])[] = [
  [
    { redirectMismatchRefusal: 'invalid_grant' },
    { redirect_uri: 'https://x.example/' },
    [400, 'invalid_grant', 500112],
  ],
  [{ verifierMissingRefusal: 501481 }, {}, [400, 'invalid_grant', 501481]],
  [
    { verifierSizeRefusal: 'invalid_request' },
    { code_verifier: 'short' },
    [400, 'invalid_request', 501491],
  ],
  [{ garbageCodeRefusal: 70000 }, { code: 'x' }, [400, 'invalid_grant', 70000]],
];

for (const [variant, fields, expected] of VARIANT_CASES) {
  test(`with ${JSON.stringify(variant)} the reply is ${expected.join(' ')}`, async (t) => {
    await using bed = await startBed({ variants: variant });
    const { challenge } = pkce();
    const code = await codeOf(bed, { code_challenge: challenge, code_challenge_method: 'S256' });
    t.deepEqual(codesOf(await bed.redeem(code, fields)), expected);
  });
}

test('scopes of two resources are AADSTS28000, two .defaults AADSTS70011', async (t) => {
  await using bed = await startBed();
  const scope = `User.Read ${STORAGE_SCOPE}`;
  t.deepEqual(codesOf(await bed.redeem(await codeOf(bed), { scope })), [
    400,
    'invalid_scope',
    28000,
  ]);
  const defaults = 'https://graph.microsoft.com/.default https://storage.azure.com/.default';
  t.deepEqual(codesOf(await bed.redeem(await codeOf(bed), { scope: defaults })), [
    400,
    'invalid_scope',
    70011,
  ]);
  bed.tenant.variants.manyResourcesRefusal = 'invalid_request';
  t.deepEqual(codesOf(await bed.redeem(await codeOf(bed), { scope })), [
    400,
    'invalid_request',
    28000,
  ]);
});

test('a scope that was not consented to is AADSTS65001 with suberror consent_required', async (t) => {
  await using bed = await startBed();
  const reply = await bed.redeem(await codeOf(bed), { scope: 'Mail.Read' });
  t.deepEqual(codesOf(reply), [400, 'invalid_grant', 65001]);
  t.is(reply.body['suberror'], 'consent_required');
});

test('claims that are no JSON are refused, and leave the code usable', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.signIn();
  if (outcome.kind !== 'answer') return t.fail();
  const code = outcome.fields['code'] ?? '';
  t.is((await bed.redeem(code, { claims: 'no json' })).status, 400);
  t.is((await bed.redeem(code)).status, 200);
});

test('a person who was disabled in the meantime is AADSTS50057', async (t) => {
  await using bed = await startBed();
  const code = await codeOf(bed);
  bed.tenant.people.update(JANE, { enabled: false });
  t.deepEqual(codesOf(await bed.redeem(code)), [400, 'invalid_grant', 50057]);
});

test('a second factor that is missing is AADSTS50076 with claims to ask for', async (t) => {
  await using bed = await startBed();
  const code = await codeOf(bed);
  bed.tenant.policies.secondFactor = 'always';
  const reply = await bed.redeem(code);
  t.deepEqual(codesOf(reply), [400, 'interaction_required', 50076]);
  t.is(reply.body['suberror'], 'basic_action');
  const claims: unknown = JSON.parse(String(reply.body['claims']));
  t.is(at(claims, 'access_token', 'capolids', 'essential'), true);
});

test('conditional access that blocks is AADSTS53003 with claims', async (t) => {
  await using bed = await startBed();
  const code = await codeOf(bed);
  bed.tenant.policies.blocks = [{ error: 53003 }];
  const reply = await bed.redeem(code);
  t.deepEqual(codesOf(reply), [400, 'interaction_required', 53003]);
  t.is(typeof reply.body['claims'], 'string');
});

test('a code of another tenant is AADSTS700005', async (t) => {
  await using bed = await startBed(
    {},
    {
      tenants: [
        {
          name: 'Contoso',
          people: [{ upn: JANE }],
          applications: [
            {
              appId: APP,
              redirectUris: [REDIRECT],
              secrets: [SECRET],
              signInAudience: 'AzureADMultipleOrgs',
            },
          ],
        },
        { name: 'Fabrikam' },
      ],
    },
  );
  const code = await codeOf(bed);
  const fields = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
  const reply = await bed.token(fields, {}, bed.emulator.tenant('fabrikam.example').id);
  t.deepEqual(codesOf(reply), [400, 'invalid_grant', 700005]);
});

test('too many requests are 429 with Retry-After, until the window is over', async (t) => {
  await using bed = await startBed();
  bed.tenant.policies.tokenThrottle = { requests: 1, windowMs: 10_000, retryAfterSeconds: 7 };
  t.is((await bed.token({ grant_type: 'refresh_token' })).status, 400);
  const throttled = await bed.token({ grant_type: 'refresh_token' });
  t.deepEqual(codesOf(throttled), [429, 'temporarily_unavailable', 90055]);
  t.is(throttled.headers.get('retry-after'), '7');
  bed.tenant.variants.throttledRefusal = 'invalid_request';
  t.is((await bed.token({ grant_type: 'refresh_token' })).body['error'], 'invalid_request');
  bed.emulator.time.advance(10_000);
  t.is((await bed.token({ grant_type: 'refresh_token' })).status, 400);
});

test('a window of requests that time was moved back from is over', async (t) => {
  await using bed = await startBed();
  bed.tenant.policies.tokenThrottle = { requests: 1, windowMs: 10_000, retryAfterSeconds: 7 };
  bed.emulator.time.advance(86_400_000);
  t.is((await bed.token({ grant_type: 'refresh_token' })).status, 400);
  bed.emulator.time.skew(0);
  t.is((await bed.token({ grant_type: 'refresh_token' })).status, 400);
  t.is((await bed.token({ grant_type: 'refresh_token' })).status, 429);
  bed.emulator.time.advance(10_000);
  t.is((await bed.token({ grant_type: 'refresh_token' })).status, 400);
});

test('a client that declares cp1 gets a token for a day, and a time to refresh it', async (t) => {
  await using bed = await startBed();
  const claims = JSON.stringify({ access_token: { xms_cc: { values: ['cp1'] } } });
  const { body } = await bed.tokens('openid User.Read', {}, { claims });
  const expiresIn = Number(body['expires_in']);
  t.true(expiresIn >= 20 * 3600 - 1 && expiresIn < 28 * 3600);
  t.is(body['refresh_in'], Math.floor(expiresIn / 2));
  t.deepEqual(claimsOf(body['access_token'])['xms_cc'], ['cp1']);
});

test('cp1 may be declared at the token endpoint, and does nothing where the tenant has no evaluation', async (t) => {
  await using bed = await startBed();
  const claims = JSON.stringify({ access_token: { xms_cc: { values: ['cp1'] } } });
  const long = await bed.redeem(await codeOf(bed), { claims });
  t.true(Number(long.body['expires_in']) > 70_000);
  bed.tenant.policies.continuousAccess = false;
  const short = await bed.redeem(await codeOf(bed), { claims });
  t.true(Number(short.body['expires_in']) < 5400);
});

test('lifetimes can be fixed by policy', async (t) => {
  await using bed = await startBed({
    policies: { accessTokenSeconds: 120, longAccessTokenSeconds: 7200, codeSeconds: 5 },
  });
  const { body } = await bed.tokens('openid User.Read');
  t.is(body['expires_in'], 119);
  const claims = JSON.stringify({ access_token: { xms_cc: { values: ['cp1'] } } });
  t.is((await bed.tokens('openid User.Read', {}, { claims })).body['expires_in'], 7199);
  const code = await codeOf(bed);
  bed.emulator.time.advance(6000);
  t.deepEqual(codesOf(await bed.redeem(code)), [400, 'invalid_grant', 70008]);
});
