import test from 'ava';
import { Secret } from '../../src/config/secret.ts';
import { EntraGrantError } from '../../src/entra/entra-error.ts';
import type { ErrorCode } from '../../src/errors.ts';
import {
  CAPABLE,
  assertNothingTold,
  CLIENT_SECRET,
  CODE,
  createDesk,
  formOf,
  tokenAnswer,
  type Desk,
} from '../_support/entra-desk.ts';
import { GRAPH, OTHER_PERSON, OTHER_TENANT, PERSON, SUBJECT } from '../_support/entra-tokens.ts';
import { TOKEN_URL } from '../_support/scripted-tenant.ts';

const PERSON_OF_SESSION = { oid: PERSON, sub: SUBJECT };
const OLD = new Secret('1.AXoA-the-old-refresh-token');

const refresh = (desk: Desk, resource = GRAPH) =>
  desk.entra.refresh(OLD, resource, PERSON_OF_SESSION);

/** A token response with members and claims replaced. */
function scriptTokens(
  desk: Desk,
  members: object,
  claims: { readonly [name: string]: unknown } = {},
): void {
  desk.tenant.on(TOKEN_URL, async ({ body }) => ({
    json: { ...(await tokenAnswer(desk, formOf(body), claims)), ...members },
  }));
}

test('one more token comes by the refresh token, for one resource, by the same credential [60] [63]', async (t) => {
  const desk = createDesk({ config: CODE });
  const { accessToken, refreshToken } = await refresh(desk);
  t.deepEqual(Object.fromEntries(formOf(desk.tenant.to(TOKEN_URL)[0]?.body)), {
    client_id: '5e2a9d34-77c1-4f0b-8a43-0c9be51d6f28',
    scope: 'openid profile offline_access https://graph.microsoft.com/Files.ReadWrite',
    grant_type: 'refresh_token',
    claims: CAPABLE,
    refresh_token: OLD.reveal(),
    client_secret: CLIENT_SECRET,
  });
  t.like(accessToken, { resource: GRAPH, expiresAt: desk.now + 4_217_000 });
  t.not(refreshToken.reveal(), OLD.reveal());
});

test('a resource that is not configured gets what was consented to [60]', async (t) => {
  const desk = createDesk({ config: CODE });
  await refresh(desk, 'https://management.azure.com/');
  const scope = formOf(desk.tenant.to(TOKEN_URL)[0]?.body).get('scope');
  t.is(scope, 'openid profile offline_access https://management.azure.com//.default');
});

test('without a new refresh token the old one goes on [60] [N104]', async (t) => {
  const desk = createDesk({ config: CODE });
  scriptTokens(desk, { refresh_token: undefined });
  const { refreshToken } = await refresh(desk);
  t.is(refreshToken, OLD);
});

test('a refresh without ID token is accepted: none is promised [60]', async (t) => {
  const desk = createDesk({ config: CODE });
  scriptTokens(desk, { id_token: undefined });
  await t.notThrowsAsync(refresh(desk));
});

/** ID tokens beside a refreshed access token that end the session. */
const OTHERS: readonly (readonly [
  title: string,
  claims: { readonly [name: string]: unknown },
  code: ErrorCode,
])[] = [
  [
    'another issuer’s',
    { iss: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0` },
    'ENTRA_TOKEN_ISSUER',
  ],
  ['another tenant’s', { tid: OTHER_TENANT }, 'ENTRA_TOKEN_TENANT'],
  ['with another sub', { sub: 'another' }, 'ENTRA_OTHER_PERSON'],
  ['with another oid', { oid: OTHER_PERSON }, 'ENTRA_OTHER_PERSON'],
  ['for another application', { aud: OTHER_PERSON }, 'ENTRA_TOKEN_AUDIENCE'],
];

for (const [title, claims, code] of OTHERS) {
  test(`a refresh that answers with an ID token ${title} is refused [60] [N58]`, async (t) => {
    const desk = createDesk({ config: CODE });
    scriptTokens(desk, {}, claims);
    const error = await t.throwsAsync(refresh(desk), { code });
    assertNothingTold(t, desk, error);
  });
}

for (const [aadsts, suberror] of [
  [50173, 'bad_token'],
  [700082, 'token_expired'],
  [50057, undefined],
  [500341, undefined],
] as const) {
  test(`a grant that ended with ${aadsts} is told as over, and asked once [60]`, async (t) => {
    const desk = createDesk({ config: CODE });
    const json = { error: 'invalid_grant', error_codes: [aadsts], ...(suberror && { suberror }) };
    desk.tenant.on(TOKEN_URL, { status: 400, json });
    const error = await t.throwsAsync(refresh(desk), { instanceOf: EntraGrantError });
    t.like(error, { code: 'ENTRA_GRANT_REFUSED', aadsts });
    t.is(desk.tenant.to(TOKEN_URL).length, 1);
  });
}
