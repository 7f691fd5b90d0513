import { createHmac } from 'node:crypto';
import { gunzipSync, brotliDecompressSync } from 'node:zlib';
import test from 'ava';
import { request } from 'undici';
import { TAMPERINGS, type TamperName } from '../../src/emulator/index.ts';
import { isTamperName } from '../../src/emulator/tamper/catalogue.ts';
import { ANSWER_TAMPERINGS, MODE_TAMPERINGS } from '../../src/emulator/tamper/answers.ts';
import { CLAIM_TAMPERINGS } from '../../src/emulator/tamper/claims.ts';
import {
  DISCOVERY_TAMPERINGS,
  INSTEAD_OF_DISCOVERY,
  INSTEAD_OF_KEYS,
  KEY_TAMPERINGS,
} from '../../src/emulator/tamper/documents.ts';
import { GRAPH_TAMPERINGS } from '../../src/emulator/tamper/graph-replies.ts';
import { SHAPE_TAMPERINGS } from '../../src/emulator/tamper/shapes.ts';
import { SIGNATURE_TAMPERINGS } from '../../src/emulator/tamper/signatures.ts';
import {
  TOKEN_BODY_TAMPERINGS,
  TOKEN_REPLY_TAMPERINGS,
} from '../../src/emulator/tamper/token-replies.ts';
import { emulatorAgent } from '../_support/emulator-browser.ts';
import {
  at,
  type Bed,
  claimsOf,
  column,
  headerOfToken,
  JANE,
  type Json,
  type Members,
  REDIRECT,
  SECRET,
  startBed,
} from '../_support/emulator-bed.ts';

const HYBRID = { response_type: 'code id_token', response_mode: 'form_post' };
const IMPLICIT = { response_type: 'id_token token', response_mode: 'form_post' };

const fieldsOf = async (
  bed: Bed,
  changes: Readonly<Record<string, string>> = IMPLICIT,
): Promise<Readonly<Record<string, string>>> => {
  const outcome = await bed.ask(changes);
  return outcome.kind === 'answer' ? outcome.fields : {};
};

const idToken = async (
  bed: Bed,
  name: TamperName,
  changes: Readonly<Record<string, string>> = IMPLICIT,
): Promise<string> => {
  bed.tenant.tampering.on(name, { times: 1 });
  return (await fieldsOf(bed, changes))['id_token'] ?? '';
};

/** Entries of a table of switches. */
const entries = <Value>(table: { readonly [name in TamperName]?: Value }): readonly (readonly [
  TamperName,
  Value,
])[] =>
  Object.entries(table).flatMap(([name, value]) =>
    isTamperName(name) && value !== undefined ? [[name, value] as const] : [],
  );

const startPiloted = (): Promise<Bed> => startBed({ policies: { autopilot: JANE } });

test('every switch is in exactly one table', (t) => {
  const tables = [
    ANSWER_TAMPERINGS,
    MODE_TAMPERINGS,
    CLAIM_TAMPERINGS,
    DISCOVERY_TAMPERINGS,
    INSTEAD_OF_DISCOVERY,
    INSTEAD_OF_KEYS,
    KEY_TAMPERINGS,
    SHAPE_TAMPERINGS,
    SIGNATURE_TAMPERINGS,
    TOKEN_BODY_TAMPERINGS,
    TOKEN_REPLY_TAMPERINGS,
    Object.fromEntries(GRAPH_TAMPERINGS.map((name) => [name, true])),
    { 'logout-state-other': true, 'logout-state-missing': true },
  ];
  const names = tables.flatMap((table) => Object.keys(table));
  t.deepEqual(names.toSorted(), Object.keys(TAMPERINGS).toSorted());
});

