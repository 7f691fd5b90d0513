import { inspect } from 'node:util';

import test from 'ava';

import { maskSecrets } from '../../src/config/masking.ts';
import { createLog } from '../../src/log.ts';
import { Net } from '../../src/net/net.ts';
import { connectProxy } from '../_support/fake-proxy.ts';
import { socksProxy } from '../_support/fake-socks.ts';
import { serveHttp } from '../_support/loopback.ts';
import { failureOf, get, through } from '../_support/proxy-route.ts';

const JANE = ['jane.doe@contoso', 'correct:horse%ü'] as const;

/** What a password looks like to who searches for it. */
const LOOKS = [
  ...JANE,
  ...JANE.map(encodeURIComponent),
  Buffer.from(JANE.join(':')).toString('base64'),
];

function shows(text: string): readonly string[] {
  return LOOKS.filter((look) => text.includes(look));
}

test('credentials of a proxy are in no error, whoever prints it and however [P18]', async (t) => {
  await using net = new Net();
  await using refusing = await connectProxy('HTTP/1.1 407 No\r\n\r\n');
  await using garbled = await connectProxy('garbage\r\n\r\n');
  await using hanging = await connectProxy(() => undefined);
  await using socks = await socksProxy({ method: 2, authentication: 1 });
  const credentials = JANE;
  for (const route of [
    through('connect', refusing.port, { credentials }),
    through('connect', garbled.port, { credentials }),
    through('connect', hanging.port, { credentials }),
    through('connect', 1, { credentials }),
    through('connect-tls', refusing.port, { credentials }),
    through('socks5', socks.port, { credentials }),
  ]) {
    const error = await failureOf(
      net.client(route)(get('https://tenant.test/', { timeoutMs: 400 })),
    );
    const printed = [
      inspect(error, { depth: 20, showHidden: true, getters: true }),
      JSON.stringify(error),
      String(error.stack),
    ];
    t.deepEqual(shows(printed.join('\n')), []);
  }
});

test('credentials of a proxy are in nothing that the log prints of a route or an error [P18]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy('HTTP/1.1 407 No\r\n\r\n');
  const route = through('connect', proxy.port, { credentials: JANE });
  const client = net.client(route);
  const lines: string[] = [];
  const log = createLog({ pretty: false, level: 'debug', write: (line) => void lines.push(line) });
  log.error(
    { err: await failureOf(client(get('https://tenant.test/'))), route, net, client },
    'failed',
  );
  t.deepEqual(shows(lines.join('')), []);
  t.deepEqual(shows(inspect([net, client, route], { depth: 20, showHidden: true })), []);
});

test('a proxy that repeats credentials to the target’s answer is found by the mask [P18]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttp((_request, response) => response.end());
  const route = through('connect', proxy.port, { credentials: JANE });
  await net.client(route)(get(`http://tenant.test:${server.port}/`));
  const echoed = String(proxy.asked[0]?.headers['proxy-authorization']);
  t.true(shows(echoed).length > 0);
  t.deepEqual(shows(maskSecrets(echoed)), []);
});
