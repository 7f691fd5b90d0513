import { gzipSync } from 'node:zlib';

import test from 'ava';

import type { HostAnswer } from '../../../../sandbox/contract.ts';
import { createOperations } from '../../../../src/extensions/runner/platform-ops/operations.ts';

const operations = createOperations();

function ask(op: string, argument: unknown): HostAnswer {
  const text = operations.synchronous(op, JSON.stringify(argument));
  return text === undefined ? refused('unknown') : (JSON.parse(text) as HostAnswer);
}

function refused(code: string): HostAnswer {
  return { ok: false, error: { code, message: '' } };
}

type Perform = (op: string, argument: unknown) => Promise<HostAnswer>;

/** Asks the operations of one invocation. */
const of =
  (own: ReturnType<typeof createOperations>): Perform =>
  async (op, argument) => {
    const operation = own.asynchronous(op);
    return operation
      ? (JSON.parse(await operation(JSON.stringify(argument))) as HostAnswer)
      : refused('unknown');
  };

const perform = of(operations);

/** The code of a refusal; undefined for a success. */
function codeOf(answer: HostAnswer): string | undefined {
  return answer.ok ? undefined : answer.error.code;
}

test('operations that the runner does not know are unknown, whatever their name', (t) => {
  for (const op of [
    '',
    'fetch',
    'kv.get',
    'constructor',
    '__proto__',
    'toString',
    'crypto',
    'crypto.',
    'crypto.constructor',
  ]) {
    t.is(operations.asynchronous(op), undefined, op);
    t.is(operations.synchronous(op, '{}'), undefined, op);
  }
});

test('random gives as many bytes as it is asked for, up to 65,536', (t) => {
  const answer = ask('random', 65_536);
  t.is(
    Buffer.from(answer.ok && typeof answer.value === 'string' ? answer.value : '', 'base64').length,
    65_536,
  );
  for (const count of [-1, 65_537, 1.5, '8', null, {}])
    t.is(codeOf(ask('random', count)), 'RangeError');
});

test('idna maps a domain, and gives nothing for what is none', (t) => {
  t.deepEqual(ask('idna.toASCII', 'bücher.example'), { ok: true, value: 'xn--bcher-kva.example' });
  t.deepEqual(ask('idna.toASCII', 'Ａ.example'), { ok: true, value: 'a.example' });
  for (const domain of [
    'é/x',
    'é@x',
    'é:1',
    'é?x',
    'é#x',
    'é\\x',
    '[é]',
    'é x',
    '%C3%A9',
    'xn--é',
  ]) {
    t.deepEqual(ask('idna.toASCII', domain), { ok: true, value: null }, domain);
  }
  t.is(codeOf(ask('idna.toASCII', 'é'.repeat(16_385))), 'RangeError');
  t.is(codeOf(ask('idna.toASCII', 5)), 'RangeError');
});

test('text is decoded in pieces, by decoders that end with their text', (t) => {
  const piece = (bytes: number[], stream: boolean): HostAnswer =>
    ask('text.decode', {
      id: 1,
      encoding: 'shift_jis',
      stream,
      bytes: Buffer.from(bytes).toString('base64'),
    });
  t.deepEqual(piece([0x83], true), { ok: true, value: '' });
  t.deepEqual(piece([0x65], false), { ok: true, value: 'テ' });
  t.is(codeOf(ask('text.decode', { id: 2, encoding: 'nonsense', bytes: '' })), 'RangeError');
  t.is(
    codeOf(ask('text.decode', { id: 2, encoding: 'gbk', bytes: 'A'.repeat(300_000) })),
    'RangeError',
  );
});

test('no more than 64 texts are half decoded at a time', (t) => {
  const own = createOperations();
  const start = (id: number): string | undefined => {
    const argument = JSON.stringify({ id, encoding: 'gbk', stream: true, bytes: 'gQ==' });
    return own.synchronous('text.decode', argument);
  };
  const refusals = Array.from({ length: 65 }, (_, id) => start(id)).filter((text) =>
    text?.includes('"ok":false'),
  );
  t.is(refusals.length, 1);
});

