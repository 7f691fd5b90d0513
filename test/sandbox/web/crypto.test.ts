import { createHash, createHmac, webcrypto } from 'node:crypto';

import test from 'ava';

import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

type CryptoKeyPair = webcrypto.CryptoKeyPair;

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

test('random values and UUIDs come from the runner, none twice', async (t) => {
  const [uuids, values, same] = await isolate.call<[string[], number[], boolean]>(() => {
    const array = new Uint32Array(16);
    const returned = crypto.getRandomValues(array) === array;
    return [Array.from({ length: 200 }, () => crypto.randomUUID()), [...array], returned];
  });
  t.is(new Set(uuids).size, 200);
  t.true(
    uuids.every((id) =>
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(id),
    ),
  );
  t.true(new Set(values).size > 14);
  t.true(same);
});

test('getRandomValues fills 65,536 bytes and no more', async (t) => {
  const found = await isolate.run(`
    const most = crypto.getRandomValues(new Uint8Array(65536));
    const names = [new Uint8Array(65537), new Float32Array(1), new DataView(new ArrayBuffer(1))].map((array) => {
      try { crypto.getRandomValues(array); } catch (error) { return error.name; }
    });
    [most.some((byte) => byte > 0), ...names]`);
  t.deepEqual(found, [true, 'QuotaExceededError', 'TypeMismatchError', 'TypeMismatchError']);
});

test('digests are those of Node', async (t) => {
  for (const [name, node] of [
    ['SHA-1', 'sha1'],
    ['sha-256', 'sha256'],
    ['SHA-384', 'sha384'],
    ['SHA-512', 'sha512'],
  ]) {
    const own = await isolate.call<number[]>(
      async (algorithm: string) => [
        ...new Uint8Array(await crypto.subtle.digest(algorithm, new TextEncoder().encode('texté'))),
      ],
      name!,
    );
    t.deepEqual(Buffer.from(own), createHash(node!).update('texté').digest(), name);
  }
});

test('HMAC signs as Node does', async (t) => {
  const own = await isolate.call<number[]>(async () => {
    const data = new TextEncoder().encode('message');
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', new Uint8Array(32).fill(7), algorithm, false, [
      'sign',
    ]);
    return [...new Uint8Array(await crypto.subtle.sign('HMAC', key, data))];
  });
  t.deepEqual(
    Buffer.from(own),
    createHmac('sha256', Buffer.alloc(32, 7)).update('message').digest(),
  );
});

test('a signature made in the isolate is verified by Node', async (t) => {
  const [jwk, signature] = await isolate.call<[webcrypto.JsonWebKey, number[]]>(async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const how = { name: 'ECDSA', hash: 'SHA-256' };
    const made = await crypto.subtle.sign(how, pair.privateKey, new Uint8Array([1, 2, 3]));
    return [await crypto.subtle.exportKey('jwk', pair.publicKey), [...new Uint8Array(made)]];
  });
  const { subtle } = webcrypto;
  const key = await subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'verify',
  ]);
  const how = { name: 'ECDSA', hash: 'SHA-256' };
  t.true(await subtle.verify(how, key, Buffer.from(signature), Buffer.from([1, 2, 3])));
});

