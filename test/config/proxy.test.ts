import { inspect } from 'node:util';

import test from 'ava';
import fc from 'fast-check';

import type { EntraIdConfig, ProxyConfig } from '../../src/config/config.ts';
import { formatFaults } from '../../src/config/format-faults.ts';
import type { LoadOptions } from '../../src/config/load.ts';
import {
  configOf,
  entraIdOf,
  entraId,
  faultsOf,
  fileWith,
  filesOf,
  readJson,
  type Json,
} from '../_support/config-file.ts';
import { AUTHORITY_PEM } from '../_support/pem.ts';

const AT = 'authentications[0]';

/** The method of a file with these keys. */
function methodWith(keys: Json, options: Partial<LoadOptions> = {}): EntraIdConfig {
  const file = fileWith({ authentications: [entraId(keys)] });
  return entraIdOf(file, options);
}

function proxyOf(proxy: unknown, environment: LoadOptions['environment'] = {}): ProxyConfig {
  return methodWith({ proxy }, { environment }).proxy;
}

/** Faults of a file whose method has these keys. */
function faultsWith(keys: Json, options: Partial<LoadOptions> = {}): readonly string[] {
  return faultsOf(fileWith({ authentications: [entraId(keys)] }), options);
}

/** Kind, host, port, user name and password of a proxy. */
function told(proxy: ProxyConfig): readonly unknown[] {
  if (!('host' in proxy)) throw new Error(`not a server: ${proxy.kind}`);
  const { kind, host, port, credentials } = proxy;
  return [
    kind,
    host,
    port,
    ...(credentials ? [credentials.username.reveal(), credentials.password.reveal()] : []),
  ];
}

test('proxy is direct when it is empty, null or direct [P1]', (t) => {
  for (const proxy of ['', 'direct', null, undefined]) {
    t.deepEqual(proxyOf(proxy), { kind: 'direct' });
  }
});

test('connect:// is read with a name, an address, IPv6 and in any case [P1]', (t) => {
  t.deepEqual(told(proxyOf('connect://proxy.example.com:3128')), [
    'connect',
    'proxy.example.com',
    3128,
  ]);
  t.deepEqual(told(proxyOf('connect://10.1.2.3:65535')), ['connect', '10.1.2.3', 65_535]);
  t.deepEqual(told(proxyOf('CONNECT://[2001:db8::1]:3128')), ['connect', '2001:db8::1', 3128]);
  t.deepEqual(told(proxyOf('Connect://[::1]:1')), ['connect', '::1', 1]);
});

for (const proxy of [
  'connect://proxy.example.com',
  'connect://proxy.example.com:',
  'connect://proxy.example.com:0',
  'connect://proxy.example.com:65536',
  'connect://12.342.421.2:3128',
  'connect://1.2.3:3128',
  'connect://::1:3128',
  'connect://[::1]',
  'connect://:3128',
  'connect://',
  'connect:proxy.example.com:3128',
  'connect://proxy.example.com:3128/',
  'connect://proxy.example.com:3128/path',
  'connect://proxy.example.com:3128?a',
  'connect://proxy.example.com:3128#a',
  'connect://user:password@proxy.example.com:3128',
  'proxy.example.com:3128',
  'DIRECT',
  'ftp://proxy.example.com:3128',
]) {
  test(`${proxy} is refused at load [P1]`, (t) => {
    t.deepEqual(faultsWith({ proxy }), [`CONFIG_INVALID_VALUE ${AT}.proxy`]);
  });
}

test('a host that cannot be one is named in the fault [P1]', (t) => {
  const file = fileWith({ authentications: [entraId({ proxy: 'connect://12.342.421.2:3128' })] });
  t.regex(readJson(file).faults[0]?.message ?? '', /"12\.342\.421\.2"/);
});

