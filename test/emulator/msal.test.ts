import { webcrypto } from 'node:crypto';
// oxlint-disable-next-line import/no-unassigned-import -- the certificate library needs it
import '../../src/emulator/reflect-metadata.ts';
import {
  AuthError,
  ConfidentialClientApplication,
  type Configuration,
  CryptoProvider,
  type INetworkModule,
  InteractionRequiredAuthError,
  type NetworkRequestOptions,
  type NetworkResponse,
  ServerError,
} from '@azure/msal-node';
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509';
import test, { type ExecutionContext } from 'ava';
import { fetch } from 'undici';
import { readCertificate } from '../../src/emulator/tenant/credentials.ts';
import { emulatorAgent } from '../_support/emulator-browser.ts';
import {
  APP,
  type Bed,
  claimsOf,
  JANE,
  REDIRECT,
  SECRET,
  startBed,
  STORAGE_SCOPE,
} from '../_support/emulator-bed.ts';

/** Microsoft's own client as judge of the emulator. Its HTTP goes to the emulator, instance discovery too. */
function network(t: ExecutionContext, { emulator }: Bed): INetworkModule {
  const dispatcher = emulatorAgent(emulator);
  t.teardown(() => dispatcher.destroy());
  const send = async <T>(
    method: string,
    url: string,
    options?: NetworkRequestOptions,
  ): Promise<NetworkResponse<T>> => {
    const address = url.replace(
      'https://login.microsoftonline.com/common/discovery',
      `${emulator.login}/common/discovery`,
    );
    const reply = await fetch(address, {
      method,
      dispatcher,
      body: options?.body ?? null,
      headers: options?.headers ?? {},
    });
    return {
      status: reply.status,
      headers: Object.fromEntries(reply.headers),
      body: (await reply.json()) as T,
    };
  };
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}

type Credential = Partial<Configuration['auth']>;

const confidential = (
  t: ExecutionContext,
  bed: Bed,
  credential: Credential = { clientSecret: SECRET },
): ConfidentialClientApplication =>
  new ConfidentialClientApplication({
    auth: { clientId: APP, authority: `${bed.emulator.login}/${bed.T}`, ...credential },
    system: { networkClient: network(t, bed) },
  });

type Acquired = NonNullable<
  Awaited<ReturnType<ConfidentialClientApplication['acquireTokenByCode']>>
>;

/** A sign-in by MSAL's own URL, answered by a person, and redeemed by MSAL. */
async function signIn(
  bed: Bed,
  msal: ConfidentialClientApplication,
  scopes: string[],
  claims?: string,
): Promise<Acquired> {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const asked = { scopes, redirectUri: REDIRECT, ...(claims === undefined ? {} : { claims }) };
  const url = new URL(
    await msal.getAuthCodeUrl({ ...asked, codeChallenge: challenge, codeChallengeMethod: 'S256' }),
  );
  const outcome = await bed.signIn({ nonce: undefined, ...Object.fromEntries(url.searchParams) });
  const code = outcome.kind === 'answer' ? (outcome.fields['code'] ?? '') : '';
  const acquired = await msal.acquireTokenByCode({
    ...asked,
    scopes: scopes.slice(0, 1),
    code,
    codeVerifier: verifier,
  });
  if (acquired === null) throw new Error('MSAL gave nothing');
  return acquired;
}

test('MSAL finds the emulator by instance discovery and signs in with code and PKCE', async (t) => {
  await using bed = await startBed();
  const { account, accessToken } = await signIn(bed, confidential(t, bed), ['User.Read']);
  t.is(account?.username, JANE);
  t.is(account?.tenantId, bed.T);
  t.is(account?.homeAccountId, `${bed.tenant.people.get(JANE).oid}.${bed.T}`);
  t.is((await bed.graph('/v1.0/me', accessToken)).status, 200);
  t.is(bed.emulator.journal.count({ endpoint: 'instance' }), 1);
  const token = bed.emulator.journal.find({ endpoint: 'token' });
  t.is(token?.headers['x-client-sku'] ?? token?.parameters['x-client-SKU'], 'msal.js.node');
});

test('MSAL gets tokens for further resources silently', async (t) => {
  await using bed = await startBed();
  const msal = confidential(t, bed);
  const { account } = await signIn(bed, msal, ['User.Read', STORAGE_SCOPE]);
  if (account === null) return t.fail();
  const storage = await msal.acquireTokenSilent({ account, scopes: [STORAGE_SCOPE] });
  t.is(claimsOf(storage.accessToken)['aud'], 'https://storage.azure.com');
  const cached = await msal.acquireTokenSilent({ account, scopes: ['User.Read'] });
  t.true(cached.fromCache);
});

test('MSAL refreshes an expired token', async (t) => {
  await using bed = await startBed({ policies: { accessTokenSeconds: 60 } });
  const msal = confidential(t, bed);
  const { account, accessToken } = await signIn(bed, msal, ['User.Read']);
  if (account === null) return t.fail();
  const refreshed = await msal.acquireTokenSilent({ account, scopes: ['User.Read'] });
  t.false(refreshed.fromCache);
  t.not(refreshed.accessToken, accessToken);
});

