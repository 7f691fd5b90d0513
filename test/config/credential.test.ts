import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { CredentialConfig } from '../../src/config/config.ts';
import { clientCertificate, type ClientPair, PFX } from '../_support/client-certificate.ts';
import {
  CLIENT_SECRET,
  entraIdOf,
  entraId,
  faultsOf,
  fileWith,
  filesOf,
  readJson,
  type Json,
} from '../_support/config-file.ts';
import { requireDebian } from '../_support/debian.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const AT = 'authentications[0]';
const DAY = 86_400_000;
const NOW = Date.UTC(2027, 0, 1);
const clock = (): number => NOW;
const SCOPES = ['User.Read'];
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJlbnRyYWRhIn0.c2lnbmF0dXJl';
const OTHER_SECRET = 'Ab1~another.client-secret';

/** Certificates are slow to make: one for all. */
let pair: ClientPair;
test.before(async () => {
  pair = await clientCertificate({ from: NOW - 100 * DAY, to: NOW + 100 * DAY });
});

const FILES = {
  get '/etc/entrada/client.crt'() {
    return pair.certificate;
  },
  get '/etc/entrada/client.key'() {
    return pair.key;
  },
  '/etc/entrada/token': `${TOKEN}\n`,
};
const CERTIFICATE = { certificate: 'client.crt', key: 'client.key' };
const ASSERTION = { file: 'token' };
const files = filesOf(FILES);

type Files = Readonly<Record<string, string | Uint8Array>>;

const faultsWith = (method: Json, more: Files = {}, mode = 0o600): readonly string[] =>
  faultsOf(fileWith({ authentications: [entraId(method)] }), {
    files: filesOf({ ...FILES, ...more }, mode),
    clock,
  });

function credentialOf(method: Json): CredentialConfig | null | undefined {
  const file = fileWith({ authentications: [entraId(method)] });
  return entraIdOf(file, { files, clock }).credential;
}

/** What is advised about the first fault. */
function adviceOf(method: Json, more: Files): string | undefined {
  const given = { files: filesOf({ ...FILES, ...more }), clock };
  return readJson(fileWith({ authentications: [entraId(method)] }), given).faults[0]?.next;
}

test('password is one secret, or a list of two while one replaces the other [65]', (t) => {
  const one = credentialOf({ api_scopes: SCOPES, password: CLIENT_SECRET });
  t.like(one, { kind: 'password', expiresAt: null });
  t.is(one?.kind === 'password' && one.passwords.length, 1);
  const two = credentialOf({ api_scopes: SCOPES, password: [OTHER_SECRET, CLIENT_SECRET] });
  t.deepEqual(two?.kind === 'password' && two.passwords.map((secret) => secret.reveal()), [
    OTHER_SECRET,
    CLIENT_SECRET,
  ]);
});

test('password as a list of none or three is a fault [65]', (t) => {
  for (const password of [[], [CLIENT_SECRET, OTHER_SECRET, 'third-client-secret']]) {
    t.deepEqual(faultsWith({ api_scopes: SCOPES, password }), [
      `CONFIG_INVALID_VALUE ${AT}.password`,
    ]);
  }
  t.deepEqual(faultsWith({ api_scopes: SCOPES, password: [CLIENT_SECRET, ''] }), [
    `CONFIG_INVALID_VALUE ${AT}.password[1]`,
  ]);
});

test('two passwords that are the same are a warning', (t) => {
  t.deepEqual(faultsWith({ api_scopes: SCOPES, password: [CLIENT_SECRET, CLIENT_SECRET] }), [
    `warning ${AT}.password[1]`,
  ]);
});

test('a short password of a list is a warning at its place', (t) => {
  t.deepEqual(faultsWith({ api_scopes: SCOPES, password: [CLIENT_SECRET, 'short'] }), [
    `warning ${AT}.password[1]`,
  ]);
});

test('no fault of a list of passwords shows one of them', (t) => {
  const file = fileWith({ authentications: [entraId({ password: [CLIENT_SECRET, 7] })] });
  t.false(JSON.stringify(readJson(file).faults).includes('hunter2'));
});

test('password_expires is a day; it warns thirty days before, and when it is over', (t) => {
  const method = { api_scopes: SCOPES, password: CLIENT_SECRET };
  t.like(credentialOf({ ...method, password_expires: '2028-02-29' }), {
    expiresAt: Date.UTC(2028, 1, 29),
  });
  t.deepEqual(faultsWith({ ...method, password_expires: '2027-03-01' }), []);
  for (const password_expires of ['2027-01-31', '2027-01-01', '2020-01-01']) {
    t.deepEqual(faultsWith({ ...method, password_expires }), [`warning ${AT}.password_expires`]);
  }
});

test('password_expires that is no day is a fault', (t) => {
  const method = { api_scopes: SCOPES, password: CLIENT_SECRET };
  for (const password_expires of ['2027-02-29', '2027-1-1', 'tomorrow', '2027-13-01', '']) {
    t.deepEqual(
      faultsWith({ ...method, password_expires }),
      [`CONFIG_INVALID_VALUE ${AT}.password_expires`],
      password_expires,
    );
  }
});

