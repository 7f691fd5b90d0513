import test from 'ava';
import fc from 'fast-check';
import { parseCidr } from '../../../src/config/values/cidr.ts';
import { isHostName, isLoopbackHost, parseHostPort } from '../../../src/config/values/host.ts';
import { areSameAddress, LISTEN_PATTERN, parseListen } from '../../../src/config/values/listen.ts';
import {
  ORIGIN_PATTERN,
  parseLoopbackOrigin,
  parseOrigin,
  parsePublicUrl,
} from '../../../src/config/values/origin.ts';
import { parseProxy, PROXY_PATTERN } from '../../../src/config/values/proxy.ts';

const PARSERS = {
  parseCidr,
  parseListen,
  parseOrigin,
  parsePublicUrl,
  parseLoopbackOrigin,
  parseProxy,
};

for (const [name, parse] of Object.entries(PARSERS)) {
  test(`${name} never throws, and shows nothing of the text but by its part`, (t) => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.ipV6(), fc.domain()), (text) => {
        const result = parse(text);
        if (!result.ok && text.length > 3) t.false(result.problem.says('it').includes(text));
      }),
    );
    t.pass();
  });
}

test('isHostName takes names and addresses, and no number that is neither', (t) => {
  for (const host of ['a', 'a-b.example', '10.1.2.3', 'a_b', 'xn--bcher-kva.example', '1a']) {
    t.true(isHostName(host), host);
  }
  for (const host of [
    '',
    '12.342.421.2',
    '1.2.3',
    'a..b',
    '-a',
    'a-',
    'a.',
    'ä',
    'a b',
    'a'.repeat(64),
  ]) {
    t.false(isHostName(host), host);
  }
  t.false(isHostName(Array.from({ length: 130 }, () => 'a').join('.')));
});

test('isLoopbackHost knows what never leaves the machine', (t) => {
  for (const host of ['localhost', 'a.LOCALHOST', '127.9.9.9', '::1', '[::1]'])
    t.true(isLoopbackHost(host));
  for (const host of ['localhost.example', '128.0.0.1', '::2', '10.0.0.1', 'xlocalhost', '']) {
    t.false(isLoopbackHost(host), host);
  }
});

test('parseHostPort gives back every host and port', (t) => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
      const text = name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
      t.deepEqual(parseHostPort(text, 1), { ok: true, value: { host: name, port } });
    }),
  );
});

test('parseHostPort refuses what lacks a part, or has a wrong one', (t) => {
  const wrong = 'a a: :1 a:b a:-1 a:0 a:65536 [::1] [::1 ::1:1 [a]:1 [1.2.3.4]:1 a:1:2 a:1x';
  for (const text of ['', ...wrong.split(' ')]) t.false(parseHostPort(text, 1).ok, text);
  t.true(parseHostPort('a:0', 0).ok);
});

test('parseListen accepts only what its pattern does', (t) => {
  const pattern = new RegExp(`^(?:${LISTEN_PATTERN})$`);
  const text = fc.oneof(
    fc.string(),
    fc.tuple(fc.domain(), fc.nat(70_000)).map(([a, b]) => `${a}:${b}`),
  );
  fc.assert(fc.property(text, (given) => !parseListen(given).ok || pattern.test(given)));
  t.pass();
});

test('areSameAddress sees that all addresses hold each one', (t) => {
  const at = (host: string, port = 1): { host: string; port: number } => ({ host, port });
  t.true(areSameAddress(at('a'), at('a')));
  t.true(areSameAddress(at('0.0.0.0'), at('127.0.0.1')));
  t.true(areSameAddress(at('127.0.0.1'), at('::')));
  t.false(areSameAddress(at('a'), at('b')));
  t.false(areSameAddress(at('a', 1), at('a', 2)));
  t.false(areSameAddress(at('a', 0), at('a', 0)));
});

test('parseOrigin accepts what a URL says is its origin, and nothing else', (t) => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }), (url) => {
      const { origin } = new URL(url);
      t.deepEqual(parseOrigin(origin), { ok: true, value: origin });
      t.is(parseOrigin(url).ok, url === origin);
      t.regex(origin, new RegExp(`^(?:${ORIGIN_PATTERN})$`));
    }),
  );
});

test('parseOrigin refuses what looks like an origin', (t) => {
  for (const text of [
    'https:a.example',
    'https://a.example\\x',
    'https://a.example:0443',
    ' https://a.example',
    'https://ä.example',
    'https://a.example.:443',
    'https://*',
  ]) {
    t.false(parseOrigin(text).ok, text);
  }
});

test('parseProxy accepts only what its pattern does', (t) => {
  const pattern = new RegExp(`^(?:${PROXY_PATTERN})$`);
  const address = fc.tuple(
    fc.constantFrom('connect', 'Connect', 'http', 'hTTPS', 'socks5h', 'pac+https', 'pac+file', 'x'),
    fc.constantFrom('', 'user@', 'user:pass@'),
    fc.domain(),
    fc.nat(70_000),
    fc.constantFrom('', '/', '/a.pac'),
  );
  const text = fc.oneof(
    fc.string(),
    address.map(([scheme, user, host, port, path]) => `${scheme}://${user}${host}:${port}${path}`),
  );
  fc.assert(fc.property(text, (given) => !parseProxy(given).ok || pattern.test(given)));
  t.pass();
});

test('parseCidr gives every block its prefix', (t) => {
  t.deepEqual(parseCidr('10.0.0.0/08'), { ok: true, value: '10.0.0.0/8' });
  fc.assert(
    fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (address, bits) => {
      t.deepEqual(parseCidr(`${address}/${bits}`), { ok: true, value: `${address}/${bits}` });
    }),
  );
});
