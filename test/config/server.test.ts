import test from 'ava';
import {
  configOf,
  faultsOf,
  fileWith,
  filesOf,
  serverWith,
  type Json,
} from '../_support/config-file.ts';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const PRIVATE_KEY = '-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n';

/** Faults of a file whose `server` is right but for something. */
function faultsWith(server: Json): readonly string[] {
  return faultsOf(fileWith({ server: serverWith(server) }));
}

test('public_url is an origin', (t) => {
  for (const url of ['https://a.example', 'https://a.example:8443', 'https://[2001:db8::1]:8443']) {
    t.deepEqual(faultsWith({ public_url: url }), [], url);
  }
});

test('public_url with more than an origin is a fault', (t) => {
  const wrong =
    'https://a.example/ https://a.example/x https://a.example?x https://a.example#x https://u:p@a.example https://A.example https://a.example:443 a.example ftp://a.example https://*.example https://';
  for (const url of ['', ...wrong.split(' ')]) {
    t.deepEqual(faultsWith({ public_url: url }), ['CONFIG_INVALID_VALUE server.public_url'], url);
  }
});

test('public_url with http is accepted on loopback alone', (t) => {
  for (const url of [
    'http://localhost:8080',
    'http://a.localhost',
    'http://127.1.2.3',
    'http://[::1]',
  ]) {
    t.deepEqual(faultsWith({ public_url: url, trusted_proxies: [] }), [], url);
  }
  for (const url of ['http://gw.example', 'http://10.0.0.1', 'http://localhost.example']) {
    t.deepEqual(faultsWith({ public_url: url }), ['CONFIG_INVALID_VALUE server.public_url'], url);
  }
});

test('public_url with http while the server speaks TLS is a conflict', (t) => {
  const tls = { certificate: 'a.crt', key: 'a.key' };
  const files = filesOf({ '/etc/entrada/a.crt': CERTIFICATE, '/etc/entrada/a.key': PRIVATE_KEY });
  const server = serverWith({ public_url: 'http://localhost', tls });
  t.deepEqual(faultsOf(fileWith({ server }), { files }), ['CONFIG_CONFLICT server.public_url']);
});

test('listen is a host and a port', (t) => {
  const config = configOf(fileWith({ server: serverWith({ listen: '[::1]:8443' }) }));
  t.deepEqual(config.server.listen, { host: '::1', port: 8443 });
});

test('listen without host or port, or with a wrong one, is a fault', (t) => {
  for (const listen of [
    '8443',
    ':8443',
    'localhost',
    '::1:8443',
    '1.2.3.4.5:1',
    'a:65536',
    'a:b',
  ]) {
    t.deepEqual(faultsWith({ listen }), ['CONFIG_INVALID_VALUE server.listen'], listen);
  }
});

test('listen as a number of YAML is a fault', (t) => {
  t.deepEqual(faultsWith({ listen: 8443 }), ['CONFIG_INVALID_VALUE server.listen']);
});

test('tls is off, or a certificate and a key', (t) => {
  const path = 'server.tls';
  t.deepEqual(faultsWith({ tls: false }), [`CONFIG_INVALID_VALUE ${path}`]);
  t.deepEqual(faultsWith({ tls: 'on' }), [`CONFIG_INVALID_VALUE ${path}`]);
  t.deepEqual(faultsWith({ tls: {} }), [
    `CONFIG_MISSING_KEY ${path}.certificate`,
    `CONFIG_MISSING_KEY ${path}.key`,
  ]);
  t.deepEqual(faultsOf(fileWith({ server: { public_url: 'https://a.example' } })), [
    'CONFIG_MISSING_KEY server.tls',
  ]);
});

test('tls takes its files from the folder of the configuration', (t) => {
  const files = filesOf({ '/etc/entrada/tls/a.crt': CERTIFICATE, '/k.pem': PRIVATE_KEY });
  const server = serverWith({ tls: { certificate: 'tls/a.crt', key: '/k.pem' } });
  t.deepEqual(configOf(fileWith({ server }), { files }).server.tls, {
    certificate: '/etc/entrada/tls/a.crt',
    key: '/k.pem',
  });
});

