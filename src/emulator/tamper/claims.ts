import { newGuid } from '../stable-id.ts';
import type { Claims } from '../tokens/sign.ts';
import type { Subject } from '../tokens/subject.ts';
import type { World } from '../world.ts';
import type { TamperName } from './catalogue.ts';

/** What a lie about a token may use. */
export interface TokenScene {
  readonly world: World;
  readonly subject: Subject;
  /** Nonce of the ID token that was issued before this one. */
  readonly earlierNonce: string;
}

type Edit = (claims: Claims, scene: TokenScene) => Claims;

const MINUTES = 60;
const OTHER_APP = '0a1b2c3d-0000-4000-8000-000000000001';
const OTHER_PERSON = '0a1b2c3d-0000-4000-8000-000000000002';
const OTHER_TENANT = '0a1b2c3d-0000-4000-8000-000000000003';

const set =
  (name: string, value: unknown): Edit =>
  (claims) => ({ ...claims, [name]: value });

const drop =
  (name: string): Edit =>
  (claims) =>
    Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));

const issuer =
  (change: (issuer: string) => string): Edit =>
  (claims) => ({ ...claims, iss: change(String(claims['iss'])) });

const tenantId =
  (change: (tid: string) => string): Edit =>
  (claims) => ({ ...claims, tid: change(String(claims['tid'])) });

/** Unit: seconds from now. */
const time =
  (name: string, distance: number): Edit =>
  (claims, { world }) => ({ ...claims, [name]: world.time.seconds() + distance });

/** Lies about claims of the ID token. */
export const CLAIM_TAMPERINGS: { readonly [name in TamperName]?: Edit } = {
  'iss-other-tenant': issuer((iss) => iss.replace(/[0-9a-f-]{36}/, OTHER_TENANT)),
  'iss-trailing-slash': issuer((iss) => `${iss}/`),
  'iss-without-version': issuer((iss) => iss.replace('/v2.0', '')),
  'iss-http': issuer((iss) => iss.replace('https:', 'http:')),
  'iss-upper-case-host': issuer((iss) => iss.replace(/\/\/[^/:]+/, (host) => host.toUpperCase())),
  'iss-v1': (claims, { world }) => ({
    ...claims,
    iss: `${world.cloud.sts}/${String(claims['tid'])}/`,
  }),
  'tid-other-tenant': tenantId(() => OTHER_TENANT),
  'tid-missing': drop('tid'),
  'tid-not-guid': tenantId(() => 'contoso.example'),
  'tid-braces': tenantId((tid) => `{${tid}}`),
  'tid-upper-case': tenantId((tid) => tid.toUpperCase()),
  'aud-other-app': set('aud', OTHER_APP),
  'aud-missing': drop('aud'),
  'aud-api-uri': (claims) => ({ ...claims, aud: `api://${String(claims['aud'])}` }),
  'aud-array': (claims) => ({ ...claims, aud: [claims['aud']] }),
  'aud-two': (claims) => ({ ...claims, aud: [claims['aud'], OTHER_APP] }),
  'aud-two-azp': (claims) => ({ ...claims, aud: [claims['aud'], OTHER_APP], azp: claims['aud'] }),
  'azp-other-app': set('azp', OTHER_APP),
  'sub-missing': drop('sub'),
  'sub-empty': set('sub', ''),
  'sub-number': set('sub', 42),
  'sub-long': set('sub', 's'.repeat(256)),
  'sub-other': set('sub', 'somebody-else-altogether-43-characters-long'),
  'oid-missing': drop('oid'),
  'oid-other': set('oid', OTHER_PERSON),
  'iat-missing': drop('iat'),
  'iat-future': time('iat', 10 * MINUTES),
  'exp-past': time('exp', -10 * MINUTES),
  'exp-missing': drop('exp'),
  'exp-huge': set('exp', 1e308),
  'exp-negative': set('exp', -1),
  'exp-float': (claims) => ({ ...claims, exp: Number(claims['exp']) + 0.5 }),
  'exp-text': (claims) => ({ ...claims, exp: String(claims['exp']) }),
  'exp-null': set('exp', null),
  'nbf-future': time('nbf', 10 * MINUTES),
  'nonce-missing': drop('nonce'),
  'nonce-wrong': set('nonce', 'a-nonce-that-nobody-asked-for'),
  'nonce-of-another': (claims, { earlierNonce }) => ({ ...claims, nonce: earlierNonce }),
  'at-hash-wrong': set('at_hash', 'AAAAAAAAAAAAAAAAAAAAAA'),
  'at-hash-missing': drop('at_hash'),
  'c-hash-wrong': set('c_hash', 'AAAAAAAAAAAAAAAAAAAAAA'),
  'c-hash-missing': drop('c_hash'),
  'ver-1': set('ver', '1.0'),
  'groups-present': (claims) => ({ ...claims, groups: [newGuid(), newGuid()] }),
  'groups-hasgroups': set('hasgroups', true),
  'groups-claim-names': (claims) => ({
    ...claims,
    _claim_names: { groups: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://graph.windows.net/nowhere/getMemberObjects' } },
  }),
  'username-missing': drop('preferred_username'),
  'username-nul': set('preferred_username', 'jane\u0000@contoso.example'),
  'username-dots': set('preferred_username', '../admin'),
  'username-path': set('preferred_username', 'jane/../../root'),
  'username-direction': set('preferred_username', 'jane\u202Eelpmaxe.osotnoc@'),
  'username-long': set('preferred_username', `${'j'.repeat(4986)}@contoso.local`),
  'username-guest': set('preferred_username', 'jane_fabrikam.example#EXT#@contoso.onmicrosoft.com'),
};