test('every malformed argument is refused with a name and a sentence', async (t) => {
  const ops = [
    'crypto.digest',
    'crypto.importKey',
    'crypto.sign',
    'crypto.generateKey',
    'compression.write',
    'compression.end',
  ];
  for (const op of ops) {
    for (const argument of [
      null,
      5,
      'x',
      [],
      {},
      { algorithm: { name: 'AES-GCM' } },
      { id: {}, data: [] },
    ]) {
      const answer = await perform(op, argument);
      t.false(answer.ok, op);
      if (!answer.ok) t.regex(answer.error.code, /^[A-Z]\w+$/);
    }
  }
});

test('an argument that is no JSON is refused', async (t) => {
  t.is(codeOf(JSON.parse(operations.synchronous('random', 'x')!) as HostAnswer), 'SyntaxError');
  t.is(
    codeOf(JSON.parse(await operations.asynchronous('crypto.digest')!('{')) as HostAnswer),
    'SyntaxError',
  );
});

test('algorithms are those of the list, whatever Node has besides', async (t) => {
  for (const name of ['MD5', 'SHA3-256', 'Ed448', 'ML-KEM-768', 'Argon2id', '__proto__', 5]) {
    t.is(
      codeOf(await perform('crypto.digest', { algorithm: { name }, data: '' })),
      'NotSupportedError',
      String(name),
    );
  }
});

test('a key that nobody made is refused', async (t) => {
  const fresh = of(createOperations()); // in which no key was made yet
  const sign = { algorithm: { name: 'HMAC' }, data: '' };
  for (const key of [0, 1, -1, 1e9, '1', null])
    t.is(codeOf(await fresh('crypto.sign', { ...sign, key })), 'TypeError');
});

test('an RSA key that is too large is refused when it is imported', async (t) => {
  const { generateKeyPairSync } = await import('node:crypto');
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 4_104 });
  const data = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const algorithm = { name: 'RSA-PSS', hash: { name: 'SHA-256' } };
  const answer = await perform('crypto.importKey', {
    format: 'spki',
    data,
    algorithm,
    extractable: true,
    usages: ['verify'],
  });
  t.is(codeOf(answer), 'OperationError');
});

test('an RSA key of 4,096 bits is imported, one of 4,104 is not', async (t) => {
  const own = of(createOperations());
  const importing = (bits: number): Promise<HostAnswer> =>
    own('crypto.importKey', {
      format: 'jwk',
      data: { kty: 'RSA', n: Buffer.alloc(bits / 8, 0xff).toString('base64url'), e: 'AQAB' },
      algorithm: { name: 'RSA-PSS', hash: { name: 'SHA-256' } },
      extractable: true,
      usages: ['verify'],
    });
  t.is(codeOf(await importing(4_096)), undefined);
  t.is(codeOf(await importing(4_104)), 'OperationError');
});

test('64 KiB are derived at once, one byte more is not', async (t) => {
  const own = of(createOperations());
  const raw = { format: 'raw', data: 'AAAAAAAAAAA=', extractable: false, usages: ['deriveBits'] };
  await own('crypto.importKey', { ...raw, algorithm: { name: 'PBKDF2' } });
  const algorithm = {
    name: 'PBKDF2',
    hash: { name: 'SHA-256' },
    salt: '',
    iterations: 1,
  };
  const deriving = (length: number): Promise<HostAnswer> =>
    own('crypto.deriveBits', { algorithm, key: 1, length });
  t.is(codeOf(await deriving(524_288)), undefined);
  t.is(codeOf(await deriving(524_296)), 'OperationError');
});

test('PBKDF2 iterates two million times for all of its output, once more is refused', async (t) => {
  const own = of(createOperations());
  const usages = ['deriveBits', 'deriveKey'];
  const raw = { format: 'raw', data: 'AAAAAAAAAAA=', extractable: false, usages };
  await own('crypto.importKey', { ...raw, algorithm: { name: 'PBKDF2' } });
  const pbkdf2 = { name: 'PBKDF2', hash: { name: 'SHA-256' }, salt: '' };
  const bits = (length: number, iterations: number): Promise<HostAnswer> =>
    own('crypto.deriveBits', { algorithm: { ...pbkdf2, iterations }, key: 1, length });
  t.is(codeOf(await bits(2_560, 200_000)), undefined);
  t.is(codeOf(await bits(2_560, 200_001)), 'OperationError');
  t.is(codeOf(await bits(2_568, 200_000)), 'OperationError', 'it begins an eleventh piece');
  const key = (type: object, iterations: number): Promise<HostAnswer> =>
    own('crypto.deriveKey', {
      algorithm: { ...pbkdf2, iterations },
      key: 1,
      type: { name: 'HMAC', hash: { name: 'SHA-512' }, ...type },
      extractable: false,
      usages: ['sign'],
    });
  t.is(codeOf(await key({}, 500_000)), undefined, 'as long as a block of SHA-512');
  t.is(codeOf(await key({}, 500_001)), 'OperationError');
  t.is(codeOf(await key({ length: 524_288 }, 1_000)), 'OperationError');
});

