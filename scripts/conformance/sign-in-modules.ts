import type { TamperName } from '../../src/emulator/index.ts';
import type { Module } from './module.ts';
import type { ResponseType, Site } from './site.ts';

/** A sign-in under some lies: `accepted`, or the code of the refusal. */
async function signInUnder(site: Site, lies: readonly TamperName[]): Promise<string> {
  await site.fresh();
  site.lie(...lies);
  const sessions = await site.world.gateway.sessions.count();
  const { record } = await site.signIn();
  const made = (await site.world.gateway.sessions.count()) - sessions;
  if (record.outcome === 'allowed')
    return made === 1 ? 'accepted' : `allowed with ${made} sessions`;
  return made === 0 ? (record.code ?? record.outcome) : `${record.code} with a session`;
}

type Row = readonly [name: string, expected: string, ...lies: readonly TamperName[]];

/** In every plan. */
const COMMON: readonly Row[] = [
  ['base', 'accepted'],
  ['invalid-iss', 'ENTRA_TOKEN_ISSUER', 'iss-other-tenant'],
  ['missing-sub', 'ENTRA_TOKEN_CLAIMS', 'sub-missing'],
  ['invalid-aud', 'ENTRA_TOKEN_AUDIENCE', 'aud-other-app'],
  ['missing-iat', 'ENTRA_TOKEN_TIME', 'iat-missing'],
  ['kid-absent-single-jwks', 'accepted', 'keys-single', 'kid-absent'],
  ['kid-absent-multiple-jwks', 'ENTRA_TOKEN_KEY', 'kid-absent'],
  ['idtoken-sig-rs256', 'accepted'],
  ['invalid-sig-rs256', 'ENTRA_TOKEN_SIGNATURE', 'signature-flipped'],
  ['nonce-invalid', 'ENTRA_TOKEN_NONCE', 'nonce-wrong'],
];

/** With an access token by the browser. */
const AT_HASH: readonly Row[] = [
  ['invalid-athash', 'ENTRA_TOKEN_HASH', 'at-hash-wrong'],
  ['missing-athash', 'ENTRA_TOKEN_HASH', 'at-hash-missing'],
];

/** Graph's `/me` stands for UserInfo: it is asked who a person is that the token gives no name of. */
const USERINFO: Row = [
  'userinfo-invalid-sub',
  'ENTRA_OTHER_PERSON',
  'username-missing',
  'me-id-other',
];

/** It has no signature, which no token of the only accepted form lacks. */
const SIG_NONE: Row = ['idtoken-sig-none', 'ENTRA_TOKEN_MALFORMED', 'alg-none'];

const PLANS: readonly (readonly [plan: string, type: ResponseType, rows: readonly Row[]])[] = [
  ['implicit-certification', 'id_token', COMMON],
  ['implicit-certification', 'id_token token', [...COMMON, ...AT_HASH, USERINFO]],
  ['hybrid-certification', 'code id_token', [...COMMON, USERINFO]],
  ['basic-certification', 'code', [...COMMON, SIG_NONE, USERINFO]],
  [
    'config-certification',
    'code',
    [
      ['discovery-openid-config', 'accepted'],
      ['discovery-jwks-uri-keys', 'accepted', 'keys-moved'],
      SIG_NONE,
    ],
  ],
  [
    'free choice',
    'id_token token',
    [
      ['missing-aud', 'ENTRA_TOKEN_AUDIENCE', 'aud-missing'],
      ['invalid-sig-hs256', 'ENTRA_TOKEN_ALGORITHM', 'alg-hs256-secret'],
      ['invalid-sig-es256', 'ENTRA_TOKEN_ALGORITHM', 'alg-es256'],
      ['distributed-claims', 'accepted', 'groups-claim-names'],
    ],
  ],
];

const byRows: readonly Module[] = PLANS.flatMap(([plan, type, rows]) =>
  rows.map(([name, expected, ...lies]) => ({
    plan,
    type,
    name,
    expected,
    run: (site) => signInUnder(site, lies),
  })),
);