test('password_expires without a password is a conflict', (t) => {
  const password_expires = '2029-01-01';
  t.deepEqual(faultsWith({ password_expires }), [`CONFIG_CONFLICT ${AT}.password_expires`]);
});

test('certificate names two files; paths become absolute [63]', (t) => {
  t.deepEqual(credentialOf({ api_scopes: SCOPES, certificate: CERTIFICATE }), {
    kind: 'certificate',
    certificate: '/etc/entrada/client.crt',
    key: '/etc/entrada/client.key',
  });
});

test('federated_assertion names a file [63]', (t) => {
  t.deepEqual(credentialOf({ api_scopes: SCOPES, federated_assertion: ASSERTION }), {
    kind: 'federated-assertion',
    file: '/etc/entrada/token',
  });
});

test('two kinds of credential are a conflict [63]', (t) => {
  const kinds = {
    password: CLIENT_SECRET,
    certificate: CERTIFICATE,
    federated_assertion: ASSERTION,
  };
  t.deepEqual(faultsWith({ api_scopes: SCOPES, ...kinds }), [
    `CONFIG_CONFLICT ${AT}.certificate`,
    `CONFIG_CONFLICT ${AT}.federated_assertion`,
  ]);
});

for (const [what, method] of [
  ['password', { password: CLIENT_SECRET }],
  ['certificate', { certificate: CERTIFICATE }],
  ['federated_assertion', { federated_assertion: ASSERTION }],
] as const) {
  test(`each flow that redeems a code is right with ${what} [63]`, (t) => {
    t.deepEqual(faultsWith({ ...method, api_scopes: SCOPES }), []);
    for (const flow of ['code', 'hybrid']) t.deepEqual(faultsWith({ ...method, flow }), []);
  });

  test(`${what} that nothing uses is a warning [64]`, (t) => {
    t.deepEqual(faultsWith(method), [`warning ${AT}.${what}`]);
    t.deepEqual(faultsWith({ ...method, flow: 'implicit' }), [`warning ${AT}.${what}`]);
  });
}

test('flow that redeems a code needs a credential [58]', (t) => {
  for (const flow of ['code', 'hybrid']) {
    t.deepEqual(faultsWith({ flow }), [`CONFIG_MISSING_KEY ${AT}.flow`]);
  }
  t.deepEqual(faultsWith({ flow: 'implicit' }), []);
});

test('flow: implicit cannot have api_scopes [58]', (t) => {
  t.deepEqual(faultsWith({ flow: 'implicit', api_scopes: SCOPES }), [
    `CONFIG_CONFLICT ${AT}.api_scopes`,
  ]);
});

test('flow of another name is a fault', (t) => {
  t.deepEqual(faultsWith({ flow: 'device' }), [`CONFIG_INVALID_VALUE ${AT}.flow`]);
});

test('a certificate of which a file is missing is a fault at that file', (t) => {
  const method = { api_scopes: SCOPES };
  t.deepEqual(faultsWith({ ...method, certificate: { ...CERTIFICATE, key: 'no.key' } }), [
    `CONFIG_UNREADABLE ${AT}.certificate.key`,
  ]);
  t.deepEqual(faultsWith({ ...method, certificate: { ...CERTIFICATE, certificate: 'no.crt' } }), [
    `CONFIG_UNREADABLE ${AT}.certificate.certificate`,
  ]);
});

test('a PFX is refused with the command that converts it', (t) => {
  const method = { api_scopes: SCOPES, certificate: CERTIFICATE };
  t.deepEqual(faultsWith(method, { '/etc/entrada/client.crt': PFX }), [
    `CONFIG_INVALID_VALUE ${AT}.certificate.certificate`,
  ]);
  const ofCertificate = adviceOf(method, { '/etc/entrada/client.crt': PFX });
  t.regex(ofCertificate ?? '', /openssl pkcs12 -in FILE -clcerts -nokeys/);
  const ofKey = adviceOf(method, { '/etc/entrada/client.key': PFX });
  t.regex(ofKey ?? '', /openssl pkcs12 -in FILE -nocerts -noenc/);
});

test('what the commands make of a real PFX is a certificate and a key that are taken [63]', (t) => {
  const folder = temporaryFolder(t);
  const openssl = (...args: readonly string[]): Buffer =>
    execFileSync(requireDebian('openssl'), args, { cwd: folder, stdio: 'pipe' });
  writeFileSync(path.join(folder, 'in.crt'), pair.certificate);
  writeFileSync(path.join(folder, 'in.key'), pair.key);
  const source = ['-in', 'in.crt', '-inkey', 'in.key', '-passout', 'pass:x'];
  openssl('pkcs12', '-export', ...source, '-out', 'in.pfx');
  const pfx = readFileSync(path.join(folder, 'in.pfx'));
  const method = { api_scopes: SCOPES, certificate: CERTIFICATE };
  for (const name of ['client.crt', 'client.key']) {
    const advice = adviceOf(method, { [`/etc/entrada/${name}`]: pfx }) ?? '';
    const [, command = ''] = /openssl (pkcs12 [^;]*?client\.(?:crt|key))/.exec(advice) ?? [];
    openssl(...command.replace('FILE', 'in.pfx').split(' '), '-passin', 'pass:x');
  }
  const made = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  t.deepEqual(
    faultsWith(method, {
      '/etc/entrada/client.crt': made('client.crt'),
      '/etc/entrada/client.key': made('client.key'),
    }),
    [],
  );
});

