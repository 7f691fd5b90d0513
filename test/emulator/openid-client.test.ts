import test, { type ExecutionContext } from 'ava';
import * as client from 'openid-client';
import { importPKCS8 } from 'jose';
import { fetch } from 'undici';
import { readCertificate } from '../../src/emulator/tenant/credentials.ts';
import { clientCertificate } from '../_support/client-certificate.ts';
import { emulatorAgent } from '../_support/emulator-browser.ts';
import { APP, type Bed, JANE, SECRET, startBed, STORAGE_SCOPE } from '../_support/emulator-bed.ts';

/**
 * A certified relying party as judge of the emulator: what it accepts is right by the specifications, and what the
 * emulator refuses must reach it as the error that the specifications name.
 */
const CALLBACK = 'https://rp.example/callback';

/** The library's HTTP, towards the emulator; Graph is named by its public origin in the discovery document. */
function towards(t: ExecutionContext, { emulator }: Bed): client.CustomFetch {
  const dispatcher = emulatorAgent(emulator);
  t.teardown(() => dispatcher.destroy());
  return async (url, { body, headers, method, redirect }) => {
    const { origin } = new URL(url);
    const address = url.replace(origin, emulator.authority.map[origin] ?? origin);
    const form = body instanceof URLSearchParams ? { body: body.toString() } : {};
    const reply = await fetch(address, { ...form, headers, method, redirect, dispatcher });
    return new Response(await reply.text(), { status: reply.status, headers: [...reply.headers] });
  };
}

async function configure(
  t: ExecutionContext,
  bed: Bed,
  authentication: client.ClientAuth = client.ClientSecretPost(SECRET),
): Promise<client.Configuration> {
  bed.tenant.applications.addRedirectUri(APP, CALLBACK);
  const issuer = new URL(bed.tenant.issuer);
  const options = { [client.customFetch]: towards(t, bed) };
  const config = await client.discovery(issuer, APP, undefined, authentication, options);
  client.enableNonRepudiationChecks(config);
  return config;
}

type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

/** A sign-in that is begun, answered by a person, and finished. */
async function codeFlow(bed: Bed, config: client.Configuration, scope: string): Promise<Tokens> {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    prompt: 'select_account',
  });
  const outcome = await bed.signIn(Object.fromEntries(url.searchParams));
  const answer = new URL(outcome.response.headers.get('location') ?? 'https://none.example');
  const checks = {
    pkceCodeVerifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  };
  return client.authorizationCodeGrant(config, answer, checks);
}

test('it accepts discovery, and the code flow with PKCE', async (t) => {
  await using bed = await startBed();
  const config = await configure(t, bed);
  const tokens = await codeFlow(bed, config, 'openid profile email offline_access User.Read');
  t.is(tokens.claims()?.['preferred_username'], JANE);
  t.is(tokens.claims()?.iss, bed.tenant.issuer);
  t.is(typeof tokens.refresh_token, 'string');
  t.true((tokens.expiresIn() ?? 0) > 3500);
});

test('it accepts UserInfo for the sub of the ID token', async (t) => {
  await using bed = await startBed();
  const config = await configure(t, bed);
  const tokens = await codeFlow(bed, config, 'openid profile email User.Read');
  const sub = tokens.claims()?.sub ?? '';
  t.is((await client.fetchUserInfo(config, tokens.access_token, sub)).name, 'Jane Roe');
});

test('it refreshes for several resources, with the same identity', async (t) => {
  await using bed = await startBed();
  const config = await configure(t, bed);
  const first = await codeFlow(bed, config, 'openid profile offline_access User.Read').catch(
    (error: unknown) => error,
  );
  if (!isTokens(first)) return t.fail(String(first));
  bed.tenant.consents.grant(JANE, APP, [STORAGE_SCOPE]);
  const graph = await client.refreshTokenGrant(config, first.refresh_token ?? '', {
    scope: 'openid User.Read',
  });
  t.is(graph.claims()?.sub, first.claims()?.sub);
  const storage = await client.refreshTokenGrant(config, graph.refresh_token ?? '', {
    scope: STORAGE_SCOPE,
  });
  t.is(storage.scope, STORAGE_SCOPE);
});

const isTokens = (value: unknown): value is Tokens =>
  typeof value === 'object' && value !== null && 'access_token' in value;