test('a thousand keys are kept for one invocation, one more is not', async (t) => {
  const own = of(createOperations());
  const importing = (): Promise<HostAnswer> =>
    own('crypto.importKey', {
      format: 'raw',
      data: 'AAAAAAAAAAAAAAAAAAAAAA==',
      algorithm: { name: 'AES-GCM' },
      extractable: false,
      usages: ['encrypt'],
    });
  const all = await Promise.all(Array.from({ length: 1_000 }, importing));
  t.true(all.every(({ ok }) => ok));
  t.is(codeOf(await importing()), 'RangeError');
});

test('a bomb is stopped where the output ends', async (t) => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString('base64');
  const answer = await perform('compression.write', {
    id: 1,
    direction: 'decompress',
    format: 'gzip',
    data: bomb,
  });
  t.is(codeOf(answer), 'RangeError');
});

test('errors say nothing of this process', async (t) => {
  const answers = await Promise.all([
    perform('crypto.importKey', {
      format: 'jwk',
      data: {},
      algorithm: { name: 'AES-GCM' },
      usages: [],
    }),
    perform('crypto.importKey', {
      format: 'spki',
      data: 'AAAA',
      algorithm: { name: 'ECDSA', namedCurve: 'P-256' },
      usages: [],
    }),
    perform('compression.write', { id: 5, direction: 'decompress', format: 'gzip', data: 'AAAA' }),
  ]);
  t.notRegex(JSON.stringify(answers), /file:|node:|\/work|\.ts|\bat /);
});

test('a text without its number or encoding is not decoded', (t) => {
  for (const argument of [{ bytes: '' }, { id: 1, bytes: '' }, { encoding: 'gbk', bytes: '' }]) {
    t.is(codeOf(ask('text.decode', argument)), 'TypeError');
  }
});

test('a stream of an unknown format is not opened, and closing what is none does nothing', async (t) => {
  const fresh = of(createOperations()); // in which no stream is open yet
  const call = { id: 1, direction: 'compress', format: 'rar', data: '' };
  t.is(codeOf(await fresh('compression.write', call)), 'TypeError');
  t.deepEqual(await fresh('compression.close', { id: 'none' }), { ok: true, value: null });
  t.is(operations.asynchronous('compression.open'), undefined);
});

test('what a key derives has a length that is a number, and not too long', async (t) => {
  const material = await perform('crypto.importKey', {
    format: 'raw',
    data: 'AAAA',
    algorithm: { name: 'PBKDF2' },
    extractable: false,
    usages: ['deriveBits'],
  });
  const key = material.ok ? (material.value as { handle: number }).handle : 0;
  const algorithm = { name: 'PBKDF2', hash: { name: 'SHA-256' }, salt: 'AAAA', iterations: 1 };
  const derive = (more: object): Promise<HostAnswer> =>
    perform('crypto.deriveBits', { key, algorithm, length: 128, ...more });
  t.true((await derive({})).ok);
  t.is(codeOf(await derive({ length: 'many' })), 'TypeError');
  t.is(codeOf(await derive({ length: null })), 'OperationError');
  t.false((await derive({ length: 1e12 })).ok);
  t.is(codeOf(await derive({ algorithm: { ...algorithm, iterations: 'many' } })), 'TypeError');
});

test('an invocation has at most a thousand keys', async (t) => {
  const own = createOperations().asynchronous('crypto.importKey');
  if (!own) return t.fail();
  const argument = JSON.stringify({
    format: 'raw',
    data: 'AAAAAAAAAAAAAAAAAAAAAA==',
    algorithm: { name: 'AES-GCM' },
    extractable: true,
    usages: ['encrypt'],
  });
  const answers = await Promise.all(Array.from({ length: 1001 }, () => own(argument)));
  const refusals = answers.filter((text) => text.includes('RangeError'));
  t.is(refusals.length, 1);
});
