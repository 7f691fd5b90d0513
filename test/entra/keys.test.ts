import test from 'ava';
import { generateKeyPairSync } from 'node:crypto';
import { UNKNOWN_KID_COOLDOWN_MS } from '../../src/entra/keys.ts';
import { createDesk, KEY, refusedWith, signIn, type Desk } from '../_support/entra-desk.ts';
import {
  APPLICATION,
  createKey,
  ISSUER,
  LOGIN,
  TENANT,
  type TestKey,
} from '../_support/entra-tokens.ts';
import { DISCOVERY, KEYS_URL, METADATA_URL } from '../_support/scripted-tenant.ts';

const NEXT = createKey();
const HOUR = 3_600_000;

/** Fetches of the tenant's keys, without those for one application's own. */
const fetches = (desk: Desk): number =>
  desk.tenant.to(KEYS_URL).filter(({ url }) => url === KEYS_URL).length;

/** The tenant signs with the next key from now on. */
function rotate(desk: Desk, ...keys: readonly TestKey[]): void {
  desk.tenant.keys = keys.map(({ jwk }) => jwk);
}

test('keys are fetched when the first token comes, and kept [7] [8]', async (t) => {
  const desk = createDesk();
  await desk.begin();
  t.is(fetches(desk), 0);
  await signIn(desk);
  await signIn(desk);
  t.is(fetches(desk), 1);
});

test('a token of a key that was just added is accepted after one fetch [8] [N39]', async (t) => {
  const desk = createDesk();
  await signIn(desk);
  rotate(desk, KEY, NEXT);
  await signIn(desk, { key: NEXT });
  t.is(fetches(desk), 2);
});

test('the order of the keys means nothing [8]', async (t) => {
  const desk = createDesk();
  rotate(desk, NEXT, createKey(), KEY);
  const { identity } = await signIn(desk);
  t.truthy(identity);
});

test('fifty parallel tokens of a new key cause one fetch [8] [N41]', async (t) => {
  const desk = createDesk();
  await signIn(desk);
  rotate(desk, KEY, NEXT);
  await Promise.all(Array.from({ length: 50 }, () => signIn(desk, { key: NEXT })));
  t.is(fetches(desk), 2);
});

test('fifty parallel tokens of a cold start cause one fetch [7] [8]', async (t) => {
  const desk = createDesk();
  await Promise.all(Array.from({ length: 50 }, () => signIn(desk)));
  t.is(fetches(desk), 1);
});

test('a thousand tokens of unknown keys cause one fetch a cooldown [8] [N40]', async (t) => {
  const desk = createDesk();
  await signIn(desk);
  for (let index = 0; index < 1000; index++) {
    desk.now += 59;
    const header = { kid: `unknown-${index}` };
    await t.throwsAsync(signIn(desk, { header }), { code: 'ENTRA_TOKEN_KEY' });
  }
  t.is(fetches(desk), 2);
  t.is(desk.tenant.to(`${KEYS_URL}?appid=`).length, 1, 'the application’s own keys too');
});

test('after the cooldown an unknown key causes another fetch [8]', async (t) => {
  const desk = createDesk();
  const unknown = (): Promise<unknown> => signIn(desk, { key: NEXT });
  await signIn(desk);
  await t.throwsAsync(unknown, { code: 'ENTRA_TOKEN_KEY' });
  desk.now += UNKNOWN_KID_COOLDOWN_MS - 1;
  rotate(desk, KEY, NEXT);
  await t.throwsAsync(unknown, { code: 'ENTRA_TOKEN_KEY' });
  desk.now += 1;
  await t.notThrowsAsync(unknown);
});

test('a clock that is set back keeps no new key from being fetched [8]', async (t) => {
  const desk = createDesk();
  await signIn(desk);
  await t.throwsAsync(signIn(desk, { header: { kid: 'unknown' } }), { code: 'ENTRA_TOKEN_KEY' });
  rotate(desk, KEY, NEXT);
  desk.now -= 600_000;
  await t.notThrowsAsync(signIn(desk, { key: NEXT }));
});