test('it accepts client credentials by post and by Basic', async (t) => {
  await using bed = await startBed();
  const parameters = { scope: 'https://graph.microsoft.com/.default' };
  for (const authentication of [
    client.ClientSecretPost(SECRET),
    client.ClientSecretBasic(SECRET),
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one way after the other
    const config = await configure(t, bed, authentication);
    // oxlint-disable-next-line no-await-in-loop -- as above
    const tokens = await client.clientCredentialsGrant(config, parameters);
    t.is(tokens.token_type, 'bearer');
    t.is(tokens.id_token, undefined);
  }
});

test('it proves itself with a certificate, by PS256 and x5t#S256', async (t) => {
  await using bed = await startBed();
  const { certificate, key: pem } = await clientCertificate();
  const registered = readCertificate(certificate);
  const key = await importPKCS8(pem, 'PS256');
  bed.tenant.applications.update(APP, { certificates: [registered] });
  const authentication = client.PrivateKeyJwt(key, {
    [client.modifyAssertion]: (header) => {
      header['x5t#S256'] = registered.sha256;
    },
  });
  const config = await configure(t, bed, authentication);
  const scope = 'https://graph.microsoft.com/.default';
  t.is((await client.clientCredentialsGrant(config, { scope })).token_type, 'bearer');
  const tokens = await codeFlow(bed, config, 'openid profile offline_access User.Read');
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', {
    scope: 'User.Read',
  });
  t.not(refreshed.access_token, tokens.access_token);
});

test('it accepts ID tokens of the implicit flow', async (t) => {
  await using bed = await startBed();
  const config = await configure(t, bed);
  client.useIdTokenResponseType(config);
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const parameters = {
    redirect_uri: CALLBACK,
    scope: 'openid profile',
    response_mode: 'fragment',
    state,
    nonce,
  };
  const url = client.buildAuthorizationUrl(config, parameters);
  const outcome = await bed.signIn(Object.fromEntries(url.searchParams));
  const answer = new URL(outcome.response.headers.get('location') ?? 'https://none.example');
  const claims = await client.implicitAuthentication(config, answer, nonce, {
    expectedState: state,
  });
  t.is(claims['preferred_username'], JANE);
});

test('it accepts hybrid answers, with c_hash', async (t) => {
  await using bed = await startBed();
  const config = await configure(t, bed);
  client.useCodeIdTokenResponseType(config);
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const parameters = {
    redirect_uri: CALLBACK,
    scope: 'openid profile User.Read',
    response_mode: 'fragment',
    state,
    nonce,
  };
  const url = client.buildAuthorizationUrl(config, parameters);
  const outcome = await bed.signIn(Object.fromEntries(url.searchParams));
  const answer = new URL(outcome.response.headers.get('location') ?? 'https://none.example');
  const tokens = await client.authorizationCodeGrant(config, answer, {
    expectedState: state,
    expectedNonce: nonce,
  });
  t.is(tokens.claims()?.['oid'], bed.tenant.people.get(JANE).oid);
});

test('it accepts the device flow', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { publicClient: true });
  const config = await configure(t, bed, client.None());
  const device = await client.initiateDeviceAuthorization(config, {
    scope: 'openid profile User.Read',
  });
  t.is(device.user_code.length, 9);
  bed.tenant.policies.autopilot = JANE;
  await bed.browser.send('/common/oauth2/deviceauth', {
    method: 'POST',
    body: `otc=${device.user_code}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const tokens = await client.pollDeviceAuthorizationGrant(config, { ...device, interval: 0.01 });
  t.is(tokens.claims()?.['preferred_username'], JANE);
});

test('errors reach it as the errors of the specification', async (t) => {
  await using bed = await startBed();
  const config = await configure(t, bed, client.ClientSecretPost('wrong'));
  const parameters = { scope: 'https://graph.microsoft.com/.default' };
  const denied = await t.throwsAsync(client.clientCredentialsGrant(config, parameters));
  t.like(denied, { error: 'invalid_client', status: 401 });
  const declined = await bed.signIn({ redirect_uri: CALLBACK }, { consent: 'decline' });
  const answer = new URL(declined.response.headers.get('location') ?? 'https://none.example');
  const refused = await t.throwsAsync(
    client.authorizationCodeGrant(config, answer, { expectedState: 'a-state' }),
  );
  t.like(refused, { error: 'access_denied' });
});

for (const name of [
  'iss-other-tenant',
  'aud-other-app',
  'nonce-wrong',
  'exp-past',
  'sub-missing',
  'iat-missing',
  'signature-flipped',
  'alg-none',
  'kid-unknown',
] as const) {
  test(`it refuses ${name}`, async (t) => {
    await using bed = await startBed();
    const config = await configure(t, bed);
    bed.tenant.tampering.on(name);
    await t.throwsAsync(codeFlow(bed, config, 'openid profile User.Read'));
  });
}

for (const name of [
  'aud-array',
  'groups-present',
  'token-type-lower-case',
  'discovery-richer',
  'keys-shuffled',
  'iss-parameter-right',
] as const) {
  test(`it accepts ${name}`, async (t) => {
    await using bed = await startBed();
    bed.tenant.tampering.on(name);
    const config = await configure(t, bed);
    t.is(typeof (await codeFlow(bed, config, 'openid profile User.Read')).access_token, 'string');
  });
}
