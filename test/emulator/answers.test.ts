import { createHash } from 'node:crypto';
import test from 'ava';
import { jwtVerify, createRemoteJWKSet, customFetch, errors, type FetchImplementation } from 'jose';
import { fetch } from 'undici';
import { emulatorAgent } from '../_support/emulator-browser.ts';
import {
  APP,
  at,
  type Bed,
  claimsOf,
  headerOfToken,
  JANE,
  type Outcome,
  REDIRECT,
  startBed,
  STORAGE_SCOPE,
} from '../_support/emulator-bed.ts';

const fieldsOf = (outcome: Outcome): Readonly<Record<string, string>> =>
  outcome.kind === 'answer' ? outcome.fields : {};

const leftHalf = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

const IMPLICIT = {
  response_type: 'id_token token',
  response_mode: 'form_post',
  scope: 'openid profile email User.Read',
};

test('form_post sends tokens first, then state, in the order of the real one', async (t) => {
  await using bed = await startBed();
  const implicit = await bed.signIn(IMPLICIT);
  t.deepEqual(implicit.kind === 'answer' && implicit.names, [
    'id_token',
    'access_token',
    'token_type',
    'expires_in',
    'scope',
    'state',
    'session_state',
  ]);
  const hybrid = await bed.signIn({ response_type: 'code id_token', response_mode: 'form_post' });
  t.deepEqual(hybrid.kind === 'answer' && hybrid.names, [
    'code',
    'id_token',
    'state',
    'session_state',
  ]);
});

test('a connection is kept longer than clients keep theirs, so that none is used while it closes', async (t) => {
  await using bed = await startBed();
  const { headers } = await bed.browser.send('/');
  t.is(headers.get('keep-alive'), 'timeout=75');
});

test('form_post may send state first', async (t) => {
  await using bed = await startBed({ variants: { formPostOrder: 'state-first' } });
  const outcome = await bed.signIn(IMPLICIT);
  t.is(outcome.kind === 'answer' && outcome.names[0], 'state');
});

test('a form_post page goes byte for byte to the redirect URI and works without scripts', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.signIn(IMPLICIT);
  t.is(outcome.kind === 'answer' && outcome.target, REDIRECT);
  const policy = outcome.response.headers.get('content-security-policy') ?? '';
  t.regex(policy, /script-src 'sha256-/);
  t.regex(policy, /default-src 'none'/);
  t.is(outcome.response.headers.get('cache-control'), 'no-store, no-cache');
});

test('a code comes in the query by default, tokens in the fragment', async (t) => {
  await using bed = await startBed();
  const code = await bed.signIn();
  t.is(code.kind === 'answer' && code.mode, 'query');
  const token = await bed.signIn({ response_type: 'id_token' });
  t.is(token.kind === 'answer' && token.mode, 'fragment');
});

test('query mode keeps a redirect URI whose query has no value', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.signIn();
  t.true(outcome.response.headers.get('location')?.startsWith(`${REDIRECT}&code=`));
});

test('query mode may print a redirect URI anew', async (t) => {
  await using bed = await startBed({ variants: { queryRedirect: 'reserialized' } });
  const outcome = await bed.signIn();
  t.true(outcome.response.headers.get('location')?.startsWith(`${REDIRECT}=&code=`));
});

test('a redirect URI without a path gains a slash in query and fragment', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.addRedirectUri(APP, 'https://bare.example');
  const query = await bed.signIn({ redirect_uri: 'https://bare.example' });
  t.true(query.response.headers.get('location')?.startsWith('https://bare.example/?code='));
  const fragment = await bed.signIn({
    redirect_uri: 'https://bare.example',
    response_mode: 'fragment',
  });
  t.true(fragment.response.headers.get('location')?.startsWith('https://bare.example/#code='));
});

test('markup is taken out of a state', async (t) => {
  await using bed = await startBed();
  t.is(fieldsOf(await bed.signIn({ state: 'a<b>c</b>d' }))['state'], 'acd');
});

