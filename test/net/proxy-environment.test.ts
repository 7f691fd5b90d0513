import test from 'ava';

import type { ProxyEnvironmentConfig, ProxyServerConfig } from '../../src/config/config.ts';
import { readProxyEnvironment } from '../../src/config/values/proxy-environment.ts';
import { text } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import { hopFromEnvironment } from '../../src/net/proxy-exceptions.ts';
import { connectProxy } from '../_support/fake-proxy.ts';
import { serveHttp } from '../_support/loopback.ts';
import { failureOf, get } from '../_support/proxy-route.ts';

/** What a configuration with `proxy: env` holds. */
function environment(variables: Record<string, string>): ProxyEnvironmentConfig {
  return { kind: 'environment', ...readProxyEnvironment(variables).proxies };
}

/** True when a URL is reached without the proxy. */
function isDirect(url: string, NO_PROXY: string): boolean {
  const proxy = environment({ HTTPS_PROXY: 'http://p.example:1', NO_PROXY });
  return hopFromEnvironment(proxy, new URL(url)).kind === 'direct';
}

for (const [NO_PROXY, direct, proxied] of [
  [
    'graph.test',
    ['https://graph.test', 'https://GRAPH.test:8443'],
    ['https://xgraph.test', 'https://graph.test.x'],
  ],
  ['graph.test', ['https://a.b.graph.test'], ['https://agraph.test']],
  ['.graph.test', ['https://a.graph.test', 'https://graph.test'], ['https://graph.other']],
  ['*.graph.test', ['https://a.graph.test', 'https://graph.test'], ['https://graph.other']],
  ['Graph.Test.', ['https://graph.test', 'https://graph.test.'], ['https://test']],
  ['graph.test:8443', ['https://graph.test:8443'], ['https://graph.test']],
  ['graph.test:443', ['https://graph.test'], ['https://graph.test:8443']],
  ['*', ['https://graph.test', 'https://10.1.2.3', 'https://[::1]:1'], []],
  [
    '10.1.2.3',
    ['https://10.1.2.3:9'],
    ['https://10.1.2.30', 'https://110.1.2.3', 'https://a.10.1.2.3.test'],
  ],
  ['::1', ['https://[::1]', 'https://[0:0::1]:9'], ['https://[::2]']],
  ['[2001:DB8::1]:443', ['https://[2001:db8::1]'], ['https://[2001:db8::1]:9']],
  ['10.0.0.0/8', [], ['https://10.1.2.3']],
  [
    'a.test b.test,c.test',
    ['https://a.test', 'https://b.test', 'https://c.test'],
    ['https://d.test'],
  ],
  ['', [], ['https://graph.test']],
] as const) {
  test(`NO_PROXY=${NO_PROXY} lets ${direct.join(', ') || 'nothing'} out directly [P16]`, (t) => {
    for (const url of direct) t.true(isDirect(url, NO_PROXY), url);
    for (const url of proxied) t.false(isDirect(url, NO_PROXY), url);
    t.pass();
  });
}

test('each scheme has its own proxy [P17]', (t) => {
  const proxy = environment({
    HTTPS_PROXY: 'http://a.example:1',
    HTTP_PROXY: 'socks5://b.example:2',
  });
  const port = (url: string): number | undefined => {
    const hop = hopFromEnvironment(proxy, new URL(url));
    return hop.kind === 'direct' ? undefined : hop.port;
  };
  t.is(port('https://x.test'), 1);
  t.is(port('http://x.test'), 2);
});

test('a route by the environment goes through its proxy, and around it where NO_PROXY says so [P16]', async (t) => {
  await using net = new Net();
  await using proxy = await connectProxy();
  await using server = await serveHttp((_request, response) => response.end('here'));
  const variables = { http_proxy: `127.0.0.1:${proxy.port}`, no_proxy: 'localhost' };
  const route = { proxy: environment(variables), ca: [], addresses: 'any' } as const;
  const client = net.client(route);
  t.is(text(await client(get(`http://tenant.test:${server.port}/`))), 'here');
  t.is(text(await client(get(`http://sub.localhost:${server.port}/`))), 'here');
  t.deepEqual(
    proxy.asked.map(({ line }) => line),
    [`tenant.test:${server.port}`],
  );
});

test('where only the public internet is allowed, NO_PROXY opens no way to this machine', async (t) => {
  await using net = new Net();
  const server: ProxyServerConfig = { kind: 'connect', host: 'p', port: 1, credentials: null };
  const proxy = { kind: 'environment', https: server, http: server } as const;
  const client = net.client({
    proxy: { ...proxy, except: [{ host: '*', port: null }] },
    ca: [],
    addresses: 'public',
  });
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
    t.is((await failureOf(client(get(`http://${host}/`)))).code, 'NET_ADDRESS_REFUSED', host);
  }
});