test('tls with files that cannot be read, or hold something else, is a fault', (t) => {
  const server = serverWith({ tls: { certificate: 'a.crt', key: 'a.key' } });
  t.deepEqual(faultsOf(fileWith({ server })), [
    'CONFIG_UNREADABLE server.tls.certificate',
    'CONFIG_UNREADABLE server.tls.key',
  ]);
  const files = filesOf({ '/etc/entrada/a.crt': PRIVATE_KEY, '/etc/entrada/a.key': CERTIFICATE });
  t.deepEqual(faultsOf(fileWith({ server }), { files }), [
    'CONFIG_INVALID_VALUE server.tls.certificate',
    'CONFIG_INVALID_VALUE server.tls.key',
  ]);
});

test('tls with a key that every user may read is a warning', (t) => {
  const server = serverWith({ tls: { certificate: 'a.crt', key: 'a.key' } });
  const contents = { '/etc/entrada/a.crt': CERTIFICATE, '/etc/entrada/a.key': PRIVATE_KEY };
  const options = { files: filesOf(contents, 0o644) };
  const keys = '${env:KEYS}';
  const faults = faultsOf(fileWith({ server, keys }), {
    ...options,
    environment: { KEYS: 'k1:6dZ0cJ0nVqHhJm3xk1oQeU2yWv9sTzR4bLaPfGiCuXw' },
  });
  t.deepEqual(faults, ['warning server.tls.key']);
});

test('tls off without a trusted proxy is a warning', (t) => {
  t.deepEqual(faultsWith({ trusted_proxies: [] }), ['warning server.tls']);
});

test('trusted_proxies are blocks of addresses, and one address is a block of one', (t) => {
  const trusted_proxies = ['10.0.0.0/8', '192.0.2.1', 'fd00::/8', '::1'];
  const config = configOf(fileWith({ server: serverWith({ trusted_proxies }) }));
  t.deepEqual(config.server.trustedProxies, ['10.0.0.0/8', '192.0.2.1/32', 'fd00::/8', '::1/128']);
});

test('trusted_proxies with something else is a fault', (t) => {
  for (const block of [
    '10.0.0.0/33',
    '10.0.0',
    'fd00::/129',
    'proxy',
    '10.0.0.0/',
    '1.2.3.4/8/8',
    'fe80::1%eth0',
  ]) {
    t.deepEqual(
      faultsWith({ trusted_proxies: [block] }),
      ['CONFIG_INVALID_VALUE server.trusted_proxies[0]'],
      block,
    );
  }
});

test('trusted_proxies with everybody is a warning', (t) => {
  t.deepEqual(faultsWith({ trusted_proxies: ['0.0.0.0/0', '::/0'] }), [
    'warning server.trusted_proxies[0]',
    'warning server.trusted_proxies[1]',
  ]);
});

test('health has an address of its own', (t) => {
  const conflict = ['CONFIG_CONFLICT server.health.listen'];
  const listen = '127.0.0.1:9000';
  t.deepEqual(faultsWith({ listen, health: { listen: '127.0.0.1:9001' } }), []);
  t.deepEqual(faultsWith({ listen, health: { listen } }), conflict);
  t.deepEqual(faultsWith({ listen: '0.0.0.0:9000', health: { listen } }), conflict);
  t.deepEqual(faultsWith({ listen, health: { listen: '[::]:9000' } }), conflict);
});

test('health and server may both leave the port to the system', (t) => {
  t.deepEqual(faultsWith({ listen: '127.0.0.1:0', health: { listen: '127.0.0.1:0' } }), []);
});

test('an unknown key of server is a fault', (t) => {
  t.deepEqual(faultsWith({ publicUrl: 'x' }), ['CONFIG_UNKNOWN_KEY server.publicUrl']);
});