/** What a lie about claims does, seen from outside. */
const CLAIMS: { readonly [name in TamperName]?: (claims: Members, bed: Bed) => boolean } = {
  'iss-other-tenant': ({ iss }, { T }) => !String(iss).includes(T) && String(iss).endsWith('/v2.0'),
  'iss-trailing-slash': ({ iss }) => String(iss).endsWith('/v2.0/'),
  'iss-without-version': ({ iss }, { T }) => String(iss).endsWith(T),
  'iss-http': ({ iss }) => String(iss).startsWith('http:'),
  'iss-upper-case-host': ({ iss }) => String(iss).includes('LOGIN.LOCALHOST'),
  'iss-v1': ({ iss }, { T }) => iss === `https://sts.windows.net/${T}/`,
  'tid-other-tenant': ({ tid, iss }, { T }) => tid !== T && String(iss).includes(T),
  'tid-missing': (claims) => !('tid' in claims),
  'tid-not-guid': ({ tid }) => tid === 'contoso.example',
  'tid-braces': ({ tid }, { T }) => tid === `{${T}}`,
  'tid-upper-case': ({ tid }, { T }) => tid === T.toUpperCase(),
  'aud-other-app': ({ aud }) => aud === '0a1b2c3d-0000-4000-8000-000000000001',
  'aud-missing': (claims) => !('aud' in claims),
  'aud-api-uri': ({ aud }) => String(aud).startsWith('api://'),
  'aud-array': ({ aud }) => Array.isArray(aud) && aud.length === 1,
  'aud-two': (claims) =>
    Array.isArray(claims['aud']) && claims['aud'].length === 2 && !('azp' in claims),
  'aud-two-azp': (claims) => 'azp' in claims && at(claims, 'aud', 0) === claims['azp'],
  'azp-other-app': ({ azp, aud }) => typeof azp === 'string' && azp !== aud,
  'sub-missing': (claims) => !('sub' in claims),
  'sub-empty': ({ sub }) => sub === '',
  'sub-number': ({ sub }) => sub === 42,
  'sub-long': ({ sub }) => String(sub).length === 256,
  'sub-other': ({ sub }) => String(sub).startsWith('somebody-else'),
  'oid-missing': (claims) => !('oid' in claims),
  'oid-other': ({ oid, preferred_username: name }, { tenant }) =>
    oid !== tenant.people.get(JANE).oid && name === JANE,
  'iat-missing': (claims) => !('iat' in claims),
  'iat-future': ({ iat }, { emulator }) => Number(iat) === emulator.time.seconds() + 600,
  'exp-past': ({ exp }, { emulator }) => Number(exp) === emulator.time.seconds() - 600,
  'exp-missing': (claims) => !('exp' in claims),
  'exp-huge': ({ exp }) => exp === 1e308,
  'exp-negative': ({ exp }) => exp === -1,
  'exp-float': ({ exp }) => !Number.isInteger(exp),
  'exp-text': ({ exp }) => typeof exp === 'string',
  'exp-null': ({ exp }) => exp === null,
  'nbf-future': ({ nbf }, { emulator }) => Number(nbf) === emulator.time.seconds() + 600,
  'nonce-missing': (claims) => !('nonce' in claims),
  'nonce-wrong': ({ nonce }) => typeof nonce === 'string' && nonce !== 'a-nonce',
  'at-hash-wrong': ({ at_hash: hash }) => hash === 'AAAAAAAAAAAAAAAAAAAAAA',
  'at-hash-missing': (claims) => !('at_hash' in claims),
  'ver-1': ({ ver }) => ver === '1.0',
  'groups-present': ({ groups }) => Array.isArray(groups),
  'groups-hasgroups': ({ hasgroups }) => hasgroups === true,
  'groups-claim-names': (claims) => at(claims, '_claim_names', 'groups') === 'src1',
  'username-missing': (claims) => !('preferred_username' in claims),
  'username-nul': (claims) => String(claims['preferred_username']).includes('\u0000'),
  'username-dots': (claims) => claims['preferred_username'] === '../admin',
  'username-path': (claims) => claims['preferred_username'] === 'jane/../../root',
  'username-direction': (claims) => String(claims['preferred_username']).includes('\u202E'),
  'username-long': (claims) => String(claims['preferred_username']).length === 5000,
  'username-guest': (claims) => String(claims['preferred_username']).includes('#EXT#'),
};

