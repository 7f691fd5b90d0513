import test from 'ava';
import { contoso } from '../../src/emulator/index.ts';
import {
  APP,
  type Bed,
  claimsOf,
  codesOf,
  JANE,
  pkce,
  REDIRECT,
  startBed,
  STORAGE_SCOPE,
} from '../_support/emulator-bed.ts';

const SCOPE = `openid profile offline_access User.Read ${STORAGE_SCOPE}`;
const DAY_MS = 86_400_000;

const refreshToken = async (bed: Bed, scope = SCOPE): Promise<string> => {
  const outcome = await bed.signIn({ scope });
  const code = outcome.kind === 'answer' ? (outcome.fields['code'] ?? '') : '';
  const { body } = await bed.redeem(code, { scope: 'openid offline_access User.Read' });
  return String(body['refresh_token']);
};

test('a refresh token is for any resource that was consented to', async (t) => {
  await using bed = await startBed();
  const token = await refreshToken(bed);
  const storage = await bed.refresh(token, { scope: STORAGE_SCOPE });
  t.is(claimsOf(storage.body['access_token'])['aud'], 'https://storage.azure.com');
  const graph = await bed.refresh(token, { scope: 'User.Read' });
  t.is(claimsOf(graph.body['access_token'])['aud'], 'https://graph.microsoft.com');
});

test('every use gives a new refresh token, and the old one stays good', async (t) => {
  await using bed = await startBed();
  const first = await refreshToken(bed);
  const second = String((await bed.refresh(first)).body['refresh_token']);
  t.not(second, first);
  t.is((await bed.refresh(second)).status, 200);
  t.is((await bed.refresh(first)).status, 200);
});

test('refreshTokenReuse refuses a token that was replaced', async (t) => {
  await using bed = await startBed({ variants: { refreshTokenReuse: 'refused' } });
  const token = await refreshToken(bed);
  await bed.refresh(token);
  t.deepEqual(codesOf(await bed.refresh(token)), [400, 'invalid_grant', 70000]);
});

test('an ID token of a refresh is about the same person and has no nonce', async (t) => {
  await using bed = await startBed();
  const { body: first } = await bed.tokens(SCOPE);
  const { body: second } = await bed.refresh(String(first['refresh_token']), {
    scope: 'openid User.Read',
  });
  const [before, after] = [first, second].map((body) => claimsOf(body['id_token']));
  for (const name of ['iss', 'sub', 'tid', 'oid', 'sid']) t.is(after?.[name], before?.[name]);
  t.false('nonce' in (after ?? {}));
});

test('scopes of two resources are refused at a refresh too', async (t) => {
  await using bed = await startBed();
  const reply = await bed.refresh(await refreshToken(bed), { scope: `User.Read ${STORAGE_SCOPE}` });
  t.deepEqual(codesOf(reply), [400, 'invalid_scope', 28000]);
});

test('a refresh without a scope gives those of the sign-in, or AADSTS90009 by variant', async (t) => {
  await using bed = await startBed();
  const token = await refreshToken(bed);
  const { body } = await bed.refresh(token);
  t.is(claimsOf(body['access_token'])['aud'], 'https://graph.microsoft.com');
  bed.tenant.variants.scopelessRefresh = 'refused';
  t.deepEqual(codesOf(await bed.refresh(token)), [400, 'invalid_request', 90009]);
  t.is((await bed.refresh(token, { scope: 'User.Read' })).status, 200);
});

test('a refresh needs the credential of the client', async (t) => {
  await using bed = await startBed();
  const reply = await bed.refresh(await refreshToken(bed), { client_secret: undefined });
  t.deepEqual(codesOf(reply), [401, 'invalid_client', 7000218]);
});

test('a refresh token of another client is refused', async (t) => {
  await using bed = await startBed();
  const other = bed.tenant.applications.add({ displayName: 'Other', secrets: ['s'] });
  const reply = await bed.refresh(await refreshToken(bed), {
    client_id: other.appId,
    client_secret: 's',
  });
  t.deepEqual(codesOf(reply), [400, 'invalid_grant', 70000]);
});

test('a refresh token of another tenant is AADSTS50020, and good at its own', async (t) => {
  const open = contoso([REDIRECT]);
  const applications = open.applications?.map((app) => ({
    ...app,
    signInAudience: 'AzureADMultipleOrgs' as const,
  }));
  const other = { name: 'Fabrikam' };
  await using bed = await startBed({}, { tenants: [{ ...open, applications }, other] });
  const token = await refreshToken(bed);
  const fields = { grant_type: 'refresh_token', refresh_token: token };
  const reply = await bed.token(fields, {}, 'fabrikam.example');
  t.deepEqual(codesOf(reply), [400, 'invalid_grant', 50020]);
  t.regex(String(reply.body['error_description']), /jane@contoso\.example.*Fabrikam/);
  t.is((await bed.token(fields)).status, 200);
  t.is((await bed.token(fields, {}, 'common')).status, 200);
});