test('every algorithm encrypts, signs, derives or wraps, and undoes it', async (t) => {
  const results = await isolate.call<{ [name: string]: boolean }>(async () => {
    const { subtle } = crypto;
    const data = new TextEncoder().encode('the same again');
    const same = (bytes: ArrayBuffer): boolean =>
      new TextDecoder().decode(bytes) === 'the same again';
    const done: { [name: string]: boolean } = {};
    const iv = crypto.getRandomValues(new Uint8Array(16));
    const ciphers = [
      { name: 'AES-CBC', iv },
      { name: 'AES-CTR', counter: iv, length: 64 },
      { name: 'AES-GCM', iv, additionalData: iv, tagLength: 128 },
    ];
    for (const cipher of ciphers) {
      const algorithm = { name: cipher.name as 'AES-CBC', length: 256 };
      const key = await subtle.generateKey(algorithm, true, ['encrypt', 'decrypt']);
      done[cipher.name] = same(
        await subtle.decrypt(cipher, key, await subtle.encrypt(cipher, key, data)),
      );
    }
    const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
    const signers = [
      [{ name: 'RSASSA-PKCS1-v1_5', ...rsa }, { name: 'RSASSA-PKCS1-v1_5' }],
      [
        { name: 'RSA-PSS', ...rsa },
        { name: 'RSA-PSS', saltLength: 32 },
      ],
      [
        { name: 'ECDSA', namedCurve: 'P-384' },
        { name: 'ECDSA', hash: 'SHA-384' },
      ],
      [{ name: 'Ed25519' }, { name: 'Ed25519' }],
    ] as const;
    for (const [algorithm, how] of signers) {
      const pair = await subtle.generateKey(algorithm as never, false, ['sign', 'verify']);
      const signature = await subtle.sign(how, pair.privateKey, data);
      done[how.name] = await subtle.verify(how, pair.publicKey, signature, data);
    }
    const oaep = await subtle.generateKey({ name: 'RSA-OAEP', ...rsa }, false, [
      'encrypt',
      'decrypt',
    ]);
    const sealed = await subtle.encrypt('RSA-OAEP', oaep.publicKey, data);
    done['RSA-OAEP'] = same(await subtle.decrypt('RSA-OAEP', oaep.privateKey, sealed));
    for (const algorithm of [{ name: 'ECDH', namedCurve: 'P-256' }, { name: 'X25519' }]) {
      const make = async (): Promise<CryptoKeyPair> =>
        await subtle.generateKey(algorithm as never, false, ['deriveBits']);
      const [a, b] = [await make(), await make()];
      const left = await subtle.deriveBits(
        { name: algorithm.name, public: b.publicKey },
        a.privateKey,
        256,
      );
      const right = await subtle.deriveBits(
        { name: algorithm.name, public: a.publicKey },
        b.privateKey,
        256,
      );
      done[algorithm.name] = String(new Uint8Array(left)) === String(new Uint8Array(right));
    }
    const salt = new Uint8Array(16);
    for (const how of [
      { name: 'HKDF', hash: 'SHA-256', salt, info: salt },
      { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 1_000 },
    ]) {
      const base = await subtle.importKey('raw', data, how.name, false, ['deriveKey']);
      const key = await subtle.deriveKey(how, base, { name: 'AES-KW', length: 128 }, true, [
        'wrapKey',
        'unwrapKey',
      ]);
      const wrapped = await subtle.wrapKey('raw', key, key, 'AES-KW');
      const back = await subtle.unwrapKey('raw', wrapped, key, 'AES-KW', 'AES-KW', true, [
        'wrapKey',
      ]);
      done[how.name] = back.type === 'secret' && back.usages.join() === 'wrapKey';
    }
    return done;
  });
  t.deepEqual(
    Object.entries(results).filter(([, worked]) => !worked),
    [],
  );
  t.is(Object.keys(results).length, 12);
});

test('what is too much work is refused at the edge', async (t) => {
  const found = await isolate.call<{ [name: string]: string }>(async () => {
    const { subtle } = crypto;
    const tried = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'done',
        (error: Error) => error.name,
      );
    const base = await subtle.importKey('raw', new Uint8Array(8), 'PBKDF2', false, ['deriveBits']);
    const pbkdf2 = (iterations: number): Promise<string> =>
      tried(
        subtle.deriveBits(
          { name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(8), iterations },
          base,
          256,
        ),
      );
    const rsa = (modulusLength: number): Promise<string> =>
      tried(
        subtle.generateKey(
          {
            name: 'RSA-PSS',
            modulusLength,
            publicExponent: new Uint8Array([1, 0, 1]),
            hash: 'SHA-256',
          } as never,
          false,
          ['sign'],
        ),
      );
    return {
      digest: await tried(subtle.digest('SHA-256', new Uint8Array(1_048_576))),
      largeDigest: await tried(subtle.digest('SHA-256', new Uint8Array(1_048_580))),
      pbkdf2: await pbkdf2(1_000_000),
      largePbkdf2: await pbkdf2(1_000_001),
      largeRsa: await rsa(4_104),
      md5: await tried(subtle.digest('MD5', new Uint8Array(1))),
    };
  });
  t.deepEqual(found, {
    digest: 'done',
    largeDigest: 'OperationError',
    pbkdf2: 'done',
    largePbkdf2: 'OperationError',
    largeRsa: 'OperationError',
    md5: 'NotSupportedError',
  });
});

test('a key that may not be exported is not, and no key is what it says that it is', async (t) => {
  const found = await isolate.run(`(async () => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    Object.defineProperty(key, 'extractable', { value: true });
    const forged = Object.create(CryptoKey.prototype);
    const clone = structuredClone(key);
    const tried = (work) => work.then(() => 'done', (error) => error.name);
    return [
      await tried(crypto.subtle.exportKey('raw', key)),
      await tried(crypto.subtle.exportKey('raw', forged)),
      await tried(crypto.subtle.exportKey('raw', { handle: 1 })),
      clone !== key && clone instanceof CryptoKey && clone.algorithm.name,
      key.usages === key.usages && JSON.stringify(key.algorithm),
    ];
  })()`);
  t.deepEqual(found, [
    'InvalidAccessError',
    'TypeError',
    'TypeError',
    'AES-GCM',
    '{"name":"AES-GCM","length":256}',
  ]);
});

test('keys of one isolate are unknown to another', async (t) => {
  await isolate.run(
    `crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']).then(() => {})`,
  );
  await using other = await createPlatformIsolate();
  const name = await other.run(`
    crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign']).then((key) =>
      crypto.subtle.exportKey('jwk', key)).then((jwk) => jwk.kty)`);
  t.is(name, 'oct');
  t.is(other.calls.length, 2);
});