test('a request may be posted', async (t) => {
  await using bed = await startBed();
  const response = await bed.browser.send(`/${bed.T}/oauth2/v2.0/authorize`, {
    method: 'POST',
    body: bed.parameters().toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  t.is(response.status, 200);
  t.regex(await response.text(), /Pick an account/);
});

test('an ID token verifies with the published keys and has the claims of version 2.0', async (t) => {
  await using bed = await startBed();
  const token =
    fieldsOf(await bed.signIn({ ...IMPLICIT, scope: 'openid profile email' }))['id_token'] ?? '';
  const verified = await verify(bed, token);
  const { payload, protectedHeader } = verified;
  t.deepEqual(Object.keys(protectedHeader), ['typ', 'alg', 'kid']);
  t.is(payload['ver'], '2.0');
  t.is(payload['tid'], bed.T);
  t.is(payload['oid'], bed.tenant.people.get(JANE).oid);
  t.is(payload['preferred_username'], JANE);
  t.is(payload['name'], 'Jane Roe');
  t.is(payload['email'], JANE);
  t.is(payload['nonce'], 'a-nonce');
  t.is(payload.sub?.length, 43);
  t.is(String(payload['uti']).length, 22);
  t.regex(String(payload['sid']), /^[0-9a-f-]{36}$/);
  t.true(['aio', 'rh'].every((name) => typeof payload[name] === 'string'));
});

async function verify(bed: Bed, token: string): ReturnType<typeof jwtVerify> {
  const dispatcher = emulatorAgent(bed.emulator);
  const viaEmulator = ((url: string) =>
    fetch(url, { dispatcher })) as unknown as FetchImplementation;
  const url = new URL(`${bed.emulator.login}/${bed.T}/discovery/v2.0/keys`);
  const keys = createRemoteJWKSet(url, { [customFetch]: viaEmulator });
  return jwtVerify(token, keys, {
    issuer: bed.tenant.issuer,
    audience: APP,
    algorithms: ['RS256'],
  });
}

test('iat and nbf stand five minutes in the past, and exp an hour ahead', async (t) => {
  await using bed = await startBed({}, { clock: () => 1_800_000_000_000 });
  const { iat, nbf, exp } = claimsOf(fieldsOf(await bed.signIn(IMPLICIT))['id_token']);
  t.deepEqual([iat, nbf, exp], [1_799_999_700, 1_799_999_700, 1_800_003_600]);
});

test('at_hash and c_hash fit what came with the ID token, and nothing else has them', async (t) => {
  await using bed = await startBed();
  const implicit = fieldsOf(await bed.signIn(IMPLICIT));
  t.is(claimsOf(implicit['id_token'])['at_hash'], leftHalf(implicit['access_token'] ?? ''));
  const hybrid = fieldsOf(
    await bed.signIn({ response_type: 'code id_token', response_mode: 'form_post' }),
  );
  t.is(claimsOf(hybrid['id_token'])['c_hash'], leftHalf(hybrid['code'] ?? ''));
  const { body } = await bed.redeem(hybrid['code'] ?? '');
  const claims = claimsOf(body['id_token']);
  t.false('at_hash' in claims || 'c_hash' in claims);
});

test('without profile there is no oid, name or preferred_username', async (t) => {
  await using bed = await startBed();
  const claims = claimsOf(fieldsOf(await bed.signIn({ ...IMPLICIT, scope: 'openid' }))['id_token']);
  t.deepEqual(
    ['oid', 'name', 'preferred_username'].filter((name) => name in claims),
    [],
  );
});

test('sub is another one at each application', async (t) => {
  await using bed = await startBed();
  const other = bed.tenant.applications.add({
    displayName: 'Other',
    redirectUris: [REDIRECT],
    implicit: { idTokens: true },
  });
  const asked = { response_type: 'id_token', response_mode: 'form_post' };
  const here = claimsOf(fieldsOf(await bed.signIn(asked))['id_token']);
  const there = claimsOf(
    fieldsOf(await bed.signIn({ ...asked, client_id: other.appId }))['id_token'],
  );
  t.is(here['oid'], there['oid']);
  t.not(here['sub'], there['sub']);
});

test('sid can be left to the optional claims of the application', async (t) => {
  await using bed = await startBed({ variants: { sessionClaim: 'optional-claim' } });
  const asked = { response_type: 'id_token', response_mode: 'form_post' };
  t.true('sid' in claimsOf(fieldsOf(await bed.signIn(asked))['id_token']));
  bed.tenant.applications.update(APP, { optionalIdTokenClaims: [] });
  t.false('sid' in claimsOf(fieldsOf(await bed.signIn(asked))['id_token']));
});

test('a claim that the request asks for and nobody knows is left out', async (t) => {
  await using bed = await startBed();
  const claims = JSON.stringify({ id_token: { constructor: null, valueOf: null } });
  const asked = { response_type: 'id_token', response_mode: 'form_post', claims };
  const told = Object.keys(claimsOf(fieldsOf(await bed.signIn(asked))['id_token']));
  t.false(told.includes('constructor') || told.includes('valueOf'));
});

test('optional claims come from the registration and from the request', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { optionalIdTokenClaims: ['upn', 'acct', 'given_name'] });
  const claims = JSON.stringify({ id_token: { auth_time: { essential: true } } });
  const asked = { response_type: 'id_token', response_mode: 'form_post', claims };
  const given = claimsOf(fieldsOf(await bed.signIn(asked))['id_token']);
  t.is(given['upn'], JANE);
  t.is(given['acct'], 0);
  t.is(given['given_name'], 'Jane');
  t.is(typeof given['auth_time'], 'number');
});

