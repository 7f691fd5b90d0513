import { generateKeyPairSync, randomUUID, webcrypto } from 'node:crypto';
import test from 'ava';
import { exportJWK, SignJWT, type JWK } from 'jose';
// oxlint-disable-next-line import/no-unassigned-import -- the certificate library needs it
import '../../src/emulator/reflect-metadata.ts';
import { X509CertificateGenerator } from '@peculiar/x509';
import { readCertificate } from '../../src/emulator/tenant/credentials.ts';
import {
  APP,
  at,
  type Bed,
  claimsOf,
  codesOf,
  type Json,
  SECRET,
  startBed,
} from '../_support/emulator-bed.ts';

const APP_ONLY = {
  grant_type: 'client_credentials',
  scope: 'https://graph.microsoft.com/.default',
};
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const basic = (id: string, secret: string): { readonly authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});

test('a secret may be sent in a Basic header', async (t) => {
  await using bed = await startBed();
  const fields = { ...APP_ONLY, client_id: undefined, client_secret: undefined };
  t.is((await bed.token(fields, basic(APP, SECRET))).status, 200);
  t.deepEqual(codesOf(await bed.token(fields, basic(APP, 'wrong'))), [
    401,
    'invalid_client',
    7000215,
  ]);
});

test('any secret that has not expired will do', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.addSecret(APP, 'a new + secret ~ with % signs');
  t.is(
    (await bed.token({ ...APP_ONLY, client_secret: 'a new + secret ~ with % signs' })).status,
    200,
  );
  t.is((await bed.token(APP_ONLY)).status, 200);
});

test('an expired secret is AADSTS7000222', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.expireSecrets(APP);
  t.deepEqual(codesOf(await bed.token(APP_ONLY)), [401, 'invalid_client', 7000222]);
});

test('a client secret ID in the place of the value is AADSTS7000215', async (t) => {
  await using bed = await startBed();
  const [secret] = bed.tenant.applications.get(APP).secrets;
  const reply = await bed.token({ ...APP_ONLY, client_secret: secret?.keyId });
  t.deepEqual(codesOf(reply), [401, 'invalid_client', 7000215]);
  t.regex(String(reply.body['error_description']), /not the client secret ID/);
});

test('a secret together with an Origin header is refused', async (t) => {
  await using bed = await startBed();
  const reply = await bed.token(APP_ONLY, { origin: 'https://gw.example' });
  t.deepEqual(codesOf(reply), [400, 'invalid_request', 9002326]);
});

test('an app-only token has roles, no scp, and comes without refresh and ID token', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, {
    applicationPermissions: [
      'https://graph.microsoft.com/User.Read.All',
      'https://storage.azure.com/x',
    ],
  });
  const { body } = await bed.token(APP_ONLY);
  t.deepEqual(Object.keys(body), ['token_type', 'expires_in', 'ext_expires_in', 'access_token']);
  const claims = claimsOf(body['access_token']);
  t.deepEqual(claims['roles'], ['User.Read.All']);
  t.is(claims['idtyp'], 'app');
  t.is(claims['oid'], bed.tenant.applications.get(APP).objectId);
  t.false('scp' in claims);
});

test('client credentials need .default of one resource', async (t) => {
  await using bed = await startBed();
  for (const scope of ['User.Read', 'openid']) {
    const reply = await bed.token({ ...APP_ONLY, scope });
    t.deepEqual(codesOf(reply), [400, 'invalid_scope', 1002012]);
  }
});

test('client credentials for a resource that does not exist are refused', async (t) => {
  await using bed = await startBed();
  const reply = await bed.token({ ...APP_ONLY, scope: 'https://nowhere.example/.default' });
  t.deepEqual(codesOf(reply), [400, 'invalid_resource', 500011]);
});

const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};

interface ClientKey {
  readonly pem: string;
  readonly privateKey: webcrypto.CryptoKey;
  readonly privatePss: webcrypto.CryptoKey;
}

async function clientKey(): Promise<ClientKey> {
  const keys = await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=client',
    notAfter: new Date(Date.now() + 86_400_000),
    keys,
    signingAlgorithm: rsa,
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const pss = { name: 'RSA-PSS', hash: 'SHA-256' };
  return {
    pem: certificate.toString('pem'),
    privateKey: keys.privateKey,
    privatePss: await webcrypto.subtle.importKey('pkcs8', pkcs8, pss, false, ['sign']),
  };
}

const clientKeys = clientKey();

interface AssertionChanges {
  readonly thumbprint?: Readonly<Record<string, string>>;
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly alg?: 'PS256' | 'RS256';
  readonly key?: webcrypto.CryptoKey;
}

