import { createHash, X509Certificate } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import type { CredentialConfig } from '../../src/config/config.ts';
import type { ConfigFiles } from '../../src/config/config-files.ts';
import { clientCertificate, type ClientPair } from '../_support/client-certificate.ts';
import { filesOf } from '../_support/config-file.ts';
import {
  CODE,
  createDesk,
  formOf,
  refusedWith,
  signIn,
  type Desk,
} from '../_support/entra-desk.ts';
import { passwords } from '../_support/entra-id-config.ts';
import { APPLICATION } from '../_support/entra-tokens.ts';
import { TOKEN_URL } from '../_support/scripted-tenant.ts';

let pair: ClientPair;
let other: ClientPair;
test.before(async () => {
  [pair, other] = await Promise.all([clientCertificate(), clientCertificate()]);
});

const CERTIFICATE: CredentialConfig = { kind: 'certificate', certificate: '/c.crt', key: '/c.key' };
const ASSERTION: CredentialConfig = { kind: 'federated-assertion', file: '/token' };
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const forms = (desk: Desk): readonly URLSearchParams[] =>
  desk.tenant.to(TOKEN_URL).map(({ body }) => formOf(body));

const assertions = (desk: Desk): readonly string[] =>
  forms(desk).map((form) => form.get('client_assertion') ?? '');

/** A method that proves itself with files that the test may change. */
function deskWith(
  credential: CredentialConfig,
  contents: Record<string, string>,
  mode = 0o600,
): Desk {
  const files: ConfigFiles = { read: (path) => filesOf(contents).read(path), mode: () => mode };
  return createDesk({ config: { ...CODE, credential }, files });
}

/** The files of a certificate. */
const filesWith = ({ certificate, key }: ClientPair): Record<string, string> => ({
  '/c.crt': certificate,
  '/c.key': key,
});

/** Verifies an assertion as a tenant would, with the desk's time. */
async function verify(assertion: string, desk: Desk, made = pair): Promise<JWTPayload> {
  const { publicKey } = new X509Certificate(made.certificate);
  const now = new Date(desk.now);
  const { payload } = await jwtVerify(assertion, publicKey, { currentDate: now });
  return payload;
}

test('a certificate signs an assertion for code and refresh alike, and no secret is sent [63] [N102]', async (t) => {
  const desk = deskWith(CERTIFICATE, filesWith(pair));
  await signIn(desk);
  for (const form of forms(desk)) {
    t.is(form.get('client_assertion_type'), ASSERTION_TYPE);
    t.false(form.has('client_secret'));
  }
  t.deepEqual(
    forms(desk).map((form) => form.get('grant_type')),
    ['authorization_code', 'refresh_token'],
  );
});

test('an assertion has PS256, the SHA-256 thumbprint, and nothing else in its header [63] [N102]', async (t) => {
  const desk = deskWith(CERTIFICATE, filesWith(pair));
  await signIn(desk);
  const { raw } = new X509Certificate(pair.certificate);
  t.deepEqual(decodeProtectedHeader(assertions(desk)[0] ?? ''), {
    alg: 'PS256',
    typ: 'JWT',
    'x5t#S256': createHash('sha256').update(raw).digest('base64url'),
  });
});

test('an assertion is for the token endpoint, from the application, and over in ten minutes [63] [N102]', async (t) => {
  const desk = deskWith(CERTIFICATE, filesWith(pair));
  await signIn(desk);
  const payload = await verify(assertions(desk)[0] ?? '', desk);
  const now = Math.floor(desk.now / 1000);
  t.like(payload, { iss: APPLICATION, sub: APPLICATION, aud: TOKEN_URL, iat: now, nbf: now });
  t.true((payload.exp ?? Infinity) - now <= 600);
});

test('every request has an assertion of its own, an attempt after a failure too [63] [N102]', async (t) => {
  const desk = deskWith(CERTIFICATE, filesWith(pair));
  desk.tenant.on(TOKEN_URL, { status: 503, json: {} });
  await t.throwsAsync(signIn(desk), { code: 'ENTRA_UNAVAILABLE' });
  const payloads = await Promise.all(assertions(desk).map((one) => verify(one, desk)));
  t.is(payloads.length, 4);
  t.is(new Set(payloads.map(({ jti }) => jti)).size, 4);
});

test('a certificate that was replaced counts a minute later, without a restart [63]', async (t) => {
  const contents = filesWith(pair);
  const desk = deskWith(CERTIFICATE, contents);
  await signIn(desk);
  Object.assign(contents, filesWith(other));
  desk.now += 61_000;
  await signIn(desk);
  await t.notThrowsAsync(verify(assertions(desk).at(-1) ?? '', desk, other));
});

test('between two files that are replaced one after the other the old pair goes on [63]', async (t) => {
  const contents = filesWith(pair);
  const desk = deskWith(CERTIFICATE, contents);
  await signIn(desk);
  contents['/c.crt'] = other.certificate;
  desk.now += 61_000;
  await signIn(desk);
  await t.notThrowsAsync(verify(assertions(desk).at(-1) ?? '', desk, pair));
});

