import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { freePort } from '../../src/cli/free-port.ts';
import { generateKey } from '../../src/config/keys.ts';
import {
  contoso,
  CONTOSO_APPLICATION_ID,
  CONTOSO_SECRET,
  CONTOSO_TENANT_ID,
  createServerCertificate,
  type Emulator,
  startEmulator,
} from '../../src/emulator/index.ts';
import { Net } from '../../src/net/net.ts';
import { signInByHand, type Visit } from '../../src/testing/visit.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import { requireDebian } from '../_support/debian.ts';
import { createNamespace, type Namespace } from '../_support/namespace.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import { exampleFolder, METHOD_ID } from '../_support/world.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Ends a process with the test. */
function follow(t: ExecutionContext, child: ChildProcess): ChildProcess {
  t.teardown(() => void child.kill('SIGKILL'));
  return child;
}

async function answers(host: string, port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host, port }, () => resolve(true)).on('error', () => resolve(false));
      socket.unref();
      socket.once('close', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing answers at ${host}:${port}`);
}

/** tinyproxy, at this machine's end of the link. Answers the lines of its log. */
async function startProxy(
  t: ExecutionContext,
  { here }: Namespace,
): Promise<{ port: number; log: () => string }> {
  const folder = temporaryFolder(t);
  const port = await freePort();
  const log = path.join(folder, 'log');
  const config = path.join(folder, 'tinyproxy.conf');
  writeFileSync(
    config,
    `Port ${port}\nListen ${here}\nTimeout 60\nLogFile "${log}"\nLogLevel Connect\nAllow 10.213.0.0/16\n`,
  );
  follow(t, spawn(requireDebian('tinyproxy'), ['-d', '-c', config], { stdio: 'ignore' }));
  await answers(here, port);
  return { port, log: () => readFileSync(log, 'utf8') };
}

interface Gateway {
  readonly origin: string;
  readonly emulator: Emulator;
  readonly output: () => string;
}

/** `entrada serve` in the namespace, its tenant on this machine's loopback, which the namespace cannot reach. */
async function startGateway(
  t: ExecutionContext,
  namespace: Namespace,
  proxy: string,
): Promise<Gateway> {
  const folder = temporaryFolder(t);
  const port = await freePort();
  const origin = `https://${namespace.there}:${port}`;
  const emulator = await startEmulator({
    layout: 'ports',
    tenants: [contoso([`${origin}/?redirect-${METHOD_ID}`])],
  });
  t.teardown(() => emulator.close());
  const { certificate, key } = await createServerCertificate(emulator.certificateAuthority, [
    namespace.there,
  ]);
  const config = {
    version: 1,
    server: {
      public_url: origin,
      listen: `${namespace.there}:${port}`,
      tls: { certificate: 'server.crt', key: 'server.key' },
    },
    store: 'sqlite:var/entrada.db',
    keys: ['${file:keys.txt}'],
    authentications: [
      {
        id: METHOD_ID,
        type: 'entra-id',
        name: 'Contoso',
        directory_id: CONTOSO_TENANT_ID,
        application_id: CONTOSO_APPLICATION_ID,
        group_association: 'base-and-azure-groups',
        api_scopes: 'https://graph.microsoft.com/User.Read',
        password: CONTOSO_SECRET,
        proxy,
        authority: { login: emulator.authority.login, map: emulator.authority.map, ca: 'ca.crt' },
      },
    ],
    groups: [{ id: 'finance', name: 'Finance' }],
    services: [{ type: 'file-browser', path: '/' }],
    extensions: [
      {
        source: exampleFolder('department-gate'),
        integrity: integrityOf('department-gate'),
        grant: { tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'] }] },
        config: { departments: ['Finance'] },
      },
    ],
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of [
    ['server.crt', certificate],
    ['server.key', key],
    ['ca.crt', emulator.ca],
    ['keys.txt', generateKey('k')],
    ['entrada.yaml', JSON.stringify(config)],
  ] as const) {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  }
  const serve = [
    process.execPath,
    '--conditions=entrada:source',
    path.join(ROOT, 'src/cli/main.ts'),
    'serve',
    '--config',
    path.join(folder, 'entrada.yaml'),
  ];
  const [command = '', ...args] = namespace.inside(serve);
  const child = follow(t, spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await answers(namespace.there, port).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${output}`);
  });
  return { origin, emulator, output: () => output };
}

/** What `check` says the integrity is: an operator approves by writing it down. */
function integrityOf(extension: string): string {
  const script = `
    import { buildExtension } from '${ROOT}/src/extensions/load.ts';
    const result = await buildExtension({ source: '${exampleFolder(extension)}', integrity: null, mode: 'shadow', appliesTo: [], limits: {}, onFailure: {}, config: { departments: ['x'] },
      grant: { tokens: [{ resource: 'https://graph.microsoft.com', origins: [], allow: ['GET /v1.0/me'], expose: 'handle' }], fetch: [], secrets: {}, enrich: { groups: [], roles: [], claims: [], headers: [] } } }, 0, true);
    console.log(result.extension.integrity);`;
  return execFileSync(process.execPath, [
    '--conditions=entrada:source',
    '--input-type=module',
    '--eval',
    script,
  ])
    .toString()
    .trim();
}

async function visit({ origin, emulator }: Gateway): Promise<Visit> {
  await using net = new Net();
  const http = net.client({ proxy: { kind: 'direct' }, ca: [emulator.ca], addresses: 'any' });
  return await signInByHand(new Visitor(http), `${origin}/`, 'jane@contoso.example');
}

test('the proxy of the method carries every connection: discovery, keys, tokens, groups, and extensions', async (t) => {
  const namespace = createNamespace(t);
  if (!namespace) return;
  const proxy = await startProxy(t, namespace);
  const gateway = await startGateway(t, namespace, `connect://${namespace.here}:${proxy.port}`);
  const { signedIn, page } = await visit(gateway);
  t.true(signedIn, gateway.output());
  t.true(page.html.includes('department-gate'));
  const { login, graph } = gateway.emulator;
  for (const origin of [login, graph])
    t.true(proxy.log().includes(`CONNECT ${new URL(origin).host}`), origin);
  t.deepEqual(
    ['discovery', 'keys', 'token', 'graph.memberships', 'graph.me'].filter(
      (endpoint) => gateway.emulator.journal.count(({ endpoint: one }) => one === endpoint) === 0,
    ),
    [],
    'every endpoint was reached',
  );
});

test('without the proxy nothing is reached: the namespace has no other way out', async (t) => {
  const namespace = createNamespace(t);
  if (!namespace) return;
  const gateway = await startGateway(t, namespace, '');
  await t.throwsAsync(visit(gateway));
  t.regex(gateway.output(), /NET_UNREACHABLE|ENTRA_UNREACHABLE/);
  t.is(gateway.emulator.journal.count({ endpoint: 'discovery' }), 0);
});
