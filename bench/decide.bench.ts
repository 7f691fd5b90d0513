/** How long a `decide` takes in a pristine isolate, through the runner, and how many a second there are at the most. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ExtensionConfig } from '../src/config/config.ts';
import { Secret } from '../src/config/secret.ts';
import { ExtensionHost } from '../src/extensions/host.ts';
import type { SignInSubject } from '../src/extensions/invoke.ts';
import { openInMemory } from '../src/store/sqlite.ts';
import { buildExtension } from '../src/extensions/load.ts';
import { loadPlatform } from '../src/extensions/load-platform.ts';
import { madeUpSignIn } from '../src/testing/index.ts';
import { quantile, report } from './_support/report.ts';

const GRAPH = 'https://graph.microsoft.com';

/** Time between two calls: as a busy gateway has them. Unit: milliseconds. */
const PACE_MS = 8;

const SOURCES = {
  trivial: `export default { decide: (signIn) => ({ decision: signIn.principal.username === 'jane' ? 'allow' : 'deny' }) };`,
  fetching: `export default { async decide(signIn, ctx) {
    const response = await fetch('${GRAPH}/v1.0/me', { headers: { authorization: \`Bearer \${ctx.token('${GRAPH}')}\` } });
    return { decision: (await response.json()).department === 'Finance' ? 'allow' : 'deny' };
  } };`,
};

const folder = mkdtempSync(path.join(tmpdir(), 'entrada-bench-'));

async function startHost(code: string, runners: number): Promise<ExtensionHost> {
  writeFileSync(path.join(folder, 'index.ts'), code);
  const tokens = [{ resource: GRAPH, allow: ['GET /v1.0/me'] }];
  writeFileSync(
    path.join(folder, 'extension.yaml'),
    JSON.stringify({ api: 1, name: 'bench', version: '1.0.0', requests: { tokens } }),
  );
  const kinds = [
    'throw',
    'timeout',
    'cpu',
    'memory',
    'limit',
    'invalid_result',
    'unavailable',
    'dependency',
  ];
  const config = {
    source: folder,
    integrity: null,
    mode: 'enforce',
    appliesTo: [],
    config: {},
    limits: {},
    onFailure: Object.fromEntries(kinds.map((kind) => [kind, 'deny'])),
    grant: {
      tokens: [{ resource: GRAPH, origins: [GRAPH], allow: ['GET /v1.0/me'], expose: 'handle' }],
      fetch: [],
      secrets: {},
      enrich: {
        groups: [],
        roles: [],
        claims: [],
        username: false,
        home: false,
        session: false,
        headers: [],
      },
    },
  } as unknown as ExtensionConfig;
  const { extension } = await buildExtension(config, 0, true);
  if (!extension) throw new Error('the extension does not build');
  return ExtensionHost.start({
    extensions: [extension],
    platform: await loadPlatform(),
    ownOrigin: 'https://gateway.example',
    clock: Date.now,
    store: openInMemory(Date.now),
    log: () => undefined,
    exposed: () => undefined,
    report: () => undefined,
    runners,
  });
}

const body = Buffer.from(JSON.stringify({ department: 'Finance' }));
const http = async () => ({
  status: 200,
  statusText: 'OK',
  headers: [['content-type', 'application/json']] as const,
  body,
});
const SUBJECT: SignInSubject = {
  signIn: madeUpSignIn({ claims: { filler: 'x'.repeat(1_200) } }),
  tokens: {
    token: async (resource) => ({
      resource,
      token: new Secret('a-token-of-some-length'),
      scopes: [],
      expiresAt: 0,
    }),
  },
  clients: { public: http, any: http },
};

async function timed(host: ExtensionHost): Promise<number> {
  const before = performance.now();
  const { combined } = await host.decide(SUBJECT);
  if (combined.decision !== 'allow') throw new Error(JSON.stringify(combined));
  return performance.now() - before;
}

async function paced(host: ExtensionHost, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    times.push(await timed(host));
    await sleep(PACE_MS);
  }
  return times;
}

async function saturated(host: ExtensionHost, ms: number, concurrency: number): Promise<number> {
  const end = performance.now() + ms;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      await timed(host);
      done++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (done / ms) * 1000;
}

for (const [name, code] of Object.entries(SOURCES)) {
  const before = performance.now();
  const host = await startHost(code, 1);
  const started = performance.now() - before;
  const cold = await timed(host);
  await paced(host, 50);
  const times = await paced(host, 400);
  report(
    { name: `${name}: runner and extension ready`, value: started, unit: 'ms' },
    { name: `${name}: first call`, value: cold, unit: 'ms' },
    { name: `${name}: one each ${PACE_MS} ms, p50`, value: quantile(times, 0.5), unit: 'ms' },
    { name: `${name}: one each ${PACE_MS} ms, p95`, value: quantile(times, 0.95), unit: 'ms' },
    { name: `${name}: one each ${PACE_MS} ms, p99`, value: quantile(times, 0.99), unit: 'ms' },
    {
      name: `${name}: saturated, one runner`,
      value: await saturated(host, 3_000, 16),
      unit: 'invocations/s',
    },
  );
  await host[Symbol.asyncDispose]();
}
rmSync(folder, { recursive: true });
