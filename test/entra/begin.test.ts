import test from 'ava';
import { createHash } from 'node:crypto';
import { surplusCookies, TRANSACTION } from '../../src/entra/transaction.ts';
import {
  CAPABLE,
  CODE,
  CODE_GROUPS,
  createDesk,
  formOf,
  IMPLICIT,
  IMPLICIT_GROUPS,
  refusedWith,
  signIn,
} from '../_support/entra-desk.ts';
import { passwords } from '../_support/entra-id-config.ts';
import {
  APPLICATION,
  LOGIN,
  METHOD,
  OTHER_PERSON,
  PERSON,
  TENANT,
} from '../_support/entra-tokens.ts';
import { TOKEN_URL } from '../_support/scripted-tenant.ts';

const REDIRECT_URI = `https://gw.example:8443/?redirect-${METHOD}`;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RANDOM = /^[A-Za-z0-9_-]{43}$/;

test('without api_scopes, with groups: the documented request, byte for byte [13] [17] [18]', async (t) => {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  const { url, state, nonce } = await desk.begin();
  const id = url.searchParams.get('client-request-id') ?? '';
  t.is(
    url.href,
    `${LOGIN}/${TENANT}/oauth2/v2.0/authorize?client_id=${APPLICATION}` +
      '&response_type=id_token%20token&response_mode=form_post' +
      `&redirect_uri=https%3A%2F%2Fgw.example%3A8443%2F%3Fredirect-${METHOD}` +
      '&scope=openid%20profile%20User.Read%20GroupMember.Read.All' +
      `&state=${state}&nonce=${nonce}&prompt=select_account&client-request-id=${id}`,
  );
  t.regex(id, GUID);
});

test('without api_scopes and groups only the ID token is asked for [14] [16]', async (t) => {
  const { url } = await createDesk({ config: IMPLICIT }).begin();
  t.is(url.searchParams.get('response_type'), 'id_token');
  t.is(url.searchParams.get('scope'), 'openid profile');
  t.false(url.searchParams.has('code_challenge'));
});

test('with api_scopes the code is asked for, with S256, for all resources at once [15] [59]', async (t) => {
  const { url } = await createDesk({ config: CODE_GROUPS }).begin();
  t.is(url.searchParams.get('response_type'), 'code');
  t.is(url.searchParams.get('response_mode'), 'form_post');
  t.is(url.searchParams.get('code_challenge_method'), 'S256');
  t.regex(url.searchParams.get('code_challenge') ?? '', RANDOM);
  t.is(
    url.searchParams.get('scope'),
    'openid profile offline_access User.Read GroupMember.Read.All ' +
      'https://graph.microsoft.com/Files.ReadWrite https://storage.azure.com/user_impersonation',
  );
});

test('with api_scopes and no groups nothing is asked for besides them [15]', async (t) => {
  const { url } = await createDesk({ config: CODE }).begin();
  t.is(
    url.searchParams.get('scope'),
    'openid profile offline_access https://graph.microsoft.com/Files.ReadWrite https://storage.azure.com/user_impersonation',
  );
});

test('the code challenge is that of the verifier, which has at least 43 characters [15] [91] [N101]', async (t) => {
  const desk = createDesk({ config: CODE });
  const round = await desk.begin();
  await desk.entra.finish(await desk.answer(round));
  const verifier = formOf(desk.tenant.to(TOKEN_URL)[0]?.body).get('code_verifier') ?? '';
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  t.regex(verifier, /^[A-Za-z0-9._~-]{43,128}$/);
  t.is(round.url.searchParams.get('code_challenge'), challenge);
});

test('state, nonce, verifier and cookie are new for every sign-in and have 256 bits [20] [42] [N101]', async (t) => {
  const desk = createDesk({ config: CODE });
  const rounds = await Promise.all(Array.from({ length: 20 }, () => desk.begin()));
  for (const read of ['state', 'nonce', 'code_challenge']) {
    const values = rounds.map(({ url }) => url.searchParams.get(read) ?? '');
    t.is(new Set(values).size, 20);
    t.true(values.every((value) => RANDOM.test(value)));
  }
  t.is(new Set(rounds.flatMap(({ cookies }) => Object.values(cookies))).size, 20);
});

test('the redirect URI is the public URL’s and the method’s, whatever was asked for [13] [N89]', async (t) => {
  const desk = createDesk();
  t.is(desk.entra.redirectUri, REDIRECT_URI);
  t.is(
    (await desk.begin({ returnTo: 'https://evil.example' })).url.searchParams.get('redirect_uri'),
    REDIRECT_URI,
  );
});