test('every kind of proxy server is read', (t) => {
  t.deepEqual(told(proxyOf('http://p.example:3128')), ['connect', 'p.example', 3128]);
  t.deepEqual(told(proxyOf('http://p.example:3128/')), ['connect', 'p.example', 3128]);
  t.deepEqual(told(proxyOf('https://p.example:3129')), ['connect-tls', 'p.example', 3129]);
  t.deepEqual(told(proxyOf('socks5://p.example:1080')), ['socks5', 'p.example', 1080]);
  t.deepEqual(told(proxyOf('SOCKS5H://[::1]:1080')), ['socks5', '::1', 1080]);
});

test('a proxy server without a port, with a path or with a query is refused at load', (t) => {
  const wrong = ['http://p', 'https://p', 'socks5://p', 'http://p:1/x', 'http://p:1?x', 'http://'];
  for (const proxy of wrong) {
    t.deepEqual(faultsWith({ proxy }), [`CONFIG_INVALID_VALUE ${AT}.proxy`], proxy);
  }
});

test('a proxy that others know and this release does not serve is not available', (t) => {
  for (const proxy of [
    'socks://p:1',
    'socks4://p:1',
    'socks4a://p:1',
    'pac://p/x',
    'pac+data://',
  ]) {
    t.deepEqual(faultsWith({ proxy }), [`CONFIG_NOT_AVAILABLE ${AT}.proxy`], proxy);
  }
});

test('a script is taken by https, on this machine by http, and from a file', (t) => {
  for (const url of [
    'https://wpad.example.com/proxy.pac?site=1',
    'http://localhost:8080/proxy.pac',
    'http://127.0.0.1/proxy.pac',
    'file:///etc/proxy.pac',
  ]) {
    t.deepEqual(proxyOf(`pac+${url}`), { kind: 'script', url });
  }
});

test('a script that others could change, or with credentials, is refused at load', (t) => {
  for (const proxy of [
    'pac+http://wpad.example.com/proxy.pac',
    'pac+https://user:password@wpad.example.com/proxy.pac',
    'pac+https://wpad.example.com/proxy.pac#x',
    'pac+file://host/proxy.pac',
    'pac+https://',
  ]) {
    t.deepEqual(faultsWith({ proxy }), [`CONFIG_INVALID_VALUE ${AT}.proxy`], proxy);
  }
});

test('credentials are decoded, however they are encoded [P4]', (t) => {
  for (const scheme of ['http', 'https', 'socks5']) {
    t.deepEqual(told(proxyOf(`${scheme}://j%40ne:p%40s%3As%25%C3%BC@p.example:1`)).slice(3), [
      'j@ne',
      'p@s:s%ü',
    ]);
    t.deepEqual(told(proxyOf(`${scheme}://j@ne:p:s@ü@p.example:1`)).slice(3), ['j@ne', 'p:s@ü']);
  }
});

test('every user name and password comes back as it was encoded [P4]', (t) => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed() && !text.includes(':'));
  fc.assert(
    fc.property(word, word, (user, password) => {
      const proxy = `http://${encodeURIComponent(user)}:${encodeURIComponent(password)}@p.example:1`;
      // A `${` in a file means something else.
      t.deepEqual(told(proxyOf(proxy.replaceAll('${', '$${'))).slice(3), [user, password]);
    }),
    { numRuns: 50 },
  );
});

for (const [what, userinfo] of [
  ['a percent sign that encodes nothing', 'user:50%zz'],
  ['bytes that are no UTF-8', 'user:%ff'],
  ['a line break', 'user:a%0ab'],
  ['a zero byte', 'us%00er:a'],
  ['a slash', 'user:a/b'],
  ['a question mark', 'user:a?b'],
  ['no user name', ':password'],
  ['a colon in the user name', 'us%3Aer:password'],
] as const) {
  test(`credentials with ${what} are refused at load, and not shown [P4] [P18]`, (t) => {
    const file = fileWith({
      authentications: [entraId({ proxy: `http://${userinfo}@p.example:1` })],
    });
    const { faults } = readJson(file);
    t.deepEqual(
      faults.map(({ code, path }) => `${code} ${path}`),
      [`CONFIG_INVALID_VALUE ${AT}.proxy`],
    );
    const said = `${formatFaults(faults, { color: false })}${JSON.stringify(faults)}`;
    t.false(said.includes(userinfo), said);
  });
}

