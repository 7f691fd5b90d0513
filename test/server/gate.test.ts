import test from 'ava';
import fc from 'fast-check';

import { isPlainTarget } from '../../src/server/request-target.ts';
import { startGateway } from '../_support/gateway-server.ts';
import { FORWARD, METHOD } from '../_support/people.ts';

const plain = [
  '/',
  '/console',
  '/a/b/c',
  '/a%20b',
  '/%C3%A4',
  '/a.b',
  '/.well-known',
  '/..a',
  '/a..',
  '/...',
  `/?redirect-${METHOD}`,
  '/?a=%2F%2Fx',
  '/x?a=//b/../c',
  "/!$&'()*+,;=:@~-_",
  '/?a=\\',
];

const odd = [
  '',
  '*',
  'x',
  'http://files.example.com/',
  'files.example.com:443',
  '//',
  '//evil.example',
  '/a//b',
  '/a//',
  '/.',
  '/..',
  '/./a',
  '/a/../b',
  '/a/..',
  '/a/%2e%2e/b',
  '/a/%2E./b',
  '/a/.%2e',
  '/%2e',
  '/a%2fb',
  '/a%2Fb',
  '/a%5cb',
  '/a%5Cb',
  '/a\\b',
  '/\\evil.example',
  '/a%00',
  '/a%0a',
  '/a%0D',
  '/a%1f',
  '/a%7f',
  '/a%',
  '/a%2',
  '/a%zz',
  '/a#b',
  '/a b',
  '/a?b c',
  '/ä',
  '/\u0000',
  '/a\tb',
];

for (const target of plain) {
  test(`the target ${target} is plain`, (t) => t.true(isPlainTarget(target)));
}

for (const target of odd) {
  test(`the target ${JSON.stringify(target)} is refused`, (t) => t.false(isPlainTarget(target)));
}

test('a plain target has one reading: it is its own normal form', (t) => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '\\',
    'a',
    '%41',
    '%',
    '?',
    '#',
    ' ',
    '@',
    ':',
    '%00',
  );
  const targets = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);
  const property = fc.property(targets, (target) => {
    if (!isPlainTarget(target)) return true;
    const { pathname, search, origin } = new URL(target, 'https://files.example.com');
    const [path] = target.split('?', 1);
    return (
      origin === 'https://files.example.com' &&
      pathname === path &&
      (search === '' || target.endsWith(search))
    );
  });
  t.notThrows(() => fc.assert(property, { numRuns: 5000 }));
});

/** Asks with raw bytes; answers the status. */
async function status(
  gateway: Awaited<ReturnType<typeof startGateway>>,
  line: string,
  headers: readonly string[] = ['Host: files.example.com'],
): Promise<number> {
  const answer = await gateway.raw(
    `${[line, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`,
  );
  return Number(answer.split(' ')[1] ?? 0);
}

for (const target of [
  '//',
  '/a/../b',
  '/%2e%2e/x',
  '/a%2fb',
  '/a%5cb',
  '/a\\b',
  '/a%00b',
  'http://files.example.com/',
  '/#x',
]) {
  test(`the server refuses ${target} before it is routed, with a page`, async (t) => {
    const gateway = await startGateway(t);
    const answer = await gateway.raw(
      `GET ${target} HTTP/1.1\r\nHost: files.example.com\r\nConnection: close\r\n\r\n`,
    );
    t.regex(answer, /^HTTP\/1\.1 400 /);
    t.regex(answer, /SERVER_TARGET_REFUSED/);
    t.regex(answer, /content-security-policy: default-src 'none'/i);
    t.is(gateway.lines.at(-1)?.['code'], 'SERVER_TARGET_REFUSED');
  });
}

test('a lane is reached by its own path alone', async (t) => {
  const gateway = await startGateway(t);
  const cookie = `Cookie: ${await gateway.signIn({ service: FORWARD })}`;
  const ask = (path: string): Promise<number> =>
    status(gateway, `GET ${path} HTTP/1.1`, ['Host: files.example.com', cookie]);
  t.is(await ask('/auth/verify'), 200);
  t.is(await ask('/auth/verify?'), 200);
  for (const path of ['/auth/verify/', '/auth/verif%79', '/AUTH/verify', '/auth/verify;x'])
    t.is(await ask(path), 404, path);
});

