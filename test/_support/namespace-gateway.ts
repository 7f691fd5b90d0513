import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { formatFaults } from '../../src/config/format-faults.ts';
import { generateKey } from '../../src/config/keys.ts';
import {
  contoso,
  CONTOSO_APPLICATION_ID,
  CONTOSO_SECRET,
  CONTOSO_TENANT_ID,
  type Emulator,
  type Layout,
  startEmulator,
} from '../../src/emulator/index.ts';
import type { CertificatePair } from '../../src/emulator/certificate.ts';
import { buildFolder } from '../../src/extensions/load.ts';
import { Net } from '../../src/net/net.ts';
import { signInByHand, type Visit } from '../../src/testing/visit.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import { startDaemon, type Teardown } from './daemon.ts';
import { keptCertificate, keptIdentity } from './kept-identity.ts';
import type { Namespace } from './namespace.ts';
import { quietPort } from './quiet-port.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { exampleFolder, METHOD_ID } from './world.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Of the namespace's own loopback. */
const HOST = '127.0.0.1';

/** A gateway in a namespace, and its tenant on this machine's loopback, which the namespace cannot reach. */
export interface NamespaceGateway {
  readonly origin: string;
  readonly emulator: Emulator;
  /** What `entrada serve` printed. */
  readonly output: () => string;
  /** Signs Jane in, as a person would; with one extension that asks Graph. */
  visit(): Promise<Visit>;
}

/** What a test says of the gateway. */
export interface NamespaceGatewayOptions {
  /** Keys of the method, `proxy` above all. */
  readonly method: { readonly [key: string]: unknown };
  /** Variables of its environment besides `PATH`. */
  readonly environment?: { readonly [name: string]: string };
  /** Files beside `entrada.yaml`. */
  readonly files?: { readonly [name: string]: string };
  /** `ports`: every host of the tenant is `localhost`; `names`: each has a name that this machine does not know. */
  readonly layout?: Layout;
  /** Signs the certificates of the tenant. */
  readonly certificateAuthority?: CertificatePair;
}

/** Starts `entrada serve` in a namespace. */
export async function startNamespaceGateway(
  t: Teardown,
  namespace: Namespace,
  options: NamespaceGatewayOptions,
): Promise<NamespaceGateway> {
  const port = await quietPort('127.0.0.1');
  const origin = `https://${HOST}:${port}`;
  const emulator = await startEmulator({
    ...(await keptIdentity()),
    layout: options.layout ?? 'ports',
    ...(options.certificateAuthority ? { certificateAuthority: options.certificateAuthority } : {}),
    tenants: [contoso([`${origin}/?redirect-${METHOD_ID}`])],
  });
  t.teardown(() => emulator.close());
  const folder = temporaryFolder(t);
  await writeFiles(folder, port, emulator, options);
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const variables = Object.entries({ PATH, NODE_COMPILE_CACHE, ...options.environment });
  const serve = [
    '/usr/bin/env',
    '-i',
    ...variables.map(([name, value]) => `${name}=${value}`),
    process.execPath,
    '--conditions=entrada:source',
    path.join(ROOT, 'src/cli/main.ts'),
    'serve',
    '--config',
    path.join(folder, 'entrada.yaml'),
  ];
  const [{ output }] = await Promise.all([
    startDaemon(t, namespace.inside(serve), { host: HOST, port }),
    namespace.leadIn(port),
  ]);
  return { origin, emulator, output, visit: () => visit(origin, emulator) };
}

async function writeFiles(
  folder: string,
  port: number,
  emulator: Emulator,
  { method, files = {} }: NamespaceGatewayOptions,
): Promise<void> {
  const pair = await keptCertificate(emulator.certificateAuthority, [HOST]);
  const { login, map } = emulator.authority;
  const config = {
    version: 1,
    server: {
      public_url: `https://${HOST}:${port}`,
      listen: `${HOST}:${port}`,
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
        authority: { login, map, ca: 'ca.crt' },
        ...method,
      },
    ],
    groups: [{ id: 'finance', name: 'Finance' }],
    services: [{ type: 'file-browser', path: '/' }],
    extensions: [
      {
        source: exampleFolder('department-gate'),
        integrity: await integrityOf('department-gate'),
        grant: { tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'] }] },
        config: { departments: ['Finance'] },
      },
    ],
  };
  const all = {
    'server.crt': pair.certificate,
    'server.key': pair.key,
    'ca.crt': emulator.ca,
    'keys.txt': generateKey('k'),
    'entrada.yaml': JSON.stringify(config),
    ...files,
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(all)) {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  }
}

/** What `check` says the integrity is: an operator approves by writing it down. */
async function integrityOf(extension: string): Promise<string> {
  const built = await buildFolder(exampleFolder(extension));
  if (!built.ok) throw new Error(formatFaults(built.faults, { color: false }));
  return built.version.integrity;
}

async function visit(origin: string, emulator: Emulator): Promise<Visit> {
  await using net = new Net();
  const http = net.client({ proxy: { kind: 'direct' }, ca: [emulator.ca], addresses: 'any' });
  return await signInByHand(new Visitor(http), `${origin}/`, 'jane@contoso.example');
}

/** Endpoints of the tenant that a whole sign-in with an extension calls, and that nobody called. */
export function neverCalled({ journal }: Emulator): readonly string[] {
  const all = ['discovery', 'keys', 'token', 'graph.memberships', 'graph.me'];
  return all.filter((endpoint) => journal.count(({ endpoint: one }) => one === endpoint) === 0);
}
