import test from 'ava';
import { randomBytes } from 'node:crypto';
import type { ErrorCode } from '../../src/errors.ts';
import {
  createDesk,
  IMPLICIT_GROUPS,
  KEY,
  refusedWith,
  signIn,
  type AnswerOverrides,
} from '../_support/entra-desk.ts';
import {
  APPLICATION,
  claimsOf,
  createKey,
  flipSignatureBit,
  forge,
  LOGIN,
  OTHER_APPLICATION,
  OTHER_TENANT,
  PERSON,
  sign,
  SUBJECT,
  TENANT,
} from '../_support/entra-tokens.ts';
import { KEYS_URL, METADATA_URL } from '../_support/scripted-tenant.ts';

const NOW = 1_800_000_000;
const STRANGER = createKey();

type Claims = { readonly [name: string]: unknown };

/** Claims that a token of the tenant must not have, and the code each is refused with. */
const REFUSED_CLAIMS: readonly (readonly [title: string, claims: Claims, code: ErrorCode])[] = [
  [
    'of another tenant’s issuer is refused [38] [N1]',
    { iss: `${LOGIN}/${OTHER_TENANT}/v2.0` },
    'ENTRA_TOKEN_ISSUER',
  ],
  [
    'whose issuer ends with a slash is refused [38] [N2]',
    { iss: `${LOGIN}/${TENANT}/v2.0/` },
    'ENTRA_TOKEN_ISSUER',
  ],
  [
    'whose issuer has no version is refused [38] [N2]',
    { iss: `${LOGIN}/${TENANT}` },
    'ENTRA_TOKEN_ISSUER',
  ],
  [
    'whose issuer is http is refused [38] [N2]',
    { iss: `http://login.microsoftonline.com/${TENANT}/v2.0` },
    'ENTRA_TOKEN_ISSUER',
  ],
  [
    'whose issuer is in upper case is refused [38] [N2]',
    { iss: `https://LOGIN.microsoftonline.com/${TENANT}/v2.0` },
    'ENTRA_TOKEN_ISSUER',
  ],
  [
    'of version 1.0 is refused with a hint [38] [N3]',
    { iss: `https://sts.windows.net/${TENANT}/` },
    'ENTRA_TOKEN_ISSUER',
  ],
  ['without an issuer is refused [38]', { iss: undefined }, 'ENTRA_TOKEN_ISSUER'],
  [
    'with the right issuer and another tid is refused [39] [N5]',
    { tid: OTHER_TENANT },
    'ENTRA_TOKEN_TENANT',
  ],
  ['without tid is refused [39] [N6]', { tid: undefined }, 'ENTRA_TOKEN_TENANT'],
  ['whose tid is no GUID is refused [39] [N6]', { tid: 'contoso' }, 'ENTRA_TOKEN_TENANT'],
  ['whose tid has braces is refused [39] [N6]', { tid: `{${TENANT}}` }, 'ENTRA_TOKEN_TENANT'],
  [
    'for another application is refused [40] [N8] [N60]',
    { aud: OTHER_APPLICATION },
    'ENTRA_TOKEN_AUDIENCE',
  ],
  ['without an audience is refused [40] [N9]', { aud: undefined }, 'ENTRA_TOKEN_AUDIENCE'],
  [
    'for the application’s URI is refused [40] [N10]',
    { aud: `api://${APPLICATION}` },
    'ENTRA_TOKEN_AUDIENCE',
  ],
  [
    'for two applications without azp is refused [40] [N12]',
    { aud: [APPLICATION, OTHER_APPLICATION] },
    'ENTRA_TOKEN_AUDIENCE',
  ],
  [
    'for two applications with azp is refused too [40] [N13]',
    { aud: [APPLICATION, OTHER_APPLICATION], azp: APPLICATION },
    'ENTRA_TOKEN_AUDIENCE',
  ],
  [
    'of another authorized party is refused [40] [N14]',
    { aud: [APPLICATION], azp: OTHER_APPLICATION },
    'ENTRA_TOKEN_AUDIENCE',
  ],
  [
    'for Graph, an access token by its looks, is refused [40] [N59]',
    { aud: 'https://graph.microsoft.com' },
    'ENTRA_TOKEN_AUDIENCE',
  ],
  ['for nobody is refused [40]', { aud: [] }, 'ENTRA_TOKEN_AUDIENCE'],
  ['without sub is refused [43] [N16]', { sub: undefined }, 'ENTRA_TOKEN_CLAIMS'],
  ['with an empty sub is refused [43] [N16]', { sub: '' }, 'ENTRA_TOKEN_CLAIMS'],
  ['whose sub is a number is refused [43] [N16]', { sub: 42 }, 'ENTRA_TOKEN_CLAIMS'],
  [
    'whose sub has 256 characters is refused [43] [N16]',
    { sub: 'a'.repeat(256) },
    'ENTRA_TOKEN_CLAIMS',
  ],
  ['whose sub is not ASCII is refused [43]', { sub: 'jané' }, 'ENTRA_TOKEN_CLAIMS'],
  ['without oid is refused [43] [47] [N62]', { oid: undefined }, 'ENTRA_TOKEN_CLAIMS'],
  ['whose oid is no GUID is refused [43]', { oid: 'jane' }, 'ENTRA_TOKEN_CLAIMS'],
  ['whose version claim is 1.0 is refused [43] [N63]', { ver: '1.0' }, 'ENTRA_TOKEN_CLAIMS'],
  ['without a version is refused [43]', { ver: undefined }, 'ENTRA_TOKEN_CLAIMS'],
  ['without iat is refused [41] [N17]', { iat: undefined }, 'ENTRA_TOKEN_TIME'],
  ['from ten minutes in the future is refused [41] [N18]', { iat: NOW + 600 }, 'ENTRA_TOKEN_TIME'],
  [
    'that expired one second more than the skew ago is refused [41] [N21]',
    { exp: NOW - 61 },
    'ENTRA_TOKEN_TIME',
  ],
  ['that expired by the skew exactly is refused [41] [N21]', { exp: NOW - 60 }, 'ENTRA_TOKEN_TIME'],
  ['without exp is refused [41] [N22]', { exp: undefined }, 'ENTRA_TOKEN_TIME'],
  ['that is not valid yet is refused [41] [N23]', { nbf: NOW + 61 }, 'ENTRA_TOKEN_TIME'],
  ['whose exp is 1e308 is refused [41] [N24]', { exp: 1e308 }, 'ENTRA_TOKEN_TIME'],
  ['whose exp is above 2^53 is refused [41] [N24]', { exp: 2 ** 53 }, 'ENTRA_TOKEN_TIME'],
  ['whose exp is negative is refused [41] [N24]', { exp: -1 }, 'ENTRA_TOKEN_TIME'],
  ['whose exp is a fraction is refused [41] [N24]', { exp: NOW + 0.5 }, 'ENTRA_TOKEN_TIME'],
  ['whose exp is text is refused [41] [N24]', { exp: String(NOW + 3600) }, 'ENTRA_TOKEN_TIME'],
  [
    'whose exp is null, as NaN becomes, is refused [41] [N24]',
    { exp: Number.NaN },
    'ENTRA_TOKEN_TIME',
  ],
  ['whose nbf is text is refused [41]', { nbf: 'soon' }, 'ENTRA_TOKEN_TIME'],
  ['without a nonce is refused [42] [N25]', { nonce: undefined }, 'ENTRA_TOKEN_NONCE'],
  ['with another nonce is refused [42] [N26]', { nonce: 'another' }, 'ENTRA_TOKEN_NONCE'],
  ['whose nonce is a list is refused [42] [N26]', { nonce: ['another'] }, 'ENTRA_TOKEN_NONCE'],
];