test('a guest has the home tenant as idp and the home address as user name', async (t) => {
  await using bed = await startBed();
  const gus = bed.tenant.people.get('gus@fabrikam.example');
  const asked = { response_type: 'id_token', response_mode: 'form_post' };
  const claims = claimsOf(fieldsOf(await bed.signIn(asked, { person: gus.oid }))['id_token']);
  t.is(claims['idp'], `https://sts.windows.net/${gus.homeTenant ?? ''}/`);
  t.is(claims['preferred_username'], 'gus@fabrikam.example');
  t.is(gus.upn, 'gus_fabrikam.example#EXT#@contoso.example');
});

test('an access token for Graph does not verify with the published keys', async (t) => {
  await using bed = await startBed();
  const token = fieldsOf(await bed.signIn(IMPLICIT))['access_token'] ?? '';
  t.deepEqual(Object.keys(headerOfToken(token)), ['typ', 'nonce', 'alg', 'x5t', 'kid']);
  await t.throwsAsync(verify(bed, token), { instanceOf: errors.JWSSignatureVerificationFailed });
});

test('an access token for Graph is of version 1.0', async (t) => {
  await using bed = await startBed();
  const claims = claimsOf(fieldsOf(await bed.signIn(IMPLICIT))['access_token']);
  t.is(claims['ver'], '1.0');
  t.is(claims['iss'], `https://sts.windows.net/${bed.T}/`);
  t.is(claims['aud'], 'https://graph.microsoft.com');
  t.is(claims['appid'], APP);
  t.is(claims['idtyp'], 'user');
  t.deepEqual(String(claims['scp']).split(' ').toSorted(), [
    'GroupMember.Read.All',
    'User.Read',
    'User.Read.All',
    'email',
    'openid',
    'profile',
  ]);
  t.deepEqual(claims['amr'], ['pwd']);
  t.true(
    ['puid', 'upn', 'unique_name', 'wids', 'xms_tcdt', 'ipaddr'].every((name) => name in claims),
  );
});

test('an access token lives for 60 to 90 minutes, and expires_in is one second less', async (t) => {
  await using bed = await startBed({}, { clock: () => 1_800_000_000_000 });
  for (let turn = 0; turn < 5; turn += 1) {
    const { access_token: token, expires_in: expiresIn } = fieldsOf(await bed.signIn(IMPLICIT));
    const { exp, iat } = claimsOf(token);
    const lifetime = Number(exp) - 1_800_000_000;
    t.true(lifetime >= 3600 && lifetime < 5400);
    t.is(Number(exp) - Number(iat), lifetime + 300);
    t.is(expiresIn, String(lifetime - 1));
  }
});

test('graphAudience prints the id of Graph instead of its URI', async (t) => {
  await using bed = await startBed({ variants: { graphAudience: 'guid' } });
  const token = fieldsOf(await bed.signIn(IMPLICIT))['access_token'] ?? '';
  t.is(claimsOf(token)['aud'], '00000003-0000-0000-c000-000000000000');
  t.is((await bed.graph('/v1.0/me', token)).status, 200);
});