test('the cookie is one of the host alone, named for its sign-in, and outlives it by little [21]', async (t) => {
  const desk = createDesk();
  const begun = [1, 2].map(() =>
    desk.entra.begin({ service: 'x', returnTo: '/', address: '203.0.113.7' }),
  );
  const cookies = (await Promise.all(begun)).map(({ cookie }) => cookie);
  t.is(new Set(cookies.map(({ name }) => name)).size, 2);
  t.true(cookies.every(({ name }) => /^__Host-entrada-tx-[\w-]{16}$/.test(name)));
  t.true(cookies.every(({ maxAgeSeconds }) => maxAgeSeconds === 180));
});

test('a browser with five pending sign-ins loses the oldest when it begins a sixth [21]', async (t) => {
  const desk = createDesk();
  const rounds = [];
  for (let index = 0; index < 5; index++, desk.now += 1000) rounds.push(await desk.begin());
  const cookies = Object.assign(
    { session: 'x' },
    ...rounds.toReversed().map((round) => round.cookies),
  );
  t.deepEqual(surplusCookies(cookies), Object.keys(rounds[0]?.cookies ?? {}));
  t.deepEqual(surplusCookies({ session: 'x' }), []);
});

test('the store holds neither state nor cookie, only their hashes [20]', async (t) => {
  const desk = createDesk();
  const { state, cookies } = await desk.begin();
  const [value = ''] = Object.values(cookies);
  t.false(desk.store.dump().includes(state));
  t.false(desk.store.dump().includes(value));
  t.true(TRANSACTION.sealed);
});

test('a challenge round names the account instead of offering a choice [18] [19]', async (t) => {
  const desk = createDesk({ config: CODE });
  const claims = { id_token: { acrs: { essential: true, value: 'c1' } } };
  const challenge = {
    claims,
    prompt: 'login',
    loginHint: 'jane.r@contoso.example',
    oid: PERSON,
  } as const;
  const { url } = await desk.begin({ challenge });
  t.is(url.searchParams.get('login_hint'), 'jane.r@contoso.example');
  t.is(url.searchParams.get('prompt'), 'login');
  t.like(JSON.parse(url.searchParams.get('claims') ?? ''), claims);
  t.false(url.href.includes('select_account'));
});

test('code and hybrid declare that they understand a refused token; the browser’s tokens do not [76]', async (t) => {
  for (const config of [CODE, { ...CODE, flow: 'hybrid' }] as const) {
    const { url } = await createDesk({ config }).begin();
    t.is(url.searchParams.get('claims'), CAPABLE);
  }
  for (const config of [IMPLICIT, IMPLICIT_GROUPS]) {
    const { url } = await createDesk({ config }).begin();
    t.false(url.searchParams.has('claims'));
  }
});

test('the claims of a challenge are asked for beside what is declared, which they cannot take back [19] [76]', async (t) => {
  const claims = {
    access_token: { acrs: { essential: true, value: 'c1' }, xms_cc: { values: [] } },
    id_token: { auth_time: { essential: true } },
  };
  const desk = createDesk({ config: CODE });
  const { url } = await desk.begin({ challenge: { claims, loginHint: 'jane', oid: PERSON } });
  t.deepEqual(JSON.parse(url.searchParams.get('claims') ?? ''), {
    access_token: { acrs: { essential: true, value: 'c1' }, xms_cc: { values: ['cp1'] } },
    id_token: { auth_time: { essential: true } },
  });
});

test('a second round of somebody who is not known yet offers the choice again [18] [34]', async (t) => {
  const { url } = await createDesk().begin({ challenge: { loginHint: null, oid: null } });
  t.is(url.searchParams.get('prompt'), 'select_account');
  t.false(url.searchParams.has('login_hint'));
});

test('a second round of somebody who is not known yet may be anybody’s [34]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin({ challenge: { prompt: 'consent', loginHint: null, oid: null } });
  t.is(round.url.searchParams.get('prompt'), 'consent');
  const { challenged, identity } = await desk.entra.finish(await desk.answer(round));
  t.true(challenged);
  t.is(identity.oid, PERSON);
});

test('flow: code redeems a code without api_scopes, and asks for no refresh token [59] [64]', async (t) => {
  const credential = passwords('a-client-secret');
  const desk = createDesk({ config: { flow: 'code', credential } });
  const { url } = await desk.begin();
  t.is(url.searchParams.get('response_type'), 'code');
  t.is(url.searchParams.get('scope'), 'openid profile');
  t.is(url.searchParams.get('code_challenge_method'), 'S256');
  const { tokens } = await signIn(desk);
  t.deepEqual(tokens.accessTokens, []);
});

test('flow: code reads groups with a token that the browser never has [64]', async (t) => {
  const credential = passwords('a-client-secret');
  const desk = createDesk({ config: { ...IMPLICIT_GROUPS, flow: 'code', credential } });
  const { url } = await desk.begin();
  t.is(url.searchParams.get('scope'), 'openid profile User.Read GroupMember.Read.All');
  const { identity, tokens } = await signIn(desk);
  t.deepEqual(identity.groups, []);
  t.deepEqual(tokens.accessTokens, []);
});