for (const [name, lie] of entries(CLAIMS)) {
  test(`${name}: ${TAMPERINGS[name].about}`, async (t) => {
    await using bed = await startBed(
      { policies: { autopilot: JANE } },
      { clock: () => 1_800_000_000_000 },
    );
    t.false(lie(claimsOf((await fieldsOf(bed))['id_token']), bed));
    t.true(lie(claimsOf(await idToken(bed, name)), bed));
  });
}

test('c_hash can be wrong or missing', async (t) => {
  await using bed = await startPiloted();
  t.is(claimsOf(await idToken(bed, 'c-hash-wrong', HYBRID))['c_hash'], 'AAAAAAAAAAAAAAAAAAAAAA');
  t.false('c_hash' in claimsOf(await idToken(bed, 'c-hash-missing', HYBRID)));
});

test('nonce-of-another takes the nonce of the sign-in before', async (t) => {
  await using bed = await startPiloted();
  await fieldsOf(bed, { ...IMPLICIT, nonce: 'first' });
  t.is(
    claimsOf(await idToken(bed, 'nonce-of-another', { ...IMPLICIT, nonce: 'second' }))['nonce'],
    'first',
  );
});

/** What a lie about header and signature does to the header. */
const HEADERS: { readonly [name in TamperName]?: (header: Members) => boolean } = {
  'alg-none': ({ alg }) => alg === 'none',
  'alg-none-mixed-case': ({ alg }) => alg === 'nOnE',
  'alg-hs256-pem': ({ alg }) => alg === 'HS256',
  'alg-hs256-jwk': ({ alg }) => alg === 'HS256',
  'alg-hs256-der': ({ alg }) => alg === 'HS256',
  'alg-hs256-secret': ({ alg }) => alg === 'HS256',
  'alg-es256': ({ alg }) => alg === 'ES256',
  'alg-ps256': ({ alg }) => alg === 'PS256',
  'kid-absent': (header) => !('kid' in header),
  'header-jwk': (header) => at(header, 'jwk', 'kty') === 'RSA',
  'header-jku': ({ jku }) => jku === 'https://attacker.example/keys',
  'header-x5u': ({ x5u }) => jku(x5u),
  'header-x5c': (header) => typeof at(header, 'x5c', 0) === 'string',
  'header-crit': (header) => at(header, 'crit', 0) === 'exp',
  'header-b64': ({ b64 }) => b64 === true,
  'typ-access-token': ({ typ }) => typ === 'at+jwt',
  'typ-logout-token': ({ typ }) => typ === 'logout+jwt',
};

const jku = (url: unknown): boolean => String(url).startsWith('https://attacker.example/');

for (const [name, lie] of entries(HEADERS)) {
  test(`${name}: ${TAMPERINGS[name].about}`, async (t) => {
    await using bed = await startPiloted();
    t.false(lie(headerOfToken((await fieldsOf(bed))['id_token'])));
    t.true(lie(headerOfToken(await idToken(bed, name))));
  });
}

test('the HMAC with the client secret is a right one', async (t) => {
  await using bed = await startPiloted();
  const [head, payload, signature] = (await idToken(bed, 'alg-hs256-secret')).split('.');
  t.is(
    signature,
    createHmac('sha256', SECRET)
      .update(`${head ?? ''}.${payload ?? ''}`)
      .digest('base64url'),
  );
});

