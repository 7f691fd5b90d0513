/** Starts an extension host over made-up extensions, as the gateway starts it, with an upstream that the bench names. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { ExtensionConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { ExtensionHost } from '../../src/extensions/host.ts';
import type { SignInSubject } from '../../src/extensions/invoke.ts';
import { type BuiltExtension, buildExtension } from '../../src/extensions/load.ts';
import { loadPlatform } from '../../src/extensions/load-platform.ts';
import type { HttpClient } from '../../src/net/http.ts';
import { openInMemory } from '../../src/store/sqlite.ts';
import { madeUpSignIn } from '../../src/testing/index.ts';

export const GRAPH = 'https://graph.microsoft.com';

const KINDS = [
  'throw',
  'timeout',
  'cpu',
  'memory',
  'limit',
  'invalid_result',
  'unavailable',
  'dependency',
];

const NO_ENRICH = {
  groups: [],
  roles: [],
  claims: [],
  username: false,
  home: false,
  session: false,
  headers: [],
};

function configOf(source: string, resource: string): ExtensionConfig {
  const token = { resource, origins: [resource], allow: ['GET /v1.0/me'], expose: 'handle' };
  return {
    source,
    integrity: null,
    mode: 'enforce',
    appliesTo: [],
    config: {},
    limits: {},
    onFailure: Object.fromEntries(KINDS.map((kind) => [kind, 'deny'])),
    grant: { tokens: [token], fetch: [], secrets: {}, enrich: NO_ENRICH },
  } as unknown as ExtensionConfig;
}

/** A folder for extensions that is gone when the process ends. */
const folder = mkdtempSync(path.join(tmpdir(), 'entrada-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Answers by the name alone: what a decision costs when it is nothing itself. */
export const TRIVIAL: string = `export default {
  decide: (signIn) => ({ decision: signIn.principal.username === 'jane' ? 'allow' : 'deny' }),
};`;

/** Asks Graph who it is, as most extensions do. */
export const FETCHING: string = `export default { async decide(signIn, ctx) {
  const response = await fetch('${GRAPH}/v1.0/me', { headers: { authorization: \`Bearer \${ctx.token('${GRAPH}')}\` } });
  return { decision: (await response.json()).department === 'Finance' ? 'allow' : 'deny' };
} };`;

async function build(name: string, code: string, at: number): Promise<BuiltExtension> {
  const source = path.join(folder, name);
  mkdirSync(source, { recursive: true });
  writeFileSync(path.join(source, 'index.ts'), code);
  const requests = { tokens: [{ resource: GRAPH, allow: ['GET /v1.0/me'] }] };
  const manifest = { api: 1, name, version: '1.0.0', requests };
  writeFileSync(path.join(source, 'extension.yaml'), JSON.stringify(manifest));
  const { extension } = await buildExtension(configOf(source, GRAPH), at, true);
  if (!extension) throw new Error('the extension does not build');
  return extension;
}

export interface BenchHostOptions {
  readonly runners?: number;
  readonly jitless?: boolean;
}

/** Extensions by name, with their code. */
export async function buildAll(
  codes: Readonly<Record<string, string>>,
): Promise<readonly BuiltExtension[]> {
  return Promise.all(Object.entries(codes).map(([name, code], at) => build(name, code, at)));
}

export async function startBenchHost(
  extensions: readonly BuiltExtension[],
  { runners = 1, jitless = false }: BenchHostOptions = {},
): Promise<ExtensionHost> {
  return ExtensionHost.start({
    extensions,
    platform: await loadPlatform(),
    ownOrigin: 'https://gateway.example',
    clock: Date.now,
    store: openInMemory(Date.now),
    log: () => undefined,
    exposed: () => undefined,
    report: () => undefined,
    runners,
    jitless,
  });
}

const body = Buffer.from(JSON.stringify({ department: 'Finance' }));

/** Answers at once, without a socket. */
const canned: HttpClient = async () => ({
  status: 200,
  statusText: 'OK',
  headers: [['content-type', 'application/json']],
  body,
});

/** A sign-in of about 2 kB, as a tenant with a few groups makes it. */
export function subjectWith(http: HttpClient = canned): SignInSubject {
  const token = new Secret('a-token-of-some-length'); // a sign-in has its tokens before any extension is asked
  return {
    signIn: madeUpSignIn({ claims: { filler: 'x'.repeat(1_200) } }),
    tokens: {
      token: async (resource) => ({
        resource,
        token,
        scopes: [],
        expiresAt: 0,
      }),
    },
    clients: { public: http, any: http },
  };
}

/** One decision, which has to be `allow`. */
export async function decide(host: ExtensionHost, subject: SignInSubject): Promise<void> {
  const { combined } = await host.decide(subject);
  if (combined.decision !== 'allow') throw new Error(JSON.stringify(combined));
}
