import test from 'ava';
import { createHmac } from 'node:crypto';
import { CLIENT_SECRET, createDesk, KEY, refusedWith } from '../_support/entra-desk.ts';
import { claimsOf } from '../_support/entra-tokens.ts';

/** What the attacker knows of the tenant's public key, in the forms that careless code uses as an HMAC key. */
const PUBLIC = {
  PEM: KEY.publicKey.export({ type: 'spki', format: 'pem' }),
  'PEM of PKCS#1': KEY.publicKey.export({ type: 'pkcs1', format: 'pem' }),
  DER: KEY.publicKey.export({ type: 'spki', format: 'der' }),
  JWK: JSON.stringify(KEY.jwk),
  modulus: KEY.publicKey.export({ format: 'jwk' }).n ?? '',
  'client secret': CLIENT_SECRET,
};

function hmacToken(nonce: string, secret: string | Buffer, header: object): string {
  const now = 1_800_000_000;
  const input = [header, claimsOf(now, { nonce })]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

for (const [name, secret] of Object.entries(PUBLIC)) {
  test(`a token with an HMAC by the ${name} is refused as HS256 [36] [N31] [N32]`, async (t) => {
    const desk = createDesk();
    const round = await desk.begin();
    const token = hmacToken(round.nonce, secret, { typ: 'JWT', alg: 'HS256', kid: KEY.kid });
    const answer = await desk.answer(round, { parameters: { id_token: token } });
    await refusedWith(t, desk, 'ENTRA_TOKEN_ALGORITHM', desk.entra.finish(answer));
  });

  test(`a token with an HMAC by the ${name} is refused when it calls itself RS256 [36] [N31]`, async (t) => {
    const desk = createDesk();
    const round = await desk.begin();
    const token = hmacToken(round.nonce, secret, { typ: 'JWT', alg: 'RS256', kid: KEY.kid });
    const answer = await desk.answer(round, { parameters: { id_token: token } });
    await refusedWith(t, desk, 'ENTRA_TOKEN_SIGNATURE', desk.entra.finish(answer));
  });
}
