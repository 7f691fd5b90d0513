import test from 'ava';
import type { ExecutionContext } from 'ava';
import { request } from 'undici';

import type { ReadyCheck } from '../../src/server/parts.ts';
import { readyChecks } from '../../src/server/ready-checks.ts';
import { startGateway } from '../_support/gateway-server.ts';
import type { TestGateway } from '../_support/gateway-server.ts';
import { FORWARD } from '../_support/people.ts';

async function health(
  t: ExecutionContext,
  ready?: readonly ReadyCheck[],
): Promise<{
  gateway: TestGateway;
  get: (path: string, method?: string) => Promise<{ status: number; body: string }>;
}> {
  const gateway = await startGateway(t, {
    server: { health: { listen: { host: '127.0.0.1', port: 0 } } },
    options: ready === undefined ? {} : { ready },
  });
  const get = async (path: string, method = 'GET'): Promise<{ status: number; body: string }> => {
    const url = `http://127.0.0.1:${gateway.healthPort}${path}`;
    const reply = await request(url, { method, reset: true });
    return { status: reply.statusCode, body: await reply.body.text() };
  };
  return { gateway, get };
}

test('the process answers', async (t) => {
  const { get } = await health(t);
  t.deepEqual(await get('/healthz'), { status: 200, body: '{"ok":true}\n' });
});

test('whoever asks again and again finds the connection open', async (t) => {
  const { gateway } = await health(t);
  const { headers, body } = await request(`http://127.0.0.1:${gateway.healthPort}/healthz`);
  await body.dump();
  t.is(headers['keep-alive'], 'timeout=75');
});

test('it is ready when every part is', async (t) => {
  const { get } = await health(t);
  const { status, body } = await get('/readyz');
  t.is(status, 200);
  t.deepEqual(JSON.parse(body), { ok: true, checks: [{ name: 'store', ok: true }] });
});

test('it is not ready while no runner takes work', async (t) => {
  const store = { ping: async () => undefined };
  const extensions = { ready: false };
  const { get } = await health(t, readyChecks(store, extensions));
  const { status, body } = await get('/readyz');
  t.is(status, 503);
  t.deepEqual(JSON.parse(body).checks, [
    { name: 'store', ok: true },
    { name: 'runners', ok: false },
  ]);
  extensions.ready = true;
  t.is((await get('/readyz')).status, 200);
});

test('it is not ready when a part is not, and says which', async (t) => {
  const broken = { name: 'runners', check: () => Promise.reject(new Error('planted reason')) };
  const { get } = await health(t, [{ name: 'store', check: async () => {} }, broken]);
  const { status, body } = await get('/readyz');
  t.is(status, 503);
  t.deepEqual(JSON.parse(body).checks, [
    { name: 'store', ok: true },
    { name: 'runners', ok: false },
  ]);
  t.false(body.includes('planted'));
  t.is((await get('/healthz')).status, 200);
});

test('a part that does not answer within two seconds is not ready', async (t) => {
  const { get } = await health(t, [{ name: 'slow', check: () => new Promise(() => {}) }]);
  t.is((await get('/readyz')).status, 503);
});

test('a store that is closed makes it not ready', async (t) => {
  const { gateway, get } = await health(t);
  await gateway.store[Symbol.asyncDispose]();
  t.is((await get('/readyz')).status, 503);
});

test('metrics count what was asked and how it was answered', async (t) => {
  const { gateway, get } = await health(t);
  const cookie = await gateway.signIn({ service: FORWARD });
  await gateway.send('/auth/verify', { headers: { cookie } });
  await gateway.send('/auth/verify');
  await gateway.send('/nothing');
  await gateway.send('/a//b');
  const { status, body } = await get('/metrics');
  t.is(status, 200);
  const expected = [
    '# TYPE entrada_forward_auth_total counter',
    'entrada_forward_auth_total{result="allowed"} 1',
    'entrada_forward_auth_total{result="SERVER_SIGN_IN_NEEDED"} 1',
    'entrada_http_requests_total{route="none",status="404"} 1',
    'entrada_http_refused_total{code="SERVER_TARGET_REFUSED"} 1',
    '# TYPE entrada_sessions gauge',
    'entrada_sessions 1',
  ];
  const lines = body.split('\n');
  t.deepEqual(
    expected.filter((line) => !lines.includes(line)),
    [],
  );
});

test('sessions are counted once a minute, whoever asks', async (t) => {
  const { gateway, get } = await health(t);
  const count = async (): Promise<string | undefined> =>
    /^entrada_sessions (\d+)$/m.exec((await get('/metrics')).body)?.[1];
  t.is(await count(), '0');
  await gateway.signIn();
  gateway.clock.now += 59_999;
  t.is(await count(), '0');
  gateway.clock.now += 1;
  t.is(await count(), '1');
});

test('metrics that cannot be read are an error, not an empty page', async (t) => {
  const { gateway, get } = await health(t);
  await gateway.store[Symbol.asyncDispose]();
  const { status, body } = await get('/metrics');
  t.is(status, 503);
  t.is(JSON.parse(body).code, 'STORE_UNAVAILABLE');
});

test('the health address has nothing else, and the public one has none of it', async (t) => {
  const { gateway, get } = await health(t);
  t.is((await get('/')).status, 404);
  t.is((await get('/healthz/')).status, 404);
  t.is((await get('/healthz', 'DELETE')).status, 405);
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    t.is((await gateway.send(path)).status, 404);
  }
});

test('without a health address there is none', async (t) => {
  const gateway = await startGateway(t);
  t.is(gateway.healthPort, null);
});