test('graphTokenFormat makes tokens that have no structure, and that Graph knows', async (t) => {
  await using bed = await startBed({ variants: { graphTokenFormat: 'opaque' } });
  const token = fieldsOf(await bed.signIn(IMPLICIT))['access_token'] ?? '';
  t.false(token.includes('.'));
  t.is((await bed.graph('/v1.0/me', token)).status, 200);
});

test('a token for Storage verifies with the published keys', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(`openid ${STORAGE_SCOPE}`);
  t.false('nonce' in headerOfToken(token));
  t.is(claimsOf(token)['aud'], 'https://storage.azure.com');
  t.is(claimsOf(token)['scp'], 'user_impersonation');
});

test('storageAudience ends the audience with a slash', async (t) => {
  await using bed = await startBed({ variants: { storageAudience: 'with-slash' } });
  const token = await bed.accessToken(`openid ${STORAGE_SCOPE}`);
  t.is(claimsOf(token)['aud'], 'https://storage.azure.com/');
  t.is((await bed.storage('/files?restype=container', token, { method: 'PUT' })).status, 201);
});

test('an API of the tenant gets tokens of the version that it asked for', async (t) => {
  await using bed = await startBed();
  const api = bed.tenant.applications.add({
    displayName: 'Orders',
    api: { scopes: ['Orders.Read'] },
  });
  const two = claimsOf(await bed.accessToken(`openid api://${api.appId}/Orders.Read`));
  t.deepEqual(
    [two['ver'], two['aud'], two['iss'], two['scp'], two['azp']],
    ['2.0', api.appId, bed.tenant.issuer, 'Orders.Read', APP],
  );
  const old = bed.tenant.applications.add({
    displayName: 'Old',
    api: { scopes: ['Old.Read'], tokenVersion: 1 },
  });
  const one = claimsOf(await bed.accessToken(`openid api://${old.appId}/Old.Read`));
  t.deepEqual([one['ver'], one['aud'], one['appid']], ['1.0', `api://${old.appId}`, APP]);
});

test('groups are listed up to the limit of the endpoint, then only marked', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { groupClaims: 'SecurityGroup' });
  const browser = { response_type: 'code id_token', response_mode: 'form_post' };
  const few = fieldsOf(await bed.signIn(browser));
  t.true(Array.isArray(claimsOf(few['id_token'])['groups']));
  bed.tenant.groups.generate(5, { members: [JANE] });
  const several = fieldsOf(await bed.signIn(browser));
  t.is(claimsOf(several['id_token'])['hasgroups'], true);
  const { body } = await bed.redeem(several['code'] ?? '');
  t.is(at(claimsOf(body['id_token']), 'groups', 'length'), 7);
  bed.tenant.groups.generate(200, { members: [JANE] });
  const many = await bed.redeem(fieldsOf(await bed.signIn(browser))['code'] ?? '');
  const claims = claimsOf(many.body['id_token']);
  t.deepEqual(claims['_claim_names'], { groups: 'src1' });
  t.regex(
    String(at(claims, '_claim_sources', 'src1', 'endpoint')),
    /^https:\/\/graph\.windows\.net\//,
  );
});

test('implicitGroupLimit lifts the limit of the browser', async (t) => {
  await using bed = await startBed({ variants: { implicitGroupLimit: 200 } });
  bed.tenant.applications.update(APP, { groupClaims: 'SecurityGroup' });
  bed.tenant.groups.generate(20, { members: [JANE] });
  const claims = claimsOf(fieldsOf(await bed.signIn(IMPLICIT))['id_token']);
  t.is(at(claims, 'groups', 'length'), 22);
});

test('app roles come from the person and from direct groups', async (t) => {
  await using bed = await startBed();
  const { oid } = bed.tenant.people.get(JANE);
  const { id } = bed.tenant.groups.get('Finance');
  bed.tenant.applications.update(APP, {
    roleAssignments: new Map([
      [oid, ['Approver']],
      [id, ['Reader', 'Approver']],
    ]),
  });
  const claims = claimsOf(fieldsOf(await bed.signIn(IMPLICIT))['id_token']);
  t.deepEqual(claims['roles'], ['Approver', 'Reader']);
});