const TYPES: readonly (readonly [plan: string, type: ResponseType])[] = [
  ['implicit-certification', 'id_token'],
  ['implicit-certification', 'id_token token'],
  ['hybrid-certification', 'code id_token'],
  ['basic-certification', 'code'],
];

/** A code must not be redeemed before the token that vouches for it was believed. */
const byHash = (
  [
    ['invalid-chash', 'c-hash-wrong'],
    ['missing-chash', 'c-hash-missing'],
  ] as const
).map(([name, lie]): Module => ({
  plan: 'hybrid-certification',
  type: 'code id_token',
  name,
  expected: 'ENTRA_TOKEN_HASH, 0 token requests',
  run: async (site) => {
    const { journal } = site.world.emulator;
    const before = journal.count({ endpoint: 'token' });
    const seen = await signInUnder(site, [lie]);
    return `${seen}, ${journal.count({ endpoint: 'token' }) - before} token requests`;
  },
}));

/** What is asked for, and that it arrives. */
const byRequest: readonly Module[] = TYPES.flatMap(([plan, type]): readonly Module[] => [
  {
    plan,
    type,
    name: 'nonce-unless-code-flow',
    expected: 'accepted, with a nonce',
    run: async (site: Site) => {
      const seen = await signInUnder(site, []);
      const nonce = (await site.asked()).get('nonce') ?? '';
      return `${seen}, ${nonce.length >= 22 ? 'with a' : 'without'} nonce`;
    },
  },
  {
    plan,
    type,
    name: 'scope-userinfo-claims',
    expected: 'Jane Roe, by scope profile',
    run: async (site: Site) => {
      await site.fresh();
      const { record } = await site.signIn();
      const asked = (await site.asked()).get('scope')?.split(' ') ?? [];
      return `${record.principal?.name}, by scope ${asked.includes('profile') ? 'profile' : asked.join(' ')}`;
    },
  },
  {
    plan: `formpost-${plan}`,
    type,
    name: 'base',
    expected: 'accepted, by form_post',
    run: async (site: Site) => {
      const seen = await signInUnder(site, []);
      return `${seen}, by ${(await site.asked()).get('response_mode')}`;
    },
  },
]);

const DAY_MS = 86_400_000;

const byRotation: readonly Module[] = [
  {
    plan: 'config-certification',
    type: 'code',
    name: 'discovery-issuer-mismatch',
    expected: 'nobody is sent there: ENTRA_METADATA_REFUSED',
    run: async (site) => {
      await site.fresh();
      site.lie('issuer-other');
      const page = await site.beginFails();
      return `nobody is sent there: ${/ENTRA_[A-Z_]+/.exec(page)?.[0]}`;
    },
  },
  {
    plan: 'config-certification',
    type: 'code',
    name: 'signing-key-rotation-just-before-signing',
    expected: 'accepted, accepted',
    run: async (site) => {
      const first = await signInUnder(site, []);
      await site.world.emulator.tenant().keys.emergencyRotate();
      site.pass(3_600_000);
      return `${first}, ${(await site.signIn()).record.outcome.replace('allowed', 'accepted')}`;
    },
  },
  {
    plan: 'config-certification',
    type: 'code',
    name: 'signing-key-rotation',
    expected: 'accepted, accepted',
    run: async (site) => {
      const first = await signInUnder(site, []);
      await site.world.emulator.tenant().keys.rotate();
      site.pass(DAY_MS);
      return `${first}, ${(await site.signIn()).record.outcome.replace('allowed', 'accepted')}`;
    },
  },
  {
    plan: 'free choice',
    type: 'code',
    name: 'form-post-error',
    expected: 'ENTRA_LOGIN_REQUIRED, no session',
    run: async (site) => {
      await site.fresh();
      site.lie('error-alone');
      const { record } = await site.signIn();
      const count = await site.world.gateway.sessions.count();
      return `${record.code}, ${count === 0 ? 'no session' : 'a session'}`;
    },
  },
];

/** Everything that is about signing in. */
export const SIGN_IN_MODULES: readonly Module[] = [
  ...byRows,
  ...byHash,
  ...byRequest,
  ...byRotation,
];