test('a token without kid is accepted when the tenant has one key [37] [N42]', async (t) => {
  await t.notThrowsAsync(signIn(createDesk(), { header: { kid: undefined } }));
});

test('a token without kid is refused when the tenant has several keys [37] [N43]', async (t) => {
  const desk = createDesk();
  rotate(desk, KEY, NEXT);
  await refusedWith(t, desk, 'ENTRA_TOKEN_KEY', signIn(desk, { header: { kid: undefined } }));
});

test('a token is accepted by its cached key when the keys cannot be fetched [8] [N45]', async (t) => {
  const desk = createDesk();
  await signIn(desk);
  desk.tenant.on(KEYS_URL, { status: 500, body: 'out of order' });
  desk.now += 2 * HOUR;
  await t.notThrowsAsync(signIn(desk));
  desk.now += 24 * HOUR;
  await t.notThrowsAsync(signIn(desk));
});

test('a key that was withdrawn more than a day ago is refused [8] [N47]', async (t) => {
  const desk = createDesk();
  await signIn(desk);
  rotate(desk, NEXT);
  desk.now += 24 * HOUR + 1;
  await refusedWith(t, desk, 'ENTRA_TOKEN_KEY', signIn(desk));
});

test('a withdrawn key is forgotten within the hour and the next sign-in [8]', async (t) => {
  const desk = createDesk();
  await signIn(desk);
  rotate(desk, NEXT);
  desk.now += HOUR;
  await signIn(desk);
  await refusedWith(t, desk, 'ENTRA_TOKEN_KEY', signIn(desk));
});

test('keys that nobody could confirm for a week serve no more [8]', async (t) => {
  const desk = createDesk();
  await signIn(desk);
  desk.tenant.on(KEYS_URL, { status: 503, json: {} });
  desk.now += 6 * 24 * HOUR;
  await t.notThrowsAsync(signIn(desk));
  desk.now += 24 * HOUR;
  await refusedWith(t, desk, 'ENTRA_UNREACHABLE', signIn(desk));
});

const UNUSABLE = {
  'without keys': { json: { keys: [] } },
  'as a page': { body: '<html>', headers: { 'content-type': 'text/html' } },
  'with status 500': { status: 500, json: {} },
  'by a redirect': { status: 302, json: {}, headers: { location: 'https://evil.example/keys' } },
  'with another type': { body: '{"keys":[]}', headers: { 'content-type': 'text/plain' } },
  'with two thousand keys': { json: { keys: Array.from({ length: 2000 }, () => KEY.jwk) } },
  'as a list': { json: [KEY.jwk] },
};

for (const [title, scripted] of Object.entries(UNUSABLE)) {
  test(`keys that answer ${title} leave the last good ones [8] [11] [N46]`, async (t) => {
    const desk = createDesk();
    await signIn(desk);
    desk.tenant.on(KEYS_URL, scripted);
    await t.throwsAsync(signIn(desk, { key: NEXT }), { code: 'ENTRA_TOKEN_KEY' });
    await t.notThrowsAsync(signIn(desk));
  });

  test(`without a good one before, keys that answer ${title} refuse the sign-in [8] [N46]`, async (t) => {
    const desk = createDesk();
    desk.tenant.on(KEYS_URL, scripted);
    const error = await t.throwsAsync(signIn(desk));
    t.true(
      ['ENTRA_UNREACHABLE', 'ENTRA_KEYS_REFUSED'].includes((error as { code?: string }).code ?? ''),
    );
    t.is(desk.tenant.to('https://evil.example').length, 0);
  });
}

test('keys are read with a limit of size and time [11] [N46]', async (t) => {
  const desk = createDesk();
  await signIn(desk);
  t.like(desk.tenant.to(KEYS_URL)[0], { maxBytes: 1024 * 1024, timeoutMs: 10_000, method: 'GET' });
});

