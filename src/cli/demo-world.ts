import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { generateKey } from '../config/keys.ts';
import {
  contoso,
  CONTOSO_APPLICATION_ID,
  CONTOSO_SECRET,
  CONTOSO_TENANT_ID,
  createServerCertificate,
  type Emulator,
  startEmulator,
} from '../emulator/index.ts';
import { packageFolder } from './package-folder.ts';

/** Id of the demo's method: a part of its redirect URI. */
const METHOD_ID = '0c7f9a52-6f5e-4b61-9d50-2f1f3c7b8e11';

/** What the demo runs on. */
export interface DemoWorld extends AsyncDisposable {
  readonly emulator: Emulator;
  /** Path of the configuration that was written. */
  readonly config: string;
  /** Origin of the gateway. */
  readonly origin: string;
}

export interface DemoPorts {
  readonly gateway: number;
  readonly emulator: number;
}

/** Starts a tenant and writes a configuration for it into a folder: what an operator would write, with comments. */
export async function createDemoWorld(folder: string, ports: DemoPorts): Promise<DemoWorld> {
  const origin = `https://localhost:${ports.gateway}`;
  const redirectUri = `${origin}/?redirect-${METHOD_ID}`;
  const emulator = await startEmulator({ port: ports.emulator, tenants: [contoso([redirectUri])] });
  const server = await createServerCertificate(emulator.certificateAuthority, [
    'localhost',
    '127.0.0.1',
  ]);
  const config = path.join(folder, 'entrada.yaml');
  const files: readonly (readonly [string, string])[] = [
    ['tls/ca.crt', emulator.ca],
    ['tls/server.crt', server.certificate],
    ['tls/server.key', server.key],
    ['secrets/keys.txt', `${generateKey('demo')}\n`],
    ['secrets/client-secret.txt', `${CONTOSO_SECRET}\n`],
    ['entrada.yaml', demoConfig(origin, ports, emulator)],
  ];
  for (const [file, text] of files) write(path.join(folder, file), text);
  return { emulator, config, origin, [Symbol.asyncDispose]: () => emulator.close() };
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
}

function demoConfig(origin: string, ports: DemoPorts, { authority }: Emulator): string {
  const extensions = path.join(packageFolder(), 'extensions');
  return `\
# The demo's configuration: like one of your own, but for authority, which puts a local tenant in place of Entra.
version: 1
server:
  public_url: ${origin}
  listen: 127.0.0.1:${ports.gateway}
  tls: { certificate: tls/server.crt, key: tls/server.key }
session: { idle: 30m, absolute: 12h }
store: sqlite:var/entrada.db
keys: ['\${file:secrets/keys.txt}']
authentications:
  - id: ${METHOD_ID}
    type: entra-id
    name: Contoso
    description: Staff of Contoso
    directory_id: ${CONTOSO_TENANT_ID}
    application_id: ${CONTOSO_APPLICATION_ID}
    base_groups: [staff]
    group_association: base-and-azure-groups
    remove_username_suffix: ['@contoso.example']
    api_scopes:
      - https://graph.microsoft.com/User.Read
      - https://graph.microsoft.com/User.Read.All
      - https://storage.azure.com/user_impersonation
    password: \${file:secrets/client-secret.txt}
    authority: ${JSON.stringify({ login: authority.login, ca: 'tls/ca.crt', map: authority.map })}
groups:
  - { id: staff, name: Staff }
  - { id: finance, name: Finance }
  - { id: legal, name: Legal }
services:
  - { type: file-browser, path: / }
  - { type: forward-auth, path: /auth }
extensions:
  # Lets in Finance, Legal and Management.
  - source: ${path.join(extensions, 'department-gate')}
    grant:
      tokens: [{ resource: https://graph.microsoft.com, allow: ['GET /v1.0/me'] }]
    config: { departments: [Finance, Legal, Management] }
  # Makes sure that everybody has a storage container.
  - source: ${path.join(extensions, 'storage-container')}
    grant:
      tokens:
        - resource: https://storage.azure.com
          origins: [https://contoso.blob.core.windows.net]
          allow: ['PUT /*']
    config: { account: contoso }
  # Adds who the manager is to the claims.
  - source: ${path.join(extensions, 'manager-claims')}
    grant:
      tokens: [{ resource: https://graph.microsoft.com, allow: ['GET /v1.0/me/manager'] }]
      enrich: { claims: [manager_name, manager_mail] }
`;
}