test('unsigned tokens end with a dot, and a flipped bit breaks the signature alone', async (t) => {
  await using bed = await startPiloted();
  t.true((await idToken(bed, 'alg-none')).endsWith('.'));
  const flipped = await idToken(bed, 'signature-flipped');
  t.is(claimsOf(flipped)['preferred_username'], JANE);
  const foreign = headerOfToken(await idToken(bed, 'signature-foreign'));
  const unknown = headerOfToken(await idToken(bed, 'kid-unknown'));
  const { kid } = await bed.tenant.keys.current();
  t.is(foreign['kid'], kid);
  t.not(unknown['kid'], kid);
});

/** What a lie about form does to the text of the token. */
const SHAPES: { readonly [name in TamperName]?: (token: string) => boolean } = {
  'shape-encrypted': (token) => token.split('.').length === 5,
  'shape-two-parts': (token) => token.split('.').length === 2,
  'shape-empty': (token) => token === '',
  'shape-huge': (token) => token.length > 2_000_000,
  'shape-deep': (token) => payloadOf(token).toString().includes('[[[[[[[['),
  'shape-duplicate-sub': (token) =>
    (
      payloadOf(token)
        .toString()
        .match(/"sub":/g) ?? []
    ).length === 2,
  'shape-bom': (token) => payloadOf(token).subarray(0, 3).toString('hex') === 'efbbbf',
  'shape-invalid-utf8': (token) => payloadOf(token).includes(Buffer.from([0xc3, 0x28])),
  'shape-padding': (token) => token.includes('='),
  'shape-access-token': (token) =>
    token !== '' && claimsOf(token)['aud'] === 'https://graph.microsoft.com',
};

const payloadOf = (token: string): Buffer => Buffer.from(token.split('.')[1] ?? '', 'base64url');

for (const [name, lie] of entries(SHAPES)) {
  test(`${name}: ${TAMPERINGS[name].about}`, async (t) => {
    await using bed = await startPiloted();
    t.false(lie((await fieldsOf(bed))['id_token'] ?? ''));
    t.true(lie(await idToken(bed, name)));
  });
}

test('a switch can be for one endpoint, for a number of uses, and be turned off', async (t) => {
  await using bed = await startPiloted();
  const { tampering } = bed.tenant;
  tampering.on('sub-other', { channel: 'token' });
  const fields = await fieldsOf(bed, HYBRID);
  t.not(claimsOf(fields['id_token'])['sub'], 'somebody-else-altogether-43-characters-long');
  const { body } = await bed.redeem(fields['code'] ?? '');
  t.is(claimsOf(body['id_token'])['sub'], 'somebody-else-altogether-43-characters-long');
  tampering.off('sub-other');
  tampering.on('ver-1', { times: 1 });
  t.deepEqual(tampering.active, ['ver-1']);
  await fieldsOf(bed);
  t.deepEqual(tampering.active, []);
  tampering.on('ver-1');
  tampering.off();
  t.deepEqual(tampering.active, []);
});

/** What a lie about the answer does, seen from the page that posts it. */
const ANSWERS: {
  readonly [name in TamperName]?: (
    names: readonly string[],
    fields: Readonly<Record<string, string>>,
  ) => boolean;
} = {
  'state-missing': (names) => !names.includes('state'),
  'state-other': (_names, { state }) => state !== 'a-state',
  'state-twice': (names) => names.filter((name) => name === 'state').length === 2,
  'code-twice': (names) => names.filter((name) => name === 'code').length === 2,
  'id-token-twice': (names) => names.filter((name) => name === 'id_token').length === 2,
  'code-missing': (names) => !names.includes('code'),
  'id-token-missing': (names) => !names.includes('id_token'),
  'error-added': (names) => names.includes('error') && names.includes('id_token'),
  'iss-parameter-right': (_names, { iss }) => iss?.endsWith('/v2.0') ?? false,
  'iss-parameter-wrong': (_names, { iss }) => iss?.includes('attacker') ?? false,
  'answer-huge': (_names, { filler = '' }) => filler.length === 10_000_000,
  'unknown-parameters': (names) => names.includes('something_new'),
  'description-hostile': (_names, { error_description: text = '' }) =>
    text.includes('<script>') && text.length > 100_000,
};