for (const [title, claims, code] of REFUSED_CLAIMS) {
  test(`an ID token ${title}`, async (t) => {
    const desk = createDesk();
    await refusedWith(t, desk, code, signIn(desk, { claims }));
    t.deepEqual(
      new Set(desk.tenant.requests.map(({ url }) => url)),
      new Set([METADATA_URL, KEYS_URL]),
    );
  });
}

/** Claims that look odd and are right. */
const ACCEPTED_CLAIMS: readonly (readonly [title: string, claims: Claims])[] = [
  ['whose audience is a list of one is accepted [40] [N11]', { aud: [APPLICATION] }],
  ['whose authorized party is the application is accepted [40]', { azp: APPLICATION }],
  [
    'that was issued 300 s ago, as Entra does, is accepted [41] [N19]',
    { iat: NOW - 300, nbf: NOW - 300 },
  ],
  [
    'that was issued two hours ago is accepted: its nonce is new [41]',
    { iat: NOW - 7200, nbf: NOW - 7200 },
  ],
  ['that expired one second less than the skew ago is accepted [41] [N21]', { exp: NOW - 59 }],
  ['that is valid from within the skew is accepted [41]', { nbf: NOW + 60 }],
  ['without nbf is accepted [41]', { nbf: undefined }],
  ['whose tid is in upper case is accepted after folding [39] [N6]', { tid: TENANT.toUpperCase() }],
  [
    'with claims of Entra’s own is accepted [52]',
    { xms_tpl: 'en', aio: 'x', rh: 'y', acrs: ['c1'] },
  ],
  ['without acrs, amr and auth_time is accepted [51]', { acrs: undefined }],
  ['of a guest is accepted [50]', { idp: `https://sts.windows.net/${OTHER_TENANT}/`, acct: 1 }],
];