test('MSAL gets an app-only token with a secret', async (t) => {
  await using bed = await startBed();
  const acquired = await confidential(t, bed).acquireTokenByClientCredential({
    scopes: ['https://graph.microsoft.com/.default'],
  });
  t.is(claimsOf(acquired?.accessToken)['idtyp'], 'app');
});

test('MSAL gets an app-only token with a certificate', async (t) => {
  await using bed = await startBed();
  const rsa = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=msal',
    notAfter: new Date(Date.now() + 86_400_000),
    keys,
    signingAlgorithm: rsa,
  });
  const registered = readCertificate(certificate.toString('pem'));
  bed.tenant.applications.update(APP, { certificates: [registered] });
  const privateKey = PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  );
  const thumbprintSha256 = Buffer.from(registered.sha256, 'base64url').toString('hex');
  const msal = confidential(t, bed, { clientCertificate: { thumbprintSha256, privateKey } });
  const acquired = await msal.acquireTokenByClientCredential({
    scopes: ['https://graph.microsoft.com/.default'],
  });
  t.is(claimsOf(acquired?.accessToken)['appidacr'], '2');
});

test('MSAL reads a wrong secret as a server error with its number', async (t) => {
  await using bed = await startBed();
  const msal = confidential(t, bed, { clientSecret: 'wrong' });
  const error = await t.throwsAsync(
    msal.acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] }),
    { instanceOf: ServerError },
  );
  t.like(error, { errorCode: 'invalid_client' });
  t.regex(error.message, /7000215/);
});

/** What happens to a person after signing in, and what MSAL makes of it. */
const INTERACTION: readonly (readonly [string, (bed: Bed) => void, string])[] = [
  [
    'a second factor that is missing',
    ({ tenant }) => {
      tenant.policies.secondFactor = 'always';
    },
    'interaction_required',
  ],
  [
    'conditional access that blocks',
    ({ tenant }) => {
      tenant.policies.blocks = [{ error: 53003 }];
    },
    'interaction_required',
  ],
  [
    'sessions that were revoked',
    ({ tenant }) => tenant.people.revokeSessions(JANE),
    'invalid_grant',
  ],
  [
    'consent that was taken back',
    ({ tenant }) => tenant.consents.revoke(JANE, APP, ['User.Read']),
    'invalid_grant',
  ],
];

for (const [title, happen, errorCode] of INTERACTION) {
  test(`MSAL asks for interaction after ${title}`, async (t) => {
    await using bed = await startBed();
    const msal = confidential(t, bed);
    const { account } = await signIn(bed, msal, ['User.Read']);
    if (account === null) return t.fail();
    happen(bed);
    const silent = msal.acquireTokenSilent({ account, scopes: ['User.Read'], forceRefresh: true });
    const error = await t.throwsAsync(silent, { instanceOf: InteractionRequiredAuthError });
    t.is(error.errorCode, errorCode);
  });
}

test('MSAL reads a disabled person as a server error, with no interaction that could help', async (t) => {
  await using bed = await startBed();
  const msal = confidential(t, bed);
  const { account } = await signIn(bed, msal, ['User.Read']);
  if (account === null) return t.fail();
  bed.tenant.people.update(JANE, { enabled: false });
  const silent = msal.acquireTokenSilent({ account, scopes: ['User.Read'], forceRefresh: true });
  const error = await t.throwsAsync(silent, { instanceOf: ServerError });
  t.like(error, { errorCode: 'invalid_grant' });
  t.regex(error.message, /50057/);
});

test('MSAL throttles itself after a 429', async (t) => {
  await using bed = await startBed();
  const msal = confidential(t, bed);
  bed.emulator.failNext('token', { aadsts: 90055, status: 429, retryAfter: 30 });
  const ask = (): Promise<unknown> =>
    msal.acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] });
  await t.throwsAsync(ask(), { instanceOf: ServerError });
  await t.throwsAsync(ask(), { instanceOf: ServerError });
  t.is(bed.emulator.journal.count({ endpoint: 'token' }), 1);
});

test('MSAL hands a claims challenge on and gets a token that satisfies it', async (t) => {
  await using bed = await startBed();
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
  const { accessToken } = await signIn(bed, confidential(t, bed), ['User.Read'], claims);
  t.deepEqual(claimsOf(accessToken)['acrs'], ['c1']);
});

test('MSAL declares cp1 and gets a token for a day, with a time to refresh it', async (t) => {
  await using bed = await startBed();
  const msal = confidential(t, bed, { clientSecret: SECRET, clientCapabilities: ['cp1'] });
  const { accessToken, refreshOn } = await signIn(bed, msal, ['User.Read']);
  t.deepEqual(claimsOf(accessToken)['xms_cc'], ['cp1']);
  t.true((refreshOn?.getTime() ?? 0) > Date.now() + 9 * 3_600_000);
});

test('MSAL refuses an authority whose issuer is another’s', async (t) => {
  await using bed = await startBed();
  bed.tenant.tampering.on('issuer-other');
  await t.throwsAsync(signIn(bed, confidential(t, bed), ['User.Read']), { instanceOf: AuthError });
});
