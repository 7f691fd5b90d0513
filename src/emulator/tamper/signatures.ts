import { createHmac, createPublicKey, webcrypto } from 'node:crypto';
import { CompactSign, type CryptoKey } from 'jose';
import { generateSigningKey, type SigningKey } from '../keys.ts';
import { type Claims, encode, signToken, type TokenHeader } from '../tokens/sign.ts';
import type { TamperName } from './catalogue.ts';
import type { TokenScene } from './claims.ts';

/** A token before it is signed. */
export interface TokenDraft {
  readonly key: SigningKey;
  readonly header: TokenHeader;
  readonly claims: Claims;
}

type Sign = (draft: TokenDraft, scene: TokenScene) => string | Promise<string>;

const ATTACKER = 'https://attacker.example';

const unsigned =
  (alg: string): Sign =>
  ({ header, claims }) =>
    `${encode({ ...header, alg })}.${encode(claims)}.`;

const hmac =
  (secretOf: (draft: TokenDraft, scene: TokenScene) => string | Buffer): Sign =>
  (draft, scene) => {
    const text = `${encode({ ...draft.header, alg: 'HS256' })}.${encode(draft.claims)}`;
    const signature = createHmac('sha256', secretOf(draft, scene)).update(text).digest('base64url');
    return `${text}.${signature}`;
  };

const publicKeyOf = ({ n, e }: SigningKey): ReturnType<typeof createPublicKey> =>
  createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });

/** Signed by a key that nobody published, with a header that speaks of it. */
const foreign =
  (headerOf: (header: TokenHeader, key: SigningKey) => TokenHeader): Sign =>
  async ({ header, claims }) => {
    const key = await generateSigningKey();
    return signToken(key, headerOf(header, key), claims);
  };

const withHeader =
  (members: Claims): Sign =>
  ({ key, header, claims }) =>
    signByHand(key, { ...header, ...members }, claims);

/** Signs without a library that would refuse the header. */
async function signByHand(key: SigningKey, header: TokenHeader, claims: Claims): Promise<string> {
  const text = `${encode(header)}.${encode(claims)}`;
  const signature = await webcrypto.subtle.sign(
    'RSASSA-PKCS1-v1_5',
    key.privateKey,
    Buffer.from(text),
  );
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}

async function signElliptic({ header, claims }: TokenDraft): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey } = await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  return compact(privateKey, { ...header, alg: 'ES256' }, claims);
}

async function signProbabilistic({ key, header, claims }: TokenDraft): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', key.privateKey);
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-256' };
  const privateKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
  return compact(privateKey, { ...header, alg: 'PS256' }, claims);
}

const compact = (key: CryptoKey, header: TokenHeader, claims: Claims): Promise<string> =>
  new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader(header).sign(key);

async function flip({ key, header, claims }: TokenDraft): Promise<string> {
  const [head, payload, signature = ''] = (await signToken(key, header, claims)).split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return [head, payload, bytes.toString('base64url')].join('.');
}

const withoutKid = ({ kid: _kid, ...header }: TokenHeader): TokenHeader => ({
  ...header,
  alg: header.alg,
});

/** Lies about the signature and the header of the ID token; the last one that is on signs. */
export const SIGNATURE_TAMPERINGS: { readonly [name in TamperName]?: Sign } = {
  'alg-none': unsigned('none'),
  'alg-none-mixed-case': unsigned('nOnE'),
  'alg-hs256-pem': hmac(({ key }) => publicKeyOf(key).export({ type: 'spki', format: 'pem' })),
  'alg-hs256-jwk': hmac(({ key: { n, e } }) => JSON.stringify({ e, kty: 'RSA', n })),
  'alg-hs256-der': hmac(({ key }) => publicKeyOf(key).export({ type: 'spki', format: 'der' })),
  'alg-hs256-secret': hmac((_draft, { subject }) => subject.app.secrets[0]?.value ?? 'no secret'),
  'alg-es256': signElliptic,
  'alg-ps256': signProbabilistic,
  'signature-flipped': flip,
  'signature-foreign': foreign((header) => header),
  'kid-unknown': foreign((header, { kid }) => ({ ...header, kid })),
  'kid-absent': ({ key, header, claims }) => signToken(key, withoutKid(header), claims),
  'header-jwk': foreign((header, { n, e }) => ({
    ...withoutKid(header),
    jwk: { kty: 'RSA', n, e },
  })),
  'header-jku': foreign((header) => ({ ...header, jku: `${ATTACKER}/keys` })),
  'header-x5u': foreign((header) => ({ ...header, x5u: `${ATTACKER}/certificate` })),
  'header-x5c': foreign((header, { x5c }) => ({ ...header, x5c: [x5c] })),
  'header-crit': withHeader({ crit: ['exp'], exp: 1 }),
  'header-b64': withHeader({ b64: true }),
  'typ-access-token': withHeader({ typ: 'at+jwt' }),
  'typ-logout-token': withHeader({ typ: 'logout+jwt' }),
};