test('SOCKS credentials of more than 255 bytes, or without one half, are refused at load [P14]', (t) => {
  const most = 'ü'.repeat(127) + 'x';
  t.is(told(proxyOf(`socks5://${encodeURIComponent(most)}:p@p.example:1`))[3], most);
  for (const userinfo of [`${'ü'.repeat(128)}:p`, `u:${'x'.repeat(256)}`, 'u', 'u:', ':p']) {
    const proxy = `socks5://${userinfo}@p.example:1080`;
    t.deepEqual(faultsWith({ proxy }), [`CONFIG_INVALID_VALUE ${AT}.proxy`], userinfo);
  }
});

test('credentials are shown nowhere that a configuration is printed [P18]', (t) => {
  const config = configOf(
    fileWith({
      authentications: [entraId({ proxy: 'http://jane:correct%20horse@p.example:1' })],
    }),
  );
  const printed = `${JSON.stringify(config)}${inspect(config, { depth: 9, showHidden: true })}`;
  t.false(/jane|correct/.test(printed));
});

test('env is what the environment said when the file was read [P17]', (t) => {
  const environment = { HTTPS_PROXY: 'http://a.example:1', NO_PROXY: 'x.example' };
  const proxy = proxyOf('env', environment);
  environment.HTTPS_PROXY = 'http://b.example:2';
  t.deepEqual(proxy, {
    kind: 'environment',
    https: { kind: 'connect', host: 'a.example', port: 1, credentials: null },
    http: null,
    except: [{ host: 'x.example', port: null }],
  });
});

test('without env the environment is not looked at [P17]', (t) => {
  const environment = { HTTPS_PROXY: 'http://a.example:1', https_proxy: 'nonsense' };
  t.deepEqual(proxyOf('', environment), { kind: 'direct' });
  t.deepEqual(told(proxyOf('connect://b.example:2', environment)), ['connect', 'b.example', 2]);
});

/** The proxies that the environment gives for https and http, as `kind host:port`. */
function fromEnvironment(environment: LoadOptions['environment']): readonly (string | null)[] {
  const proxy = proxyOf('env', environment);
  if (proxy.kind !== 'environment') throw new Error(proxy.kind);
  return [proxy.https, proxy.http].map((one) => one && `${one.kind} ${one.host}:${one.port}`);
}

test('of two spellings the one in lower case wins, and an empty variable is not set [P17]', (t) => {
  t.deepEqual(
    fromEnvironment({
      https_proxy: 'http://a:1',
      HTTPS_PROXY: 'http://b:2',
      http_proxy: '',
      HTTP_PROXY: 'c:3',
    }),
    ['connect a:1', 'connect c:3'],
  );
});

test('HTTP_PROXY serves https, too, where HTTPS_PROXY is not set, and not the other way round [P17]', (t) => {
  t.deepEqual(fromEnvironment({ HTTP_PROXY: 'http://a:1' }), ['connect a:1', 'connect a:1']);
  t.deepEqual(fromEnvironment({ HTTPS_PROXY: 'http://a:1' }), ['connect a:1', null]);
});

test('the environment may leave out scheme and port, as other programs let it [P17]', (t) => {
  const values = {
    'proxy.example': 'connect proxy.example:80',
    'proxy.example:3128': 'connect proxy.example:3128',
    'http://proxy.example/': 'connect proxy.example:80',
    'https://proxy.example': 'connect-tls proxy.example:443',
    'socks5h://[::1]': 'socks5 ::1:1080',
    'user:p%40ss@proxy.example:1': 'connect proxy.example:1',
  };
  for (const [value, meant] of Object.entries(values)) {
    t.is(fromEnvironment({ HTTPS_PROXY: value })[0], meant, value);
  }
});

