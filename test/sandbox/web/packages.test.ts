import { fileURLToPath } from 'node:url';

import test from 'ava';

import type { FetchAnswer, FetchCall } from '../../../sandbox/contract.ts';
import { bundle } from '../../../src/extensions/bundle.ts';
import { bundleForIsolate } from '../../_support/bundle-for-isolate.ts';
import { createPlatformIsolate, type IsolateOptions } from '../../_support/platform-isolate.ts';

/** Runs the default export of a module in an isolate; it has to be an asynchronous function. */
async function runModule(source: string, options: IsolateOptions = {}): Promise<unknown> {
  await using isolate = await createPlatformIsolate(options);
  const script = await bundleForIsolate(source);
  const answer: unknown = await isolate.run(`${script};bundle.default()`);
  return answer;
}

const json = (value: unknown): { headers: [string, string][]; body: string } => ({
  headers: [['content-type', 'application/json']],
  body: Buffer.from(JSON.stringify(value)).toString('base64'),
});

test('jose signs, verifies and encrypts tokens in an isolate', async (t) => {
  const found = await runModule(`
    import * as jose from 'jose';
    export default async () => {
      const { publicKey, privateKey } = await jose.generateKeyPair('ES256', { extractable: true });
      const jwt = await new jose.SignJWT({ a: 1 }).setProtectedHeader({ alg: 'ES256' }).setExpirationTime('1h').sign(privateKey);
      const { payload } = await jose.jwtVerify(jwt, publicKey);
      const secret = new Uint8Array(32);
      const sealed = await new jose.EncryptJWT({ b: 2 }).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(secret);
      const opened = await jose.jwtDecrypt(sealed, secret);
      const broken = await jose.jwtVerify(jwt.slice(0, -4) + 'AAAA', publicKey).catch((error) => error.code);
      return [payload.a, opened.payload.b, broken, (await jose.exportJWK(publicKey)).crv];
    };`);
  t.deepEqual(found, [1, 2, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'P-256']);
});

test('zod parses in an isolate', async (t) => {
  const found = await runModule(`
    import { z } from 'zod';
    const Shape = z.object({ url: z.url(), at: z.iso.datetime(), n: z.coerce.number(), file: z.instanceof(File).optional() });
    export default async () => [
      Shape.parse({ url: 'https://a.test/', at: '2026-01-01T00:00:00Z', n: '5', extra: 1 }),
      Shape.safeParse({ url: 'no', at: '', n: 'x' }).error.issues.map(({ path }) => path[0]),
    ];`);
  t.deepEqual(found, [
    { url: 'https://a.test/', at: '2026-01-01T00:00:00Z', n: 5 },
    ['url', 'at', 'n'],
  ]);
});

test('openid-client discovers and begins a sign-in in an isolate', async (t) => {
  const metadata = { issuer: 'https://op.test/', authorization_endpoint: 'https://op.test/auth' };
  const found = await runModule(
    `import * as oidc from 'openid-client';
    export default async () => {
      const config = await oidc.discovery(new URL('https://op.test/'), 'client', 'secret');
      const code_challenge = await oidc.calculatePKCECodeChallenge('v'.repeat(43));
      return oidc.buildAuthorizationUrl(config, { scope: 'openid', code_challenge }).href;
    };`,
    { fetch: () => json(metadata) },
  );
  t.is(
    found,
    'https://op.test/auth?scope=openid&code_challenge=7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM&client_id=client&response_type=code',
  );
});

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Bundles a module of this project as an extension is bundled, and runs its `run` in an isolate. */
async function runBundled(file: string, options: IsolateOptions = {}): Promise<unknown> {
  await using isolate = await createPlatformIsolate(options);
  const { code } = await bundle(ROOT, `test/_support/packages/${file}`);
  const answer: unknown = await isolate.run(`${code}().run()`);
  return answer;
}

test('hono routes in an isolate', async (t) => {
  t.deepEqual(await runBundled('hono.ts'), [
    [200, '{"id":"5","q":"a b"}'],
    [200, '{"name":"Jörg"}'],
    [200, 'in pieces'],
    [403, 'not you'],
    [401, 'Unauthorized'],
    [404, '404 Not Found'],
  ]);
});

test('the client of Microsoft Graph reads, pages, writes and fails in an isolate', async (t) => {
  const sent: FetchCall[] = [];
  const base = 'https://graph.microsoft.com/v1.0';
  const answers: { readonly [call: string]: Partial<FetchAnswer> } = {
    [`GET ${base}/me?$select=department`]: json({ department: 'Finance' }),
    [`GET ${base}/groups?$top=1`]: json({
      value: [{ name: 'one' }],
      '@odata.nextLink': `${base}/groups?$skiptoken=2`,
    }),
    [`GET ${base}/groups?$skiptoken=2`]: json({ value: [{ name: 'two' }] }),
    [`POST ${base}/me/messages`]: { ...json({ id: 'm1' }), status: 201 },
    [`GET ${base}/users`]: {
      ...json({ error: { code: 'Authorization_RequestDenied', message: 'no' } }),
      status: 403,
    },
  };
  const found = await runBundled('graph-client.ts', {
    fetch: (call) => {
      sent.push(call);
      return answers[`${call.method} ${call.url}`] ?? { status: 500 };
    },
  });
  t.deepEqual(found, {
    department: 'Finance',
    names: ['one', 'two'],
    id: 'm1',
    refused: [403, 'Authorization_RequestDenied'],
  });
  t.true(sent.every(({ headers }) => bearerOf(headers) === 'Bearer a-handle'));
});

const LISTING = `\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://account.blob.core.windows.net/"
  ContainerName="reports"><Blobs><Blob><Name>a &amp; b.txt</Name><Properties><Content-Length>3</Content-Length></Properties></Blob>
  <Blob><Name>zwei.txt</Name><Properties /></Blob></Blobs><NextMarker /></EnumerationResults>`;

test('the client of Azure Storage lists, uploads, downloads and fails in an isolate', async (t) => {
  const sent: FetchCall[] = [];
  const text = (body: string, status = 200): Partial<FetchAnswer> => ({
    status,
    headers: [
      ['content-type', body.includes('<') ? 'application/xml' : 'text/plain'],
      ['etag', '"0x1"'],
    ],
    body: Buffer.from(body).toString('base64'),
  });
  const answer = ({ method, url }: FetchCall): Partial<FetchAnswer> => {
    if (url.includes('comp=list')) return text(LISTING);
    if (method === 'PUT') return text('', 201);
    if (method === 'GET') return text('what is old');
    return { status: 404, headers: [['x-ms-error-code', 'BlobNotFound']] };
  };
  const found = await runBundled('storage-blob.ts', {
    fetch: (call) => {
      sent.push(call);
      return answer(call);
    },
  });
  t.deepEqual(found, {
    names: ['a & b.txt', 'zwei.txt'],
    etag: '"0x1"',
    text: 'what is old',
    missing: [404, 'BlobNotFound'],
  });
  const put = sent.find(({ method }) => method === 'PUT');
  t.is(Buffer.from(put?.body ?? '', 'base64').toString(), 'grüße');
  t.true(sent.every(({ headers }) => bearerOf(headers) === 'Bearer a-handle'));
});

function bearerOf(headers: FetchCall['headers']): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1];
}