for (const [title, claims] of ACCEPTED_CLAIMS) {
  test(`an ID token ${title}`, async (t) => {
    const { identity } = await signIn(createDesk(), { claims });
    t.like(identity, { tid: TENANT, oid: PERSON, sub: SUBJECT });
  });
}

test('an oid in upper case is folded: it is the key of the person [39] [47]', async (t) => {
  const { identity } = await signIn(createDesk(), { claims: { oid: PERSON.toUpperCase() } });
  t.is(identity.oid, PERSON);
});

test('the nonce of another pending sign-in of the same browser is refused [42] [N27]', async (t) => {
  const desk = createDesk();
  const [one, other] = [await desk.begin(), await desk.begin()];
  const answer = await desk.answer(one, { claims: { nonce: other.nonce } });
  await t.throwsAsync(desk.entra.finish(answer), { code: 'ENTRA_TOKEN_NONCE' });
});

type Header = { readonly [name: string]: unknown };

const REFUSED_HEADERS: readonly (readonly [title: string, header: Header, code: ErrorCode])[] = [
  ['of type at+jwt is refused [36]', { typ: 'at+jwt' }, 'ENTRA_TOKEN_ALGORITHM'],
  ['of type logout+jwt is refused [36]', { typ: 'logout+jwt' }, 'ENTRA_TOKEN_ALGORITHM'],
  ['whose type is no text is refused [36]', { typ: 1 }, 'ENTRA_TOKEN_ALGORITHM'],
  ['whose kid is a number is refused [37]', { kid: 7 }, 'ENTRA_TOKEN_MALFORMED'],
  ['whose kid nobody knows is refused [37]', { kid: 'nobody' }, 'ENTRA_TOKEN_KEY'],
];

for (const [title, header, code] of REFUSED_HEADERS) {
  test(`an ID token ${title}`, async (t) => {
    const desk = createDesk();
    await refusedWith(t, desk, code, signIn(desk, { header }));
  });
}

for (const typ of ['JWT', 'jwt', undefined]) {
  test(`an ID token whose type is ${typ ?? 'left out'} is accepted [36]`, async (t) => {
    const { identity } = await signIn(createDesk(), { header: { typ } });
    t.is(identity.oid, PERSON);
  });
}

/** Tokens that no library would make, in the form field of a genuine answer. */
async function signInWith(token: string, overrides: AnswerOverrides = {}) {
  const desk = createDesk();
  const work = signIn(desk, { ...overrides, parameters: { id_token: token } });
  return { desk, work };
}