/** A client assertion that is right, but for the changes. */
async function assertion(
  bed: Bed,
  { thumbprint, payload, alg = 'PS256', key }: AssertionChanges = {},
): Promise<string> {
  const { pem, privateKey, privatePss } = await clientKeys;
  const now = Math.floor(bed.emulator.time.now() / 1000);
  const claims = {
    aud: `${bed.emulator.login}/${bed.T}/oauth2/v2.0/token`,
    iss: APP,
    sub: APP,
    jti: randomUUID(),
    nbf: now,
    iat: now,
    exp: now + 300,
    ...payload,
  };
  return new SignJWT(claims)
    .setProtectedHeader({
      alg,
      typ: 'JWT',
      ...(thumbprint ?? { 'x5t#S256': readCertificate(pem).sha256 }),
    })
    .sign(key ?? (alg === 'PS256' ? privatePss : privateKey));
}

async function withAssertion(bed: Bed, changes: AssertionChanges = {}): Promise<Json> {
  const { pem } = await clientKeys;
  bed.tenant.applications.update(APP, { certificates: [readCertificate(pem)] });
  return bed.token({
    ...APP_ONLY,
    client_secret: undefined,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await assertion(bed, changes),
  });
}

test('a certificate proves the client: PS256 with x5t#S256, RS256 with x5t', async (t) => {
  await using bed = await startBed();
  const { body } = await withAssertion(bed);
  t.is(claimsOf(body['access_token'])['appidacr'], '2');
  const { sha1 } = readCertificate((await clientKeys).pem);
  t.is((await withAssertion(bed, { alg: 'RS256', thumbprint: { x5t: sha1 } })).status, 200);
});

/** What is wrong with an assertion, and what it is refused with. */
const ASSERTIONS: readonly (readonly [string, AssertionChanges, number])[] = [
  ['a thumbprint that nobody registered', { thumbprint: { 'x5t#S256': 'AAAA' } }, 700027],
  ['another application as issuer', { payload: { iss: 'somebody' } }, 700021],
  ['another application as subject', { payload: { sub: 'somebody' } }, 700021],
  [
    'an audience that is not the token endpoint',
    { payload: { aud: 'https://elsewhere.example' } },
    700023,
  ],
  ['an end in the past', { payload: { exp: 1 } }, 700024],
  ['a beginning in the future', { payload: { nbf: 4_000_000_000 } }, 700024],
];

for (const [title, changes, aadsts] of ASSERTIONS) {
  test(`an assertion with ${title} is AADSTS${aadsts}`, async (t) => {
    await using bed = await startBed();
    t.deepEqual(codesOf(await withAssertion(bed, changes)), [401, 'invalid_client', aadsts]);
  });
}

test('an assertion signed by another key is AADSTS700027', async (t) => {
  await using bed = await startBed();
  const pss = { ...rsa, name: 'RSA-PSS' };
  const { privateKey } = await webcrypto.subtle.generateKey(pss, false, ['sign', 'verify']);
  t.deepEqual(codesOf(await withAssertion(bed, { key: privateKey })), [
    401,
    'invalid_client',
    700027,
  ]);
});

test('an assertion of another kind than the key of its certificate is AADSTS700027', async (t) => {
  await using bed = await startBed();
  const curve = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=client',
    keys: await webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']),
    signingAlgorithm: curve,
  });
  const registered = readCertificate(certificate.toString('pem'));
  bed.tenant.applications.update(APP, { certificates: [registered] });
  const reply = await bed.token({
    ...APP_ONLY,
    client_secret: undefined,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await assertion(bed, { thumbprint: { 'x5t#S256': registered.sha256 } }),
  });
  t.deepEqual(codesOf(reply), [401, 'invalid_client', 700027]);
});

test('an assertion of a certificate that is over is AADSTS700030', async (t) => {
  await using bed = await startBed();
  bed.emulator.time.advance(2 * 86_400_000);
  t.deepEqual(codesOf(await withAssertion(bed)), [401, 'invalid_client', 700030]);
});

test('assertionExpiredRefusal chooses the number of an expired assertion', async (t) => {
  await using bed = await startBed({ variants: { assertionExpiredRefusal: 700027 } });
  t.is(at((await withAssertion(bed, { payload: { exp: 1 } })).body, 'error_codes', 0), 700027);
});

test('an assertion without its type, and one that is no token, are refused', async (t) => {
  await using bed = await startBed();
  const fields = { ...APP_ONLY, client_secret: undefined, client_assertion: 'x.y.z' };
  t.deepEqual(codesOf(await bed.token(fields)), [400, 'invalid_request', 900144]);
  const typed = await bed.token({ ...fields, client_assertion_type: ASSERTION_TYPE });
  t.deepEqual(codesOf(typed), [401, 'invalid_client', 50013]);
});