test('a token that nobody used for ninety days is AADSTS700082', async (t) => {
  await using bed = await startBed();
  const token = await refreshToken(bed);
  bed.emulator.time.advance(89 * DAY_MS);
  t.is((await bed.refresh(token)).status, 200);
  bed.emulator.time.advance(2 * DAY_MS);
  t.deepEqual(codesOf(await bed.refresh(token)), [400, 'invalid_grant', 700082]);
});

test('the life of refresh tokens is a policy', async (t) => {
  await using bed = await startBed({ policies: { refreshTokenSeconds: 60 } });
  const token = await refreshToken(bed);
  bed.emulator.time.advance(61_000);
  t.deepEqual(codesOf(await bed.refresh(token)), [400, 'invalid_grant', 700082]);
});

test('sign-in frequency ends a refresh token with AADSTS70043', async (t) => {
  await using bed = await startBed({ policies: { signInFrequencySeconds: 3600 } });
  const token = await refreshToken(bed);
  bed.emulator.time.advance(3_600_000);
  const reply = await bed.refresh(token);
  t.deepEqual(codesOf(reply), [400, 'invalid_grant', 70043]);
  t.is(reply.body['suberror'], 'bad_token');
});

for (const reason of [50173, 50132, 50133] as const) {
  test(`a revoked person’s refresh token is AADSTS${reason}`, async (t) => {
    await using bed = await startBed();
    const token = await refreshToken(bed);
    bed.tenant.people.revokeSessions(JANE, reason);
    const reply = await bed.refresh(token);
    t.deepEqual(codesOf(reply), [400, 'invalid_grant', reason]);
    t.is(reply.body['suberror'], 'bad_token');
    t.is((await bed.refresh(await refreshToken(bed))).status, 200);
  });
}

test('a disabled person’s refresh token is AADSTS50057', async (t) => {
  await using bed = await startBed();
  const token = await refreshToken(bed);
  bed.tenant.people.update(JANE, { enabled: false });
  t.deepEqual(codesOf(await bed.refresh(token)), [400, 'invalid_grant', 50057]);
});

test('a refresh token of somebody who was removed is AADSTS500341, also when the name is given again', async (t) => {
  await using bed = await startBed();
  const token = await refreshToken(bed);
  bed.tenant.people.remove(JANE);
  t.deepEqual(codesOf(await bed.refresh(token)), [400, 'invalid_grant', 500341]);
  bed.tenant.people.add({ upn: JANE });
  t.deepEqual(codesOf(await bed.refresh(token)), [400, 'invalid_grant', 500341]);
});

test('consent that was taken back is AADSTS65001', async (t) => {
  await using bed = await startBed();
  const token = await refreshToken(bed);
  bed.tenant.consents.revoke(JANE, APP, [STORAGE_SCOPE]);
  t.deepEqual(codesOf(await bed.refresh(token, { scope: STORAGE_SCOPE })), [
    400,
    'invalid_grant',
    65001,
  ]);
});

test('a single page application’s refresh tokens end a day after the sign-in', async (t) => {
  await using bed = await startBed();
  const uri = 'https://spa.example/';
  bed.tenant.applications.addRedirectUri(APP, uri, 'spa');
  const { verifier, challenge } = pkce();
  const outcome = await bed.signIn({
    redirect_uri: uri,
    scope: 'openid offline_access',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const code = outcome.kind === 'answer' ? (outcome.fields['code'] ?? '') : '';
  const origin = { origin: 'https://spa.example' };
  const fields = {
    client_secret: undefined,
    redirect_uri: uri,
    code,
    code_verifier: verifier,
    grant_type: 'authorization_code',
  };
  const first = String((await bed.token(fields, origin)).body['refresh_token']);
  bed.emulator.time.advance(23 * 3_600_000);
  const again = { client_secret: undefined, grant_type: 'refresh_token' };
  const second = String(
    (await bed.token({ ...again, refresh_token: first }, origin)).body['refresh_token'],
  );
  bed.emulator.time.advance(2 * 3_600_000);
  const reply = await bed.token({ ...again, refresh_token: second }, origin);
  t.deepEqual(codesOf(reply), [400, 'invalid_grant', 700084]);
});
