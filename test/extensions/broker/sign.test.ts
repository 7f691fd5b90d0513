import { createHmac, generateKeyPairSync } from 'node:crypto';

import test from 'ava';
import { jwtVerify } from 'jose';

import type { HostAnswer } from '../../../sandbox/contract.ts';
import { startBroker } from '../../_support/broker.ts';
import { testClock } from '../../_support/open-store.ts';

const KEY = 'signing-key-0123456789-0123456789';

const RSA = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

async function signer(t: Parameters<typeof startBroker>[0]) {
  const unreachable = async (): Promise<never> => {
    throw new Error('nothing is reached');
  };
  return startBroker(
    t,
    { clients: { public: unreachable, any: unreachable } },
    {
      secrets: {
        hmac: { value: KEY, in: ['sign'] },
        rsa: { value: RSA.privateKey, in: ['sign'] },
        header: { value: KEY, in: ['header'] },
      },
      context: { clock: testClock() },
    },
  );
}

const textOf = (answer: HostAnswer): string =>
  answer.ok && typeof answer.value === 'string' ? answer.value : 'no text';

const HMAC = { kind: 'hmac', secret: 'hmac', data: 'hello', hash: 'SHA-256', encoding: 'hex' };
const JWT = {
  kind: 'jwt',
  secret: 'hmac',
  claims: { sub: 'jane' },
  algorithm: 'HS256',
  lifetime: 60,
};

for (const hash of ['SHA-256', 'SHA-384', 'SHA-512']) {
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    test(`an HMAC by ${hash} in ${encoding} is what the language computes`, async (t) => {
      const { ask } = await signer(t);
      const expected = createHmac(hash.replace('-', ''), KEY).update('hällo ☃').digest(encoding);
      const answer = await ask('sign', { ...HMAC, data: 'hällo ☃', hash, encoding });
      t.deepEqual(answer, { ok: true, value: expected });
    });
  }
}

test('a JWT carries its claims, says when it was made, and ends', async (t) => {
  const { ask } = await signer(t);
  const answer = await ask('sign', { ...JWT, keyId: 'k1' });
  const now = testClock()();
  const { payload, protectedHeader } = await jwtVerify(
    textOf(answer),
    new TextEncoder().encode(KEY),
    { currentDate: new Date(now) },
  );
  t.deepEqual(protectedHeader, { alg: 'HS256', typ: 'JWT', kid: 'k1' });
  t.deepEqual(payload, { sub: 'jane', iat: now / 1000, exp: now / 1000 + 60 });
});

test('a JWT cannot say that it was made at another time, or lives longer', async (t) => {
  const { ask } = await signer(t);
  const answer = await ask('sign', { ...JWT, claims: { iat: 1, exp: 9_999_999_999 } });
  const [, payload = ''] = textOf(answer).split('.');
  const now = testClock()() / 1000;
  t.deepEqual(JSON.parse(Buffer.from(payload, 'base64url').toString()), {
    iat: now,
    exp: now + 60,
  });
});

test('a JWT is signed with a private key', async (t) => {
  const { ask } = await signer(t);
  const answer = await ask('sign', { ...JWT, secret: 'rsa', algorithm: 'RS256' });
  const { importSPKI } = await import('jose');
  const key = await importSPKI(RSA.publicKey, 'RS256');
  const verified = await jwtVerify(textOf(answer), key, {
    currentDate: new Date(testClock()()),
  });
  t.is(verified.payload.sub, 'jane');
});

const HEADER = '{"alg":"HS256"}';

/** Each of them is a header to json.loads of Python, behind base64.urlsafe_b64decode, or to a parser of other habits. */
const DISGUISED: readonly (readonly [how: string, segment: string])[] = [
  ['behind a sign of padding', `=${Buffer.from(HEADER).toString('base64url')}`],
  ['with a sign of padding in it', Buffer.from(HEADER).toString('base64url').replace('e', 'e=')],
  [
    'with a letter of no base64 in it',
    Buffer.from(HEADER).toString('base64url').replace('e', 'eé'),
  ],
  ['in UTF-16', Buffer.from(HEADER, 'utf16le').toString('base64url')],
  ['in UTF-16 with its mark', Buffer.from(`\uFEFF${HEADER}`, 'utf16le').toString('base64url')],
  ['with a number that is none', Buffer.from('{"x":NaN,"alg":"HS256"}').toString('base64url')],
  ['with an escaped name', Buffer.from('{"\\u0061lg":"HS256"}').toString('base64url')],
];

const REFUSED: readonly (readonly [what: string, call: object, code: string])[] = [
  ['a secret that is for headers', { ...HMAC, secret: 'header' }, 'SECRET_NOT_GRANTED'],
  ['a secret that nobody granted', { ...HMAC, secret: 'other' }, 'SECRET_NOT_GRANTED'],
  ['a name of the language', { ...HMAC, secret: '__proto__' }, 'SECRET_NOT_GRANTED'],
  ['a text as a private key', { ...JWT, algorithm: 'RS256' }, 'SECRET_UNUSABLE'],
  ['a key of another kind', { ...JWT, secret: 'rsa', algorithm: 'ES256' }, 'SECRET_UNUSABLE'],
  ['a weaker hash', { ...HMAC, hash: 'SHA-1' }, 'ARGUMENT_INVALID'],
  ['no algorithm', { ...JWT, algorithm: 'none' }, 'ARGUMENT_INVALID'],
  ['a life of more than an hour', { ...JWT, lifetime: 3_601 }, 'ARGUMENT_INVALID'],
  ['no life', { ...JWT, lifetime: 0 }, 'ARGUMENT_INVALID'],
  [
    'a text of more than a mebibyte',
    { ...HMAC, data: 'x'.repeat(2 ** 20 + 1) },
    'ARGUMENT_INVALID',
  ],
  ...[
    '{"alg":"HS256","typ":"JWT"}',
    ' { "typ": "JWT", "alg": "HS256" }',
    '\uFEFF{"alg":"HS256"}',
    '{"alg":"HS256","b64":false,"crit":["b64"]}',
  ].map(
    (header) =>
      [
        `a JWT in the form of a text: ${header}`,
        { ...HMAC, data: `${Buffer.from(header).toString('base64url')}.e30.x` },
        'DATA_REFUSED',
      ] as const,
  ),
  ...DISGUISED.map(
    ([how, segment]) =>
      [
        `a JWT in the form of a text, its header ${how}`,
        { ...HMAC, data: `${segment}.e30` },
        'DATA_REFUSED',
      ] as const,
  ),
  ['a member more', { ...HMAC, key: 'mine' }, 'ARGUMENT_INVALID'],
];

for (const [what, call, code] of REFUSED) {
  test(`nothing is signed with ${what}`, async (t) => {
    const answer = await (await signer(t)).ask('sign', call);
    if (answer.ok) return t.fail('it was signed');
    t.is(answer.error.code, code);
    t.false(JSON.stringify(answer).includes(KEY));
  });
}

test('texts with dots that are no JWT are signed', async (t) => {
  const { ask } = await signer(t);
  for (const data of [
    '1700000000.{"a":1}',
    'v0.a.b',
    '.',
    'e30.e30',
    'exports.algebra',
    'eyes.only',
  ]) {
    t.true((await ask('sign', { ...HMAC, data })).ok, data);
  }
});

test('a JWT that lives for an hour, and a text of a mebibyte, are signed', async (t) => {
  const { ask } = await signer(t);
  t.true((await ask('sign', { ...JWT, lifetime: 3_600 })).ok);
  t.true((await ask('sign', { ...HMAC, data: 'x'.repeat(2 ** 20) })).ok);
});