test('a variable that names no proxy is a fault that names the variable alone [P17] [P18]', (t) => {
  for (const value of [
    'ftp://p:1',
    'http://jane:hunter2hunter2@:1',
    'http://p:99999',
    'pac+https://p/x',
  ]) {
    const file = fileWith({ authentications: [entraId({ proxy: 'env' })] });
    const { faults } = readJson(file, { environment: { https_proxy: value } });
    t.deepEqual(
      faults.map(({ code }) => code),
      ['CONFIG_INVALID_VALUE'],
      value,
    );
    t.regex(faults[0]?.message ?? '', /https_proxy/);
    t.false(JSON.stringify(faults).includes(value), value);
  }
});

test('env without any proxy in the environment is a warning [P17]', (t) => {
  t.deepEqual(faultsWith({ proxy: 'env' }), [`warning ${AT}.proxy`]);
});

test('NO_PROXY is read word by word [P16]', (t) => {
  const NO_PROXY =
    'A.Example, .b.example *.c.example,d.example.:8443 10.1.2.3 [::1]:443,2001:DB8:0::1 *';
  const proxy = proxyOf('env', { HTTPS_PROXY: 'p:1', NO_PROXY });
  t.deepEqual(proxy.kind === 'environment' && proxy.except, [
    { host: 'a.example', port: null },
    { host: 'b.example', port: null },
    { host: 'c.example', port: null },
    { host: 'd.example', port: 8443 },
    { host: '10.1.2.3', port: null },
    { host: '::1', port: 443 },
    { host: '2001:db8::1', port: null },
    { host: '*', port: null },
  ]);
});

test('a block of addresses in NO_PROXY is a warning, for nothing comes of it [P16]', (t) => {
  for (const NO_PROXY of ['10.0.0.0/8', 'a.example, 2001:db8::/32', '10.*']) {
    const environment = { HTTPS_PROXY: 'http://p.example:1', NO_PROXY };
    t.deepEqual(faultsWith({ proxy: 'env' }, { environment }), [`warning ${AT}.proxy`], NO_PROXY);
  }
});

const FILES = filesOf({
  '/etc/entrada/tls/ca.crt': AUTHORITY_PEM,
  '/etc/ssl/two.crt': `one\n${AUTHORITY_PEM}\ntwo\n${AUTHORITY_PEM}`,
  '/etc/entrada/key.pem': '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
  '/etc/entrada/broken.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
});

test('tls_trusted_certificates takes paths and PEM, in a list or as text, and no certificate twice', (t) => {
  for (const written of [
    ['tls/ca.crt'],
    [AUTHORITY_PEM],
    AUTHORITY_PEM,
    'tls/ca.crt\n/etc/ssl/two.crt\n',
    ['tls/ca.crt', '/etc/ssl/two.crt', AUTHORITY_PEM],
  ]) {
    const method = methodWith({ tls_trusted_certificates: written }, { files: FILES });
    t.deepEqual(method.tlsTrustedCertificates, [AUTHORITY_PEM.trim()]);
  }
  for (const empty of [undefined, null, '', []]) {
    t.deepEqual(methodWith({ tls_trusted_certificates: empty }).tlsTrustedCertificates, []);
  }
});

for (const [file, code] of [
  ['tls/none.crt', 'CONFIG_UNREADABLE'],
  ['key.pem', 'CONFIG_INVALID_VALUE'],
  ['broken.crt', 'CONFIG_INVALID_VALUE'],
  ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'CONFIG_INVALID_VALUE'],
  ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'CONFIG_INVALID_VALUE'],
] as const) {
  test(`tls_trusted_certificates with ${file.replaceAll('\n', ' ')} is a fault at its entry`, (t) => {
    const tls_trusted_certificates = ['tls/ca.crt', file];
    t.deepEqual(faultsWith({ tls_trusted_certificates }, { files: FILES }), [
      `${code} ${AT}.tls_trusted_certificates[1]`,
    ]);
  });
}