/** Members that make the tenant's only key one that must not be used. */
const NEVER_USED = {
  'for encryption': { use: 'enc' },
  'for another algorithm': { alg: 'RS512' },
  'for signing alone': { key_ops: ['sign'] },
  'that is symmetric': { kty: 'oct', k: 'AAAA' },
  'of another issuer': { issuer: `${LOGIN}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0` },
  'whose issuer is no text': { issuer: 7 },
  'without a modulus': { n: undefined },
  'whose exponent is no text': { e: 3 },
  'whose kid is a number': { kid: 7 },
};

for (const [title, members] of Object.entries(NEVER_USED)) {
  test(`a key ${title} is never used [9] [N48] [N50]`, async (t) => {
    const desk = createDesk();
    desk.tenant.keys = [{ ...KEY.jwk, ...members }, NEXT.jwk];
    await refusedWith(t, desk, 'ENTRA_TOKEN_KEY', signIn(desk));
  });
}

test('a key of 1024 bits is never used [9] [N48]', async (t) => {
  const desk = createDesk();
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  desk.tenant.keys = [{ kty: 'RSA', use: 'sig', kid: KEY.kid, n, e }, NEXT.jwk];
  await refusedWith(t, desk, 'ENTRA_TOKEN_KEY', signIn(desk));
});

for (const issuer of [`${LOGIN}/{tenantid}/v2.0`, ISSUER, undefined]) {
  test(`a key of issuer ${issuer ?? 'unsaid'} is used [9]`, async (t) => {
    const desk = createDesk();
    desk.tenant.keys = [issuer === undefined ? KEY.jwk : { ...KEY.jwk, issuer }];
    await t.notThrowsAsync(signIn(desk));
  });
}

test('two keys under one kid, of which another issuer has one, do not confuse [9] [N50]', async (t) => {
  const desk = createDesk();
  desk.tenant.keys = [
    { ...NEXT.jwk, kid: KEY.kid, issuer: `${LOGIN}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0` },
    { ...KEY.jwk, issuer: `${LOGIN}/{tenantid}/v2.0` },
  ];
  await t.notThrowsAsync(signIn(desk));
});

test('an application’s own key is found by its id, and from then on kept [10]', async (t) => {
  const desk = createDesk();
  const own = createKey();
  await signIn(desk);
  desk.tenant.on(`${KEYS_URL}?appid=${APPLICATION}`, { json: { keys: [own.jwk] } });
  await signIn(desk, { key: own });
  await signIn(desk);
  desk.now += HOUR;
  await signIn(desk, { key: own });
  t.truthy(await signIn(desk, { key: own }));
});

test('an application’s own key is found at the first token already [10]', async (t) => {
  const desk = createDesk();
  const own = createKey();
  desk.tenant.on(`${KEYS_URL}?appid=${APPLICATION}`, { json: { keys: [own.jwk] } });
  await t.notThrowsAsync(signIn(desk, { key: own }));
  await t.notThrowsAsync(signIn(desk));
});

test('when the keys moved, the discovery document is asked where to [N128]', async (t) => {
  const desk = createDesk();
  const moved = `${LOGIN}/${TENANT}/discovery/keys-2`;
  await signIn(desk);
  desk.tenant.on(KEYS_URL, { status: 404, json: {} });
  desk.tenant.on(moved, { json: { keys: [NEXT.jwk] } });
  desk.tenant.on(METADATA_URL, { json: { ...DISCOVERY, jwks_uri: moved } });
  await t.notThrowsAsync(signIn(desk, { key: NEXT }));
});

test('health tells when the keys were loaded, and why they could not be [7]', async (t) => {
  const desk = createDesk();
  t.deepEqual(desk.entra.health.keys, { loadedAt: null, failure: null });
  await signIn(desk);
  t.is(desk.entra.health.keys.loadedAt, desk.now);
  desk.tenant.on(KEYS_URL, { status: 500, json: {} });
  await t.throwsAsync(signIn(desk, { key: NEXT }));
  t.like(desk.entra.health.keys.failure, { code: 'ENTRA_UNREACHABLE' });
});