async function unusable(t: ExecutionContext, desk: Desk): Promise<void> {
  const error = await refusedWith(t, desk, 'ENTRA_CREDENTIAL_UNUSABLE', signIn(desk));
  t.is(error.actor, 'operator');
  t.deepEqual(desk.tenant.to(TOKEN_URL), [], 'nothing is sent without a proof');
}

test('a certificate that cannot be read refuses the sign-in, and the operator is told [63]', async (t) => {
  await unusable(t, deskWith(CERTIFICATE, {}));
  await unusable(t, deskWith(CERTIFICATE, { ...filesWith(pair), '/c.key': other.key }));
});

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJvbmUifQ.c2lnbmF0dXJl';
const NEXT_TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ0d28ifQ.c2lnbmF0dXJl';

test('a federated assertion is what the file holds at that moment [63] [N103]', async (t) => {
  const contents = { '/token': `${TOKEN}\n` };
  const desk = deskWith(ASSERTION, contents);
  await signIn(desk);
  contents['/token'] = NEXT_TOKEN;
  await signIn(desk);
  t.deepEqual(assertions(desk), [TOKEN, TOKEN, NEXT_TOKEN, NEXT_TOKEN]);
  t.true(forms(desk).every((form) => form.get('client_assertion_type') === ASSERTION_TYPE));
});

for (const [what, contents, mode] of [
  ['missing', {}, 0o600],
  ['empty', { '/token': '\n' }, 0o600],
  ['no token', { '/token': 'hunter2' }, 0o600],
  ['readable for everybody', { '/token': TOKEN }, 0o604],
] as const) {
  test(`a file of a federated assertion that is ${what} refuses the sign-in [N103]`, async (t) => {
    await unusable(t, deskWith(ASSERTION, contents, mode));
  });
}

const refused = (aadsts: number): { status: number; json: object } => ({
  status: 401,
  json: { error: 'invalid_client', error_codes: [aadsts] },
});

for (const aadsts of [7000215, 7000222]) {
  test(`of two secrets the second is tried once when the first gets ${aadsts}, and stays first [65] [N91] [N92]`, async (t) => {
    const config = { ...CODE, credential: passwords('the-old-secret', 'the-new-secret') };
    const desk = createDesk({ config });
    const script = desk.tenant.http;
    const seen: (string | null)[] = [];
    const strict = createDesk({
      config,
      store: desk.store,
      http: async (request) => {
        const secret = formOf(request.body).get('client_secret');
        if (request.url === TOKEN_URL) seen.push(secret);
        if (secret !== 'the-old-secret') return script(request);
        const { status, json } = refused(aadsts);
        const body = Buffer.from(JSON.stringify(json));
        return { status, statusText: '', headers: [['content-type', 'application/json']], body };
      },
    });
    for (let round = 0; round < 2; round++) {
      const begun = await strict.begin();
      desk.rounds.set(begun.state, begun);
      await strict.entra.finish(await desk.answer(begun));
    }
    const both = ['the-old-secret', 'the-new-secret', 'the-new-secret'];
    t.deepEqual(seen, [...both, 'the-new-secret', 'the-new-secret']);
    t.true(strict.log.join('').includes('take the first out'));
  });
}

test('two refused secrets are each shown once, then neither for a minute [65] [N91]', async (t) => {
  const desk = createDesk({
    config: { ...CODE, credential: passwords('the-old-secret', 'the-new-secret') },
  });
  desk.tenant.on(TOKEN_URL, refused(7000215));
  await refusedWith(t, desk, 'ENTRA_CLIENT_REFUSED', signIn(desk));
  await refusedWith(t, desk, 'ENTRA_CLIENT_REFUSED', signIn(desk));
  t.deepEqual(
    forms(desk).map((form) => form.get('client_secret')),
    ['the-old-secret', 'the-new-secret'],
  );
});

test('while the second secret is tried, nobody else is refused for the first [65]', async (t) => {
  const desk = createDesk({
    config: { ...CODE, credential: passwords('the-old-secret', 'the-new-secret') },
  });
  const genuine = desk.tenant;
  const slow = Promise.withResolvers<void>();
  let first = true;
  const http: typeof genuine.http = async (request) => {
    const secret = formOf(request.body).get('client_secret');
    if (secret === 'the-new-secret' && first) {
      first = false;
      await slow.promise;
    }
    if (secret !== 'the-old-secret') return genuine.http(request);
    const body = Buffer.from(JSON.stringify(refused(7000215).json));
    return { status: 401, statusText: '', headers: [['content-type', 'application/json']], body };
  };
  const strict = createDesk({
    config: { ...CODE, credential: passwords('the-old-secret', 'the-new-secret') },
    store: desk.store,
    http,
  });
  const begun = [await strict.begin(), await strict.begin()];
  for (const round of begun) desk.rounds.set(round.state, round);
  const answers = await Promise.all(begun.map((round) => desk.answer(round)));
  const finishing = answers.map((answer) => strict.entra.finish(answer));
  await finishing[1];
  slow.resolve();
  await t.notThrowsAsync(Promise.all(finishing));
});