const hosts: readonly (readonly [what: string, headers: readonly string[], status: number])[] = [
  ['our own', ['Host: files.example.com'], 200],
  ['our own with the default port', ['Host: files.example.com:443'], 200],
  ['our own in capitals', ['Host: FILES.example.com'], 200],
  ['another', ['Host: evil.example'], 421],
  ['our own with another port', ['Host: files.example.com:8443'], 421],
  ['one that begins as ours', ['Host: files.example.com.evil.example'], 421],
  ['an address', ['Host: 127.0.0.1'], 421],
  ['an address of IPv6', ['Host: [::1]:443'], 421],
  ['none', [], 400],
  ['an empty one', ['Host: '], 400],
  ['two', ['Host: files.example.com', 'Host: evil.example'], 400],
  ['one with a path', ['Host: files.example.com/x'], 400],
  ['one with credentials', ['Host: a@files.example.com'], 400],
];

for (const [what, headers, expected] of hosts) {
  test(`a request whose host is ${what} gets ${expected}`, async (t) => {
    const gateway = await startGateway(t);
    t.is(await status(gateway, 'GET /__chsps__/login HTTP/1.1', headers), expected);
  });
}

test('a public address with a port of its own is met with that port alone', async (t) => {
  const gateway = await startGateway(t, {
    server: { publicUrl: 'https://files.example.com:8443' },
  });
  const ask = (host: string): Promise<number> =>
    status(gateway, 'GET /__chsps__/login HTTP/1.1', [`Host: ${host}`]);
  t.is(await ask('files.example.com:8443'), 200);
  t.is(await ask('files.example.com'), 421);
});

test('X-Forwarded-Host is not believed, from nobody', async (t) => {
  const gateway = await startGateway(t, { server: { trustedProxies: ['127.0.0.0/8'] } });
  const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
  const reply = await gateway.send('/', { headers });
  t.is(reply.headers['location'], '/__chsps__/login?service=%2F&returnTo=%2F');
});

test('a program is refused in JSON', async (t) => {
  const gateway = await startGateway(t);
  const headers = ['Host: evil.example', 'Accept: application/json', 'Connection: close'];
  const answer = await gateway.raw(`GET / HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  t.is(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').code, 'SERVER_HOST_UNKNOWN');
});

test('what is no HTTP is answered with 400 and ends', async (t) => {
  const gateway = await startGateway(t);
  t.regex(await gateway.raw('nonsense\r\n\r\n'), /^HTTP\/1\.1 400 /);
  t.is((await gateway.send('/__chsps__/login')).status, 200);
});

test('addresses that are nothing are 404, in words and with the headers of every page', async (t) => {
  const gateway = await startGateway(t);
  const reply = await gateway.send('/nothing/here');
  t.is(reply.status, 404);
  t.true(reply.body.includes('Nothing here'));
  t.is(
    reply.headers['content-security-policy'],
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  t.is(reply.headers['strict-transport-security'], 'max-age=31536000');
  t.is(reply.headers['x-content-type-options'], 'nosniff');
  t.is(reply.headers['cross-origin-opener-policy'], 'same-origin');
  t.is(reply.headers['referrer-policy'], 'same-origin');
  t.is(reply.headers['x-powered-by'], undefined);
});

test('the log has the path of a request, and nothing of its query', async (t) => {
  const gateway = await startGateway(t);
  await gateway.send('/nothing?secret=planted');
  const line = gateway.lines.find(({ message }) => message === 'request');
  t.is(line?.['path'], '/nothing');
  t.is(line?.['status'], 404);
  t.false(JSON.stringify(gateway.lines).includes('planted'));
});

test('the stylesheet and the icon are served under the name of their content, for ever', async (t) => {
  const gateway = await startGateway(t);
  const { body } = await gateway.send('/__chsps__/login');
  const links = [...body.matchAll(/href="(\/__chsps__\/(?:style|icon)[^"]+)"/g)].map(
    ([, path]) => path ?? '',
  );
  t.is(links.length, 2);
  for (const link of links) {
    const reply = await gateway.send(link);
    t.is(reply.status, 200);
    t.is(reply.headers['cache-control'], 'public, max-age=31536000, immutable');
  }
  t.is((await gateway.send('/__chsps__/style-0000000000000000.css')).status, 404);
});