test('a certificate in DER is refused with the command that converts it', (t) => {
  const der = Buffer.from(pair.certificate.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const method = { api_scopes: SCOPES, certificate: CERTIFICATE };
  t.regex(adviceOf(method, { '/etc/entrada/client.crt': der }) ?? '', /openssl x509 -inform DER/);
});

/** Keys that cannot prove anything. */
const OTHER_KEYS = {
  'another one’s': () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  short: () => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
  'not RSA': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
};

for (const [what, make] of Object.entries(OTHER_KEYS)) {
  test(`a key that is ${what} is a fault at the key`, (t) => {
    const key = make().export({ type: 'pkcs8', format: 'pem' });
    const method = { api_scopes: SCOPES, certificate: CERTIFICATE };
    t.deepEqual(faultsWith(method, { '/etc/entrada/client.key': key }), [
      `CONFIG_INVALID_VALUE ${AT}.certificate.key`,
    ]);
  });
}

test('a key that is encrypted is refused with the command that opens it', (t) => {
  const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export(options);
  const method = { api_scopes: SCOPES, certificate: CERTIFICATE };
  t.regex(adviceOf(method, { '/etc/entrada/client.key': key }) ?? '', /openssl pkey/);
});

test('files in PEM that hold rubbish are faults', (t) => {
  const method = { api_scopes: SCOPES, certificate: CERTIFICATE };
  for (const text of [
    '',
    'hello',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  ]) {
    t.deepEqual(faultsWith(method, { '/etc/entrada/client.crt': text }), [
      `CONFIG_INVALID_VALUE ${AT}.certificate.certificate`,
    ]);
  }
});

test('a key in PEM that holds rubbish is a fault at the key', (t) => {
  const method = { api_scopes: SCOPES, certificate: CERTIFICATE };
  const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
  t.deepEqual(faultsWith(method, { '/etc/entrada/client.key': key }), [
    `CONFIG_INVALID_VALUE ${AT}.certificate.key`,
  ]);
});

test('a key that everybody can read is a warning', (t) => {
  const method = { api_scopes: SCOPES, certificate: CERTIFICATE };
  t.true(faultsWith(method, {}, 0o644).includes(`warning ${AT}.certificate.key`));
});

test('a certificate that is over is an error; one that begins or ends soon is a warning', async (t) => {
  const method = { api_scopes: SCOPES, certificate: CERTIFICATE };
  const place = `${AT}.certificate.certificate`;
  const cases = [
    [{ from: NOW - 9 * DAY, to: NOW }, `CONFIG_INVALID_VALUE ${place}`],
    [{ from: NOW + DAY, to: NOW + 90 * DAY }, `warning ${place}`],
    [{ from: NOW - DAY, to: NOW + 30 * DAY }, `warning ${place}`],
    [{ from: NOW - DAY, to: NOW + 31 * DAY }, undefined],
  ] as const;
  for (const [life, expected] of cases) {
    const made = await clientCertificate(life);
    const given = {
      '/etc/entrada/client.crt': made.certificate,
      '/etc/entrada/client.key': made.key,
    };
    t.deepEqual(faultsWith(method, given), expected === undefined ? [] : [expected]);
  }
});

for (const [what, text] of [
  ['missing', undefined],
  ['empty', '\n'],
  ['no token', 'hunter2'],
  ['longer than any token', `${'a'.repeat(20_000)}.b.c`],
] as const) {
  test(`a file of federated_assertion that is ${what} is an error [N103]`, (t) => {
    const place = `${AT}.federated_assertion.file`;
    const given = filesOf(text === undefined ? {} : { '/etc/entrada/token': text });
    const method = entraId({ api_scopes: SCOPES, federated_assertion: ASSERTION });
    const code = what === 'missing' ? 'CONFIG_UNREADABLE' : 'CONFIG_INVALID_VALUE';
    const found = faultsOf(fileWith({ authentications: [method] }), { files: given, clock });
    t.deepEqual(found, [`${code} ${place}`]);
  });
}

test('a file of federated_assertion that everybody can read is an error [N103]', (t) => {
  const method = { api_scopes: SCOPES, federated_assertion: ASSERTION };
  const open = faultsWith(method, {}, 0o644);
  t.true(open.includes(`CONFIG_INVALID_VALUE ${AT}.federated_assertion.file`));
  t.deepEqual(faultsWith(method, {}, 0o640), []);
});
