import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { ExecutionContext } from 'ava';

import type { Clock } from '../../src/clock.ts';
import { freePort } from '../../src/cli/free-port.ts';
import { prepareAgain } from '../../src/cli/prepare-again.ts';
import type { Config } from '../../src/config/config.ts';
import { formatFaults } from '../../src/config/format-faults.ts';
import { generateKey } from '../../src/config/keys.ts';
import { loadConfig } from '../../src/config/load.ts';
import {
  contoso,
  CONTOSO_APPLICATION_ID,
  CONTOSO_SECRET,
  CONTOSO_TENANT_ID,
  type CloudName,
  type Emulator,
  startEmulator,
  type TenantSeed,
} from '../../src/emulator/index.ts';
import { loadPlatform } from '../../src/extensions/load-platform.ts';
import { CodeCaches } from '../../src/extensions/pool/code-caches.ts';
import { prepareExtensions } from '../../src/extensions/prepare.ts';
import type { Recorded } from '../../src/extensions/replay/recording.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import type { HttpClient } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import type { SignInRecord } from '../../src/session/record.ts';
import { signInByHand, type Visit } from '../../src/testing/visit.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import { keptCertificate, keptIdentity } from './kept-identity.ts';
import { enterRoom } from './room.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const METHOD_ID = '0c7f9a52-6f5e-4b61-9d50-2f1f3c7b8e11';

/** Scopes of the demo: two resources. */
export const SCOPES = [
  'https://graph.microsoft.com/User.Read',
  'https://graph.microsoft.com/User.Read.All',
  'https://storage.azure.com/user_impersonation',
] as const;

type MethodKeys = { readonly [key: string]: unknown };

/** What a test says of its gateway; all else is filled in. */
export interface WorldOptions {
  /** Keys of the method, over the defaults; null takes one away. */
  readonly method?: MethodKeys;
  /** Several methods, each over the defaults and with an `id` of its own, instead of `method`. */
  readonly methods?: readonly MethodKeys[];
  /** Where further origins really are, beside those of the tenant. */
  readonly map?: { readonly [origin: string]: string };
  /** Top-level keys of `entrada.yaml`, over the defaults. */
  readonly file?: { readonly [key: string]: unknown };
  /** Folders of extensions by name, or entries of `extensions`. */
  readonly extensions?: readonly { readonly source: string; readonly [key: string]: unknown }[];
  /** Off: as with `--extensions=off`. */
  readonly extensionsOff?: boolean;
  readonly clock?: Clock;
  /** Where tenant and Graph are. Default: the public cloud. */
  readonly cloud?: CloudName;
  /** Files in `secrets/`, by name. */
  readonly secrets?: { readonly [name: string]: string };
  readonly runners?: number;
  readonly jitless?: boolean;
  /** Changes the tenant before it starts. */
  readonly tenant?: (seed: TenantSeed) => TenantSeed;
  /** Every frame between gateway and runners. */
  readonly tap?: (frame: Buffer) => void;
  /** Takes a fixture of every run of a hook. */
  readonly record?: (recorded: Recorded) => void;
  /** What work in the background has at the least. */
  readonly background?: GatewayOptions['background'];
}

/** A tenant, a gateway, and people who sign in. */
export interface World {
  readonly emulator: Emulator;
  readonly gateway: Gateway;
  readonly origin: string;
  readonly config: Config;
  readonly folder: string;
  /** Trusts tenant and gateway. */
  readonly http: HttpClient;
  /** Lines of the gateway's log. */
  readonly lines: readonly string[];
  /** Records of sign-ins that ended. */
  readonly records: readonly SignInRecord[];
  visitor(): Visitor;
  /** Signs somebody in; answers how it went and its record. */
  signIn(
    account: string,
    options?: { visitor?: Visitor; path?: string },
  ): Promise<Visit & { readonly record: SignInRecord }>;
  /** Ends the gateway and starts it again on the same store. */
  restart(): Promise<void>;
}

/** What says when a world ends: a test, or whoever runs one without. */
export type Teardown = Pick<ExecutionContext, 'teardown'>;

/** Starts a world that ends with the test. */
export async function startWorld(t: Teardown, options: WorldOptions = {}): Promise<World> {
  await enterRoom(t);
  const folder = temporaryFolder(t);
  const port = await freePort();
  const origin = `https://localhost:${port}`;
  const clock = options.clock ? { clock: options.clock } : {};
  const { tenant = (seed) => seed, cloud = 'public' } = options;
  const emulator = await startEmulator({
    ...(await keptIdentity()),
    ...clock,
    cloud,
    tenants: [tenant(contoso(redirectUris(origin, options)))],
  });
  t.teardown(() => emulator.close());
  await writeFiles(folder, origin, port, emulator, options);
  const net = new Net();
  t.teardown(() => net[Symbol.asyncDispose]());
  const http = net.client({ proxy: { kind: 'direct' }, ca: [emulator.ca], addresses: 'any' });
  const lines: string[] = [];
  const records: SignInRecord[] = [];
  const { config, start } = await prepare(folder, options, lines, records);
  let gateway = await start();
  t.teardown(() => gateway[Symbol.asyncDispose]());
  return {
    emulator,
    get gateway() {
      return gateway;
    },
    origin,
    config,
    folder,
    http,
    lines,
    records,
    visitor: () => new Visitor(http),
    signIn: async (account, { visitor = new Visitor(http), path: page = '/' } = {}) => {
      const visit = await signInByHand(visitor, origin + page, account);
      const record = records.at(-1);
      if (!record) throw new Error(`no sign-in ended; the log:\n${lines.join('')}`);
      return { ...visit, record };
    },
    restart: async () => {
      await gateway[Symbol.asyncDispose]();
      gateway = await start();
    },
  };
}