for (const [name, lie] of entries(ANSWERS)) {
  test(`${name}: ${TAMPERINGS[name].about}`, async (t) => {
    await using bed = await startPiloted();
    const before = await bed.ask(HYBRID);
    bed.tenant.tampering.on(name);
    const after = await bed.ask(HYBRID);
    if (before.kind !== 'answer' || after.kind !== 'answer') return t.fail();
    t.false(lie(before.names, before.fields));
    t.true(lie(after.names, after.fields));
  });
}

test('an answer can hold a code that nobody asked for, lack its token, or take another way', async (t) => {
  await using bed = await startPiloted();
  const { tampering } = bed.tenant;
  tampering.on('code-added', { times: 1 });
  t.true('code' in (await fieldsOf(bed)));
  tampering.on('id-token-added', { times: 1 });
  t.true(
    'id_token' in (await fieldsOf(bed, { response_type: 'code', response_mode: 'form_post' })),
  );
  tampering.on('access-token-missing', { times: 1 });
  t.false('access_token' in (await fieldsOf(bed)));
  for (const [name, mode] of [
    ['answer-in-query', 'query'],
    ['answer-in-fragment', 'fragment'],
  ] as const) {
    tampering.on(name, { times: 1 });
    // oxlint-disable-next-line no-await-in-loop -- one way after the other
    const outcome = await bed.ask(IMPLICIT);
    t.is(outcome.kind === 'answer' && outcome.mode, mode);
  }
});

/** What a lie about the token endpoint's reply does. */
const REPLIES: { readonly [name in TamperName]?: (body: Members) => boolean } = {
  'reply-without-access-token': (body) => !('access_token' in body),
  'reply-without-id-token': (body) => !('id_token' in body),
  'reply-without-refresh-token': (body) => !('refresh_token' in body),
  'reply-without-expiry': (body) => !('expires_in' in body),
  'reply-scope-reduced': ({ scope }) => !String(scope).includes('GroupMember.Read.All'),
  'token-type-mac': ({ token_type: type }) => type === 'mac',
  'token-type-lower-case': ({ token_type: type }) => type === 'bearer',
  'expires-in-text': ({ expires_in: life }) => typeof life === 'string',
  'expires-in-negative': ({ expires_in: life }) => life === -5,
  'reply-html': ({ text }) => String(text).includes('<title>'),
};

for (const [name, lie] of entries(REPLIES)) {
  test(`${name}: ${TAMPERINGS[name].about}`, async (t) => {
    await using bed = await startPiloted();
    const scope = 'openid profile offline_access User.Read';
    t.false(lie((await bed.tokens(scope)).body));
    bed.tenant.tampering.on(name);
    const { status, body } = await bed.tokens(scope);
    t.is(status, 200);
    t.true(lie(body));
  });
}

test('a reply can end in the middle', async (t) => {
  await using bed = await startPiloted();
  bed.tenant.tampering.on('reply-unfinished');
  await t.throwsAsync(bed.tokens('openid User.Read'), { instanceOf: SyntaxError });
});

const discovery = (bed: Bed): Promise<Json> =>
  bed.json(`/${bed.T}/v2.0/.well-known/openid-configuration`);
const keys = (bed: Bed): Promise<Json> => bed.json(`/${bed.T}/discovery/v2.0/keys`);

