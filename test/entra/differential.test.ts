import test from 'ava';
import fc from 'fast-check';
import * as oauth from 'oauth4webapi';
import { verifyIdToken, type IdTokenParts } from '../../src/entra/id-token.ts';
import { readKeys } from '../../src/entra/key-set.ts';
import { createReplayCache } from '../../src/entra/replay-cache.ts';
import {
  APPLICATION,
  claimsOf,
  createKey,
  flipSignatureBit,
  forge,
  ISSUER,
  LOGIN,
  OTHER_APPLICATION,
  OTHER_TENANT,
  sign,
  TENANT,
} from '../_support/entra-tokens.ts';
import { KEYS_URL, TOKEN_URL } from '../_support/scripted-tenant.ts';

/**
 * oauth4webapi as a judge: it knows OpenID Connect and nothing of Entra. What Entrada accepts, the judge accepts; where
 * Entra adds no rule of its own, both say the same.
 */
const KEY = createKey();
const STRANGER = createKey();
const NOW = 1_800_000_000;
const NONCE = 'the-nonce-of-this-sign-in';
const METADATA = {
  issuer: ISSUER,
  tenantId: TENANT,
  authorizationEndpoint: `${LOGIN}/authorize`,
  tokenEndpoint: TOKEN_URL,
  jwksUri: KEYS_URL,
  issuerOfVersionOne: `https://sts.windows.net/${TENANT}/`,
  endSessionEndpoint: null,
  skewMs: null,
  namesIssuer: false,
};

async function ours(token: string): Promise<boolean> {
  const keys = readKeys({ keys: [KEY.jwk] }, METADATA);
  const clock = (): number => NOW * 1000;
  const parts: IdTokenParts = {
    applicationId: APPLICATION,
    clock,
    replays: createReplayCache(clock),
    keys: {
      freshness: { loadedAt: null, failure: null },
      count: async () => keys.length,
      candidates: async (kid) => keys.filter((key) => kid === undefined || key.kid === kid),
    },
  };
  return succeeds(
    verifyIdToken(token, { nonce: NONCE, front: false, accessToken: 'opaque' }, METADATA, parts),
  );
}

async function theirs(token: string): Promise<boolean> {
  const server = { issuer: ISSUER, jwks_uri: KEYS_URL, token_endpoint: TOKEN_URL };
  const skew = NOW - Math.floor(Date.now() / 1000);
  const client = { client_id: APPLICATION, [oauth.clockSkew]: skew, [oauth.clockTolerance]: 60 };
  const answer = { access_token: 'opaque', token_type: 'bearer', id_token: token };
  const response = Response.json(answer);
  const options = { [oauth.customFetch]: async () => Response.json({ keys: [KEY.jwk] }) };
  return succeeds(
    oauth
      .processAuthorizationCodeResponse(server, client, response, {
        expectedNonce: NONCE,
        requireIdToken: true,
      })
      .then(() => oauth.validateApplicationLevelSignature(server, response, options)),
  );
}

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

type Claims = { readonly [name: string]: unknown };

/** Rules that are OpenID Connect's alone. Times stay some seconds away from their edges: the judge has its own clock. */
const SHARED: readonly (readonly [title: string, claims: Claims, accepted: boolean])[] = [
  ['as it should be', {}, true],
  ['of another issuer', { iss: `${LOGIN}/${OTHER_TENANT}/v2.0` }, false],
  ['with a slash after its issuer', { iss: `${ISSUER}/` }, false],
  ['without issuer', { iss: undefined }, false],
  ['for another application', { aud: OTHER_APPLICATION }, false],
  ['for a list of one', { aud: [APPLICATION] }, true],
  ['for two without azp', { aud: [APPLICATION, OTHER_APPLICATION] }, false],
  ['without audience', { aud: undefined }, false],
  ['without sub', { sub: undefined }, false],
  ['whose sub is a number', { sub: 7 }, false],
  ['without iat', { iat: undefined }, false],
  ['without exp', { exp: undefined }, false],
  ['that expired', { exp: NOW - 70 }, false],
  ['that expired within the skew', { exp: NOW - 50 }, true],
  ['whose exp is text', { exp: `${NOW + 60}` }, false],
  ['that is not valid yet', { nbf: NOW + 70 }, false],
  ['that is valid within the skew', { nbf: NOW + 50 }, true],
  ['without nonce', { nonce: undefined }, false],
  ['with another nonce', { nonce: 'x' }, false],
];

for (const [title, claims, accepted] of SHARED) {
  test(`an ID token ${title} is ${accepted ? 'accepted' : 'refused'} here and by oauth4webapi [38] [40] [41] [42] [43]`, async (t) => {
    const token = await sign(claimsOf(NOW, { nonce: NONCE, ...claims }), KEY);
    t.is(await ours(token), accepted);
    t.is(await theirs(token), accepted);
  });
}

test('signatures and headers are judged alike [36] [37]', async (t) => {
  const claims = claimsOf(NOW, { nonce: NONCE });
  const good = await sign(claims, KEY);
  const tokens: readonly (readonly [string, boolean])[] = [
    [good, true],
    [flipSignatureBit(good), false],
    [await sign(claims, STRANGER, { kid: KEY.kid }), false],
    [await sign(claims, STRANGER), false],
    [await sign(claims, KEY, { kid: undefined }), true],
    [forge({ alg: 'none' }, claims, ''), false],
    [forge({ alg: 'HS256', kid: KEY.kid }, claims, 'AAAA'), false],
    ['', false],
    ['a.b.c', false],
  ];
  for (const [token, accepted] of tokens) {
    t.is(await ours(token), accepted);
    t.is(await theirs(token), accepted);
  }
});

/** Rules of Entra's on top: the judge accepts, Entrada does not. */
const STRICTER: readonly (readonly [title: string, claims: Claims])[] = [
  ['of another tid', { tid: OTHER_TENANT }],
  ['without oid', { oid: undefined }],
  ['with an empty sub', { sub: '' }],
  ['of version 1.0', { ver: '1.0' }],
  ['for two applications with azp', { aud: [APPLICATION, OTHER_APPLICATION], azp: APPLICATION }],
  ['whose exp is a fraction', { exp: NOW + 60.5 }],
];

for (const [title, claims] of STRICTER) {
  test(`an ID token ${title} passes OpenID Connect and is refused here [39] [40] [41] [43]`, async (t) => {
    const token = await sign(claimsOf(NOW, { nonce: NONCE, ...claims }), KEY);
    t.false(await ours(token));
    t.true(await theirs(token));
  });
}

test('whatever claims a token has: what is accepted here, oauth4webapi accepts too [35] [38]', async (t) => {
  const odd = fc.oneof(
    fc.constantFrom(undefined, null, '', [], {}, true, ISSUER, APPLICATION, NONCE, TENANT, '2.0'),
    fc.constantFrom(NOW, NOW - 300, NOW + 300, -1, 1e308, 0.5).map((time) => time),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const names = fc.constantFrom(
    'iss',
    'aud',
    'azp',
    'sub',
    'exp',
    'iat',
    'nbf',
    'nonce',
    'tid',
    'oid',
    'ver',
    'at_hash',
  );
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, odd, { maxKeys: 2 }), async (claims) => {
      const token = await sign(claimsOf(NOW, { nonce: NONCE, ...claims }), KEY);
      const here = await ours(token);
      accepted += Number(here);
      return !here || (await theirs(token));
    }),
    { numRuns: 300 },
  );
  t.true(accepted > 0);
});