const methodsOf = ({ method = {}, methods = [method] }: WorldOptions): readonly MethodKeys[] =>
  methods;

const redirectUris = (origin: string, options: WorldOptions): readonly string[] =>
  methodsOf(options).map(({ id = METHOD_ID }) => `${origin}/?redirect-${String(id)}`);

/** Null takes a key away. */
const given = (keys: MethodKeys): MethodKeys =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== null));

async function writeFiles(
  folder: string,
  origin: string,
  port: number,
  emulator: Emulator,
  options: WorldOptions,
): Promise<void> {
  const { certificate, key } = await keptCertificate(emulator.certificateAuthority, [
    'localhost',
    '127.0.0.1',
  ]);
  const file = {
    version: 1,
    server: {
      public_url: origin,
      listen: `127.0.0.1:${port}`,
      tls: { certificate: 'tls/server.crt', key: 'tls/server.key' },
    },
    store: 'sqlite:var/entrada.db',
    keys: ['${file:secrets/keys.txt}'],
    authentications: methodsOf(options)
      .map((keys) => ({ ...methodOf(emulator, options.map), ...keys }))
      .map(given),
    groups: [
      { id: 'staff', name: 'Staff' },
      { id: 'finance', name: 'Finance' },
      { id: 'legal', name: 'Legal' },
    ],
    roles: [],
    services: [
      { type: 'file-browser', path: '/' },
      { type: 'forward-auth', path: '/auth' },
    ],
    extensions: options.extensions ?? [],
    ...options.file,
  };
  const files = {
    'tls/ca.crt': emulator.ca,
    'tls/server.crt': certificate,
    'tls/server.key': key,
    'secrets/keys.txt': `${generateKey('test')}\n`,
    ...secretFiles(options),
    'entrada.yaml': JSON.stringify(file, null, 2),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  }
}

const secretFiles = ({ secrets = {} }: WorldOptions): { readonly [path: string]: string } =>
  Object.fromEntries(Object.entries(secrets).map(([name, text]) => [`secrets/${name}`, text]));

function methodOf(
  { authority }: Emulator,
  map: WorldOptions['map'] = {},
): { readonly [key: string]: unknown } {
  return {
    id: METHOD_ID,
    type: 'entra-id',
    name: 'Contoso',
    directory_id: CONTOSO_TENANT_ID,
    application_id: CONTOSO_APPLICATION_ID,
    base_groups: ['staff'],
    group_association: 'base-and-azure-groups',
    remove_username_suffix: ['@contoso.example'],
    api_scopes: SCOPES,
    password: CONTOSO_SECRET,
    authority: { login: authority.login, ca: 'tls/ca.crt', map: { ...authority.map, ...map } },
  };
}

async function prepare(
  folder: string,
  { clock, runners, jitless = false, extensionsOff = false, tap, record, background }: WorldOptions,
  lines: string[],
  records: SignInRecord[],
): Promise<{ config: Config; start: () => Promise<Gateway> }> {
  const loaded = loadConfig(path.join(folder, 'entrada.yaml'), {
    environment: {},
    allowUnapproved: true,
  });
  if (!loaded.ok) throw new Error(formatFaults(loaded.faults, { color: false }));
  const { config, report } = loaded;
  const { extensions, faults } = await prepareExtensions(config, report, true);
  const errors = faults.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(formatFaults(errors, { color: false }));
  const log = createLog({ pretty: false, level: 'debug', write: (line) => void lines.push(line) });
  const start = async (): Promise<Gateway> => {
    const gateway = await startGateway({
      config,
      extensions: extensionsOff ? null : extensions,
      log,
      ...(clock ? { clock } : {}),
      ...(tap ? { tap } : {}),
      ...(record ? { record } : {}),
      ...(background ? { background } : {}),
      runners: runners ?? 1,
      caches: await sharedCaches(jitless),
      jitless,
      prepareAgain: prepareAgain(path.join(folder, 'entrada.yaml'), config, () => undefined),
    });
    gateway.onSignIn((ended) => void records.push(ended));
    return gateway;
  };
  return { config, start };
}

const caches = new Map<boolean, CodeCaches>();

/** One process makes the code caches of all gateways in a file of tests. */
async function sharedCaches(jitless: boolean): Promise<CodeCaches> {
  const platform = await loadPlatform();
  const shared = caches.get(jitless) ?? new CodeCaches({ platform, jitless });
  caches.set(jitless, shared);
  return shared;
}

/** Writes an extension and answers its folder. */
export function writeExtension(
  t: Parameters<typeof temporaryFolder>[0],
  name: string,
  code: string,
  manifest: { readonly [key: string]: unknown } = {},
): string {
  const folder = path.join(temporaryFolder(t), name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'index.ts'), code);
  writeFileSync(
    path.join(folder, 'extension.yaml'),
    JSON.stringify({ api: 1, name, version: '1.0.0', ...manifest }),
  );
  return folder;
}

/** Folder of one of the bundled examples. */
export function exampleFolder(name: string): string {
  return path.resolve(import.meta.dirname, '../../extensions', name);
}