/** What a lie of a document does. */
const DOCUMENTS: { readonly [name in TamperName]?: (body: Members, before: Members) => boolean } = {
  'issuer-other': ({ issuer }) => String(issuer).includes('attacker'),
  'issuer-template': ({ issuer }) => String(issuer).includes('{tenantid}'),
  'keys-foreign': ({ jwks_uri: url }) => String(url).includes('attacker'),
  'keys-insecure': ({ jwks_uri: url }) => String(url).startsWith('http:'),
  'token-endpoint-foreign': ({ token_endpoint: url }) => String(url).includes('attacker'),
  'token-endpoint-insecure': ({ token_endpoint: url }) => String(url).startsWith('http:'),
  'keys-moved': ({ jwks_uri: url }, before) => url !== before['jwks_uri'],
  'discovery-poorer': (body) => !('response_types_supported' in body),
  'discovery-richer': (body) => 'something_new' in body,
  'iss-parameter-advertised': (body) =>
    body['authorization_response_iss_parameter_supported'] === true,
  'discovery-html': ({ text }) => String(text).includes('<title>'),
  'discovery-huge': ({ filler }) => String(filler).length === 2_000_000,
  'keys-shuffled': (body, before) => {
    const last = Number(at(before, 'keys', 'length')) - 1;
    return at(body, 'keys', 0, 'kid') === at(before, 'keys', last, 'kid');
  },
  'keys-single': (body) => at(body, 'keys', 'length') === 1,
  'keys-empty': (body) => at(body, 'keys', 'length') === 0,
  'keys-html': ({ text }) => String(text).includes('<title>'),
  'keys-huge': ({ filler }) => String(filler).length === 50_000_000,
  'keys-for-encryption': (body) => at(body, 'keys', 0, 'use') === 'enc',
  'keys-symmetric': (body) => at(body, 'keys', 0, 'kty') === 'oct',
  'keys-short': (body) => Buffer.from(String(at(body, 'keys', 0, 'n')), 'base64url').length === 128,
  'keys-of-consumers': (body) => String(at(body, 'keys', 0, 'issuer')).includes('9188040d'),
  'keys-without-current': (body, before) =>
    at(body, 'keys', 0, 'kid') !== at(before, 'keys', 0, 'kid'),
};

for (const [name, lie] of entries(DOCUMENTS)) {
  test(`${name}: ${TAMPERINGS[name].about}`, async (t) => {
    await using bed = await startPiloted();
    const ask = TAMPERINGS[name].of === 'keys' ? keys : discovery;
    const before = await ask(bed);
    t.false(lie(before.body, before.body));
    bed.tenant.tampering.on(name);
    t.true(lie((await ask(bed)).body, before.body));
  });
}

test('the keys can redirect elsewhere, and moved keys are still served', async (t) => {
  await using bed = await startPiloted();
  bed.tenant.tampering.on('keys-redirect', { times: 1 });
  t.is((await keys(bed)).status, 302);
  bed.tenant.tampering.on('keys-moved');
  const { body } = await discovery(bed);
  t.is((await bed.json(String(body['jwks_uri']))).status, 200);
});

const MEMBERSHIPS = '/v1.0/me/transitiveMemberOf?$select=id,displayName';

/** What a lie of Graph does. */
const GRAPH: {
  readonly [name in TamperName]?: readonly [path: string, lie: (body: Members) => boolean];
} = {
  'userinfo-sub-other': ['/oidc/userinfo', ({ sub }) => sub === 'somebody-else'],
  'me-id-other': ['/v1.0/me', ({ id }) => id === '0a1b2c3d-0000-4000-8000-000000000002'],
  'next-link-foreign': [
    MEMBERSHIPS,
    (body) => String(body['@odata.nextLink']).startsWith('https://attacker.example/'),
  ],
  'next-link-insecure': [
    MEMBERSHIPS,
    (body) => String(body['@odata.nextLink']).startsWith('http://graph'),
  ],
  'next-link-beta': [MEMBERSHIPS, (body) => String(body['@odata.nextLink']).includes('/beta/')],
  'next-link-userinfo': [
    MEMBERSHIPS,
    (body) => String(body['@odata.nextLink']).startsWith('https://graph.microsoft.com@attacker'),
  ],
  'next-link-loop': [
    MEMBERSHIPS,
    (body) => body['@odata.nextLink'] === `https://graph.microsoft.com${MEMBERSHIPS}`,
  ],
  'page-empty': [
    MEMBERSHIPS,
    (body) => at(body, 'value', 'length') === 0 && '@odata.nextLink' in body,
  ],
  'names-null': [MEMBERSHIPS, (body) => column(body, 'displayName').every((name) => name === null)],
  'name-number': [MEMBERSHIPS, (body) => column(body, 'displayName')[0] === 7],
  'item-without-id': [MEMBERSHIPS, (body) => column(body, 'id')[0] === undefined],
  'value-not-list': [MEMBERSHIPS, (body) => !Array.isArray(body['value'])],
};