const header = { typ: 'JWT', alg: 'RS256', kid: KEY.kid };
const claims = claimsOf(NOW, { nonce: 'x' });
const noise = randomBytes(256);

const MALFORMED: readonly (readonly [title: string, token: string])[] = [
  [
    'with two segments is refused [35] [N64]',
    forge(header, claims, noise).split('.').slice(0, 2).join('.'),
  ],
  [
    'with an encrypted token’s five segments is refused [35] [N64]',
    `${forge(header, claims, noise)}.e.f`,
  ],
  ['with four segments is refused [35]', `${forge(header, claims, noise)}.e`],
  ['of 2 MB is refused [35] [N64]', forge(header, { a: 'x'.repeat(2_000_000) }, noise)],
  ['of one dot is refused [35] [N64]', '.'],
  ['with an empty payload is refused [35]', forge(header, '', noise)],
  ['with an empty signature is refused [35]', forge(header, claims, '')],
  ['with padding is refused [35] [N64]', `${forge(header, claims, noise)}==`],
  ['in plain base64 is refused [35]', forge(header, claims, '+/+/')],
  ['whose base64url has spare bits is refused [35] [N64]', forge(header, claims, 'AB')],
  ['with a space is refused [35]', forge(header, claims, noise).replace('.', '. ')],
  [
    'with a byte order mark is refused [35] [N64]',
    forge(header, `\ufeff${JSON.stringify(claims)}`, noise),
  ],
  ['whose payload is a list is refused [35]', forge(header, '[]', noise)],
  ['whose payload is null is refused [35]', forge(header, 'null', noise)],
  ['whose payload is no JSON is refused [35]', forge(header, '{"sub":', noise)],
  ['whose header is a text is refused [35]', forge('"RS256"', claims, noise)],
  [
    'with sub twice is refused [35] [N64]',
    forge(header, JSON.stringify(claims).replace('{', '{"sub":"admin",'), noise),
  ],
  [
    'with a name twice deep inside is refused [35]',
    forge(header, '{"a":[{"b":{"c":1,"c":2}}]}', noise),
  ],
  [
    'with a name twice by escapes is refused [35]',
    forge(header, '{"sub":"a","s\\u0075b":"b"}', noise),
  ],
  [
    'with alg twice in its header is refused [35]',
    forge('{"alg":"none","alg":"RS256"}', claims, noise),
  ],
  ['with __proto__ is refused [35]', forge(header, '{"__proto__":{"oid":"x"}}', noise)],
  [
    'nested 20,000 deep is refused [35] [N64]',
    forge(header, `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, noise),
  ],
  [
    'with critical extensions is refused [35]',
    forge({ ...header, crit: ['exp'], exp: 1 }, claims, noise),
  ],
  ['with an unencoded payload is refused [35]', forge({ ...header, b64: false }, claims, noise)],
];

for (const [title, token] of MALFORMED) {
  test(`a token ${title}`, async (t) => {
    const { desk, work } = await signInWith(token);
    await refusedWith(t, desk, 'ENTRA_TOKEN_MALFORMED', work);
    t.deepEqual(desk.tenant.to(KEYS_URL), [], 'no key is asked for');
  });
}

test('a token of invalid UTF-8 is refused [35] [N64]', async (t) => {
  const payload = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url');
  const head = Buffer.from(JSON.stringify(header)).toString('base64url');
  const { desk, work } = await signInWith(`${head}.${payload}.AAAA`);
  await refusedWith(t, desk, 'ENTRA_TOKEN_MALFORMED', work);
});

test('an empty id_token counts as none [35] [N64]', async (t) => {
  const { desk, work } = await signInWith('');
  await refusedWith(t, desk, 'ENTRA_RESPONSE_INCOMPLETE', work);
});

for (const alg of [
  'none',
  'nOnE',
  'HS256',
  'HS512',
  'ES256',
  'PS256',
  'RS384',
  'RS512',
  'EdDSA',
  '',
  'rs256',
]) {
  test(`a token of algorithm “${alg}” is refused before any key is asked for [36] [N30] [N33]`, async (t) => {
    const { desk, work } = await signInWith(forge({ ...header, alg }, claims, noise));
    await refusedWith(t, desk, 'ENTRA_TOKEN_ALGORITHM', work);
    t.deepEqual(desk.tenant.to(KEYS_URL), []);
  });
}

test('an unsigned token is refused [36] [N29]', async (t) => {
  const token = forge({ typ: 'JWT', alg: 'none' }, claims, '');
  const { desk, work } = await signInWith(token);
  await refusedWith(t, desk, 'ENTRA_TOKEN_MALFORMED', work);
});

test('a token without an algorithm is refused [36]', async (t) => {
  const { desk, work } = await signInWith(forge({ kid: KEY.kid }, claims, noise));
  await refusedWith(t, desk, 'ENTRA_TOKEN_ALGORITHM', work);
});

test('a token of which one bit of the signature is turned is refused [36] [N34]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin();
  const token = flipSignatureBit(await sign(claimsOf(NOW, { nonce: round.nonce }), KEY));
  const answer = await desk.answer(round, { parameters: { id_token: token } });
  await refusedWith(t, desk, 'ENTRA_TOKEN_SIGNATURE', desk.entra.finish(answer));
});

test('a token whose payload was changed after signing is refused [36]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin();
  const genuine = await sign(claimsOf(NOW, { nonce: round.nonce }), KEY);
  const [head, , signature] = genuine.split('.');
  const payload = Buffer.from(JSON.stringify(claimsOf(NOW, { nonce: round.nonce, name: 'Root' })));
  const token = `${head}.${payload.toString('base64url')}.${signature}`;
  const answer = await desk.answer(round, { parameters: { id_token: token } });
  await refusedWith(t, desk, 'ENTRA_TOKEN_SIGNATURE', desk.entra.finish(answer));
});

test('a token that a stranger signed under the tenant’s kid is refused [36]', async (t) => {
  const desk = createDesk();
  const work = signIn(desk, { key: STRANGER, header: { kid: KEY.kid } });
  await refusedWith(t, desk, 'ENTRA_TOKEN_SIGNATURE', work);
});

test('an access token that does not fit at_hash is refused [44] [N51]', async (t) => {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  await refusedWith(
    t,
    desk,
    'ENTRA_TOKEN_HASH',
    signIn(desk, { claims: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } }),
  );
  t.deepEqual(desk.tenant.to('https://graph.microsoft.com'), [], 'Graph is not asked');
});

test('an access token beside an ID token without at_hash is refused [44] [N52]', async (t) => {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  await refusedWith(t, desk, 'ENTRA_TOKEN_HASH', signIn(desk, { claims: { at_hash: undefined } }));
  t.deepEqual(desk.tenant.to('https://graph.microsoft.com'), [], 'Graph is not asked');
});

test('an ID token that is used a second time is refused, whatever the store says [53]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin();
  const kept = desk.store.take.bind(desk.store);
  const records = new Map<string, unknown>();
  desk.store.take = async (kind, id) => {
    const record = await kept(kind, id);
    if (record !== undefined) records.set(id, record);
    return record ?? (records.get(id) as typeof record);
  };
  const answer = await desk.answer(round);
  await desk.entra.finish(answer);
  await refusedWith(t, desk, 'ENTRA_TOKEN_REPLAYED', desk.entra.finish(answer));
});

test('uti is told for Entra’s logs; the protocol’s claims and the session id are not passed on [52]', async (t) => {
  const { uti, identity } = await signIn(createDesk(), {
    claims: { uti: 'AbCdEf', department: 'Finance' },
  });
  t.is(uti, 'AbCdEf');
  t.deepEqual(Object.keys(identity.claims).toSorted(), [
    'department',
    'name',
    'oid',
    'preferred_username',
    'sub',
    'tid',
  ]);
});
