import test from 'ava';

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