const GRAPH_SCOPE = 'openid profile User.Read GroupMember.Read.All';

for (const [name, [path, lie]] of entries(GRAPH)) {
  test(`${name}: ${TAMPERINGS[name].about}`, async (t) => {
    await using bed = await startPiloted();
    const token = await bed.accessToken(GRAPH_SCOPE);
    t.false(lie((await bed.graph(path, token)).body));
    bed.tenant.tampering.on(name);
    t.true(lie((await bed.graph(path, token)).body));
  });
}

test('an empty page leads to one that is not', async (t) => {
  await using bed = await startPiloted();
  const token = await bed.accessToken(GRAPH_SCOPE);
  bed.tenant.tampering.on('page-empty');
  const { body } = await bed.graph(MEMBERSHIPS, token);
  const next = String(body['@odata.nextLink']).replace('https://graph.microsoft.com', '');
  t.true(column((await bed.graph(next, token)).body, 'id').length > 0);
});

for (const [name, unpack] of [
  ['body-gzip-bomb', gunzipSync],
  ['body-brotli-bomb', brotliDecompressSync],
] as const) {
  test(`${name}: ${TAMPERINGS[name].about}`, async (t) => {
    await using bed = await startPiloted();
    const token = await bed.accessToken(GRAPH_SCOPE);
    bed.tenant.tampering.on(name);
    const dispatcher = emulatorAgent(bed.emulator);
    const { body } = await request(`${bed.emulator.graph}/v1.0/me`, {
      dispatcher,
      headers: { authorization: `Bearer ${token}` },
    });
    const packed = Buffer.from(await body.arrayBuffer());
    t.true(packed.length < 200_000);
    t.is(unpack(packed).length, 100_000_012);
    await dispatcher.destroy();
  });
}

test('challenges can be missing, garbage, second in line, or unpadded', async (t) => {
  await using bed = await startPiloted();
  const token = await bed.accessToken(GRAPH_SCOPE);
  const header = async (name: TamperName): Promise<string | null> => {
    bed.tenant.tampering.on(name, { times: 1 });
    return (await bed.graph('/v1.0/me', token)).headers.get('www-authenticate');
  };
  t.is(await header('challenge-missing'), null);
  const claims = (text: string | null): string => /claims="([^"]*)"/.exec(text ?? '')?.[1] ?? '';
  t.is(Buffer.from(claims(await header('challenge-garbage')), 'base64').toString(), 'no json');
  t.true((await header('challenge-two-headers'))?.startsWith('Basic realm="somewhere", Bearer'));
  t.false(claims(await header('challenge-base64url')).includes('='));
});

test('the state of a sign-out can come back wrong or not at all', async (t) => {
  await using bed = await startPiloted();
  const query = new URLSearchParams({
    post_logout_redirect_uri: REDIRECT,
    state: 'mine',
  }).toString();
  const location = async (): Promise<string | null> =>
    (await bed.browser.send(`/${bed.T}/oauth2/v2.0/logout?${query}`)).headers.get('location');
  t.is(await location(), `${REDIRECT}&state=mine`);
  bed.tenant.tampering.on('logout-state-other', { times: 1 });
  t.is(await location(), `${REDIRECT}&state=another`);
  bed.tenant.tampering.on('logout-state-missing', { times: 1 });
  t.is(await location(), REDIRECT);
});