test('flow: hybrid asks for code and ID token, and the ID token binds the code [15] [45]', async (t) => {
  const credential = passwords('a-client-secret');
  const desk = createDesk({ config: { flow: 'hybrid', credential } });
  const { url } = await desk.begin();
  t.is(url.searchParams.get('response_type'), 'code id_token');
  const { identity } = await signIn(desk);
  t.is(identity.oid, PERSON);
});

test('flow: implicit passes a credential over [64]', async (t) => {
  const credential = passwords('a-client-secret');
  const desk = createDesk({ config: { flow: 'implicit', credential } });
  await signIn(desk);
  t.deepEqual(desk.tenant.to(TOKEN_URL), []);
});

test('a change of flow makes pending sign-ins void [29]', async (t) => {
  const credential = passwords('a-client-secret');
  const desk = createDesk({ config: { flow: 'code', credential } });
  const round = await desk.begin();
  const other = createDesk({
    config: { flow: 'hybrid', credential },
    store: desk.store,
  });
  const answer = await desk.answer(round);
  await t.throwsAsync(other.entra.finish(answer), { code: 'ENTRA_CONFIGURATION_CHANGED' });
});

test('a name that is no well-formed Unicode can be a hint all the same [18]', async (t) => {
  const { url } = await createDesk().begin({ challenge: { loginHint: 'jane\ud800', oid: PERSON } });
  t.is(url.searchParams.get('login_hint'), 'jane\ufffd');
});

test('a challenge round without a prompt sends none [18]', async (t) => {
  const { url } = await createDesk().begin({ challenge: { loginHint: 'jane', oid: PERSON } });
  t.false(url.searchParams.has('prompt'));
  t.false(url.searchParams.has('claims'));
});

test('a challenge’s scopes are asked for besides the configured ones, and their tokens come [15]', async (t) => {
  const desk = createDesk({ config: CODE });
  const scopes = [
    'https://vault.azure.net/user_impersonation',
    'https://graph.microsoft.com/Mail.Read',
  ];
  const round = await desk.begin({ challenge: { scopes, loginHint: 'jane', oid: PERSON } });
  t.true(scopes.every((scope) => round.url.searchParams.get('scope')?.includes(scope)));
  const { tokens, challenged } = await desk.entra.finish(await desk.answer(round));
  t.true(challenged);
  t.deepEqual(
    tokens.accessTokens.map(({ resource }) => resource),
    ['https://graph.microsoft.com', 'https://storage.azure.com', 'https://vault.azure.net'],
  );
});

test('without a code a challenge cannot ask for another API than Graph [58]', async (t) => {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  const challenge = {
    scopes: ['https://vault.azure.net/.default'],
    loginHint: 'jane',
    oid: PERSON,
  };
  await t.throwsAsync(desk.begin({ challenge }), { code: 'ENTRA_CHALLENGE_IMPOSSIBLE' });
  t.is(await desk.store.count(TRANSACTION), 0);
});

for (const config of [IMPLICIT, CODE]) {
  const kind = config === CODE ? 'code' : 'tokens';
  test(`a challenge that another account went through is refused, by ${kind} [N83]`, async (t) => {
    const desk = createDesk({ config });
    const round = await desk.begin({ challenge: { loginHint: 'x', oid: OTHER_PERSON } });
    const error = await refusedWith(
      t,
      desk,
      'ENTRA_OTHER_PERSON',
      desk.entra.finish(await desk.answer(round)),
    );
    t.true(error.signIn?.challenged);
  });
}

test('a first round is no challenge, and a second one is told as such [N81]', async (t) => {
  const desk = createDesk();
  t.false((await signIn(desk)).challenged);
  const round = await desk.begin({ challenge: { loginHint: 'x', oid: PERSON } });
  t.true((await desk.entra.finish(await desk.answer(round))).challenged);
});

test('password is passed over without api_scopes [64]', async (t) => {
  const desk = createDesk({ config: { credential: passwords('unused-secret') } });
  await signIn(desk);
  t.deepEqual(desk.tenant.to(TOKEN_URL), []);
});

test('api_scopes without a client secret cannot work [58]', (t) => {
  t.throws(() => createDesk({ config: { ...CODE, credential: null } }), {
    code: 'ENTRA_CLIENT_REFUSED',
  });
});

test('api_scopes that are no scopes are refused at once [57]', (t) => {
  const config = { ...CODE, apiScopes: ['https://graph.microsoft.com/'] };
  t.throws(() => createDesk({ config }), { code: 'ENTRA_SCOPE_REFUSED' });
});