const ISSUER = 'https://issuer.example';
const federation = generateKeyPairSync('rsa', { modulusLength: 2048 });

async function withFederated(
  bed: Bed,
  payload: Readonly<Record<string, unknown>> = {},
  key = federation.privateKey,
): Promise<Json> {
  const jwk: JWK = { ...(await exportJWK(federation.publicKey)), kid: 'k1', alg: 'RS256' };
  bed.tenant.applications.update(APP, {
    federatedCredentials: [
      {
        issuer: ISSUER,
        subject: 'repo:entrada',
        audience: 'api://AzureADTokenExchange',
        keys: [jwk],
      },
    ],
  });
  const now = Math.floor(bed.emulator.time.now() / 1000);
  const claims = {
    iss: ISSUER,
    sub: 'repo:entrada',
    aud: 'api://AzureADTokenExchange',
    iat: now,
    exp: now + 600,
    ...payload,
  };
  const client_assertion = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .sign(key);
  return bed.token({
    ...APP_ONLY,
    client_secret: undefined,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion,
  });
}

test('the token of a trusted issuer proves the client', async (t) => {
  await using bed = await startBed();
  t.is((await withFederated(bed)).status, 200);
});

const FEDERATED: readonly (readonly [string, Readonly<Record<string, unknown>>, number])[] = [
  ['another issuer', { iss: 'https://other.example' }, 700211],
  ['another audience', { aud: 'api://somebody' }, 700212],
  ['another subject', { sub: 'repo:other' }, 700213],
  ['an end in the past', { exp: 1 }, 700024],
];

for (const [title, payload, aadsts] of FEDERATED) {
  test(`a federated assertion with ${title} is AADSTS${aadsts}`, async (t) => {
    await using bed = await startBed();
    t.deepEqual(codesOf(await withFederated(bed, payload)), [401, 'invalid_client', aadsts]);
  });
}

test('a federated assertion signed by another key is AADSTS50013', async (t) => {
  await using bed = await startBed();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  t.deepEqual(codesOf(await withFederated(bed, {}, privateKey)), [401, 'invalid_client', 50013]);
});

test('federatedMismatchStatus chooses the status', async (t) => {
  await using bed = await startBed({ variants: { federatedMismatchStatus: 400 } });
  t.is((await withFederated(bed, { sub: 'repo:other' })).status, 400);
});

test('a person’s own token is no federated credential: AADSTS700229', async (t) => {
  await using bed = await startBed();
  const { body } = await bed.tokens('openid profile');
  const client_assertion = String(body['id_token']);
  const reply = await bed.token({
    ...APP_ONLY,
    client_secret: undefined,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion,
  });
  t.deepEqual(codesOf(reply), [401, 'invalid_client', 700229]);
});

test('a public client needs no credential, and may not send one', async (t) => {
  await using bed = await startBed();
  const uri = 'http://localhost/callback';
  bed.tenant.applications.addRedirectUri(APP, uri, 'public');
  const outcome = await bed.signIn({ redirect_uri: uri });
  const code = outcome.kind === 'answer' ? outcome.fields['code'] : '';
  const fields = { grant_type: 'authorization_code', code, redirect_uri: uri };
  t.deepEqual(codesOf(await bed.token(fields)), [401, 'invalid_client', 700025]);
  t.is((await bed.token({ ...fields, client_secret: undefined })).status, 200);
});

test('a single page application redeems its code from its own origin only', async (t) => {
  await using bed = await startBed();
  const uri = 'https://spa.example/';
  bed.tenant.applications.addRedirectUri(APP, uri, 'spa');
  const verifier = 'v'.repeat(43);
  const outcome = await bed.signIn({ redirect_uri: uri, code_challenge: verifier });
  const code = outcome.kind === 'answer' ? outcome.fields['code'] : '';
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: uri,
    code_verifier: verifier,
    client_secret: undefined,
  };
  t.deepEqual(codesOf(await bed.token(fields)), [400, 'invalid_request', 9002327]);
  const reply = await bed.token(fields, { origin: 'https://spa.example' });
  t.is(reply.status, 200);
  t.is(reply.headers.get('access-control-allow-origin'), 'https://spa.example');
  const preflight = await bed.browser.send(`/${bed.T}/oauth2/v2.0/token`, {
    method: 'OPTIONS',
    headers: { origin: 'https://spa.example', 'access-control-request-method': 'POST' },
  });
  t.is(preflight.headers.get('access-control-allow-methods'), 'POST, OPTIONS');
});
