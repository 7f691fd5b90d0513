/**
 * CPU time of the gateway per completed sign-in without extensions, with tokens and groups, beside the floor: a bare
 * `node:https` server that answers as many requests of the same visitor and asks the tenant nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { freePort } from '../src/cli/free-port.ts';
import { generateKey } from '../src/config/keys.ts';
import {
  contoso,
  CONTOSO_APPLICATION_ID,
  CONTOSO_SECRET,
  CONTOSO_TENANT_ID,
  createServerCertificate,
  startEmulator,
} from '../src/emulator/index.ts';
import { Net } from '../src/net/net.ts';
import { signInByHand } from '../src/testing/visit.ts';
import { Visitor } from '../src/testing/visitor.ts';
import { report } from './_support/report.ts';

const METHOD = '0c7f9a52-6f5e-4b61-9d50-2f1f3c7b8e11';
const WARM_UP = 30;
const SIGN_INS = 150;

const folder = mkdtempSync(path.join(tmpdir(), 'entrada-bench-'));
const port = await freePort();
const origin = `https://localhost:${port}`;
const emulator = await startEmulator({ tenants: [contoso([`${origin}/?redirect-${METHOD}`])] });
const { certificate, key } = await createServerCertificate(emulator.certificateAuthority, [
  'localhost',
]);
const files: { readonly [name: string]: string } = {
  'ca.crt': emulator.ca,
  'server.crt': certificate,
  'server.key': key,
  'keys.txt': generateKey('bench'),
  'entrada.yaml': JSON.stringify({
    version: 1,
    server: {
      public_url: origin,
      listen: `127.0.0.1:${port}`,
      tls: { certificate: 'server.crt', key: 'server.key' },
    },
    store: 'sqlite:var/entrada.db',
    keys: ['${file:keys.txt}'],
    authentications: [
      {
        id: METHOD,
        type: 'entra-id',
        name: 'Contoso',
        directory_id: CONTOSO_TENANT_ID,
        application_id: CONTOSO_APPLICATION_ID,
        base_groups: ['staff'],
        group_association: 'base-and-azure-groups',
        api_scopes: ['https://graph.microsoft.com/User.Read'],
        password: CONTOSO_SECRET,
        authority: { ...emulator.authority, ca: 'ca.crt' },
      },
    ],
    groups: [{ id: 'staff', name: 'Staff' }],
    services: [{ type: 'file-browser', path: '/' }],
  }),
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), text, { mode: 0o600 });
}

/** A process that tells its CPU time. */
class Measured {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(script: string, ...args: readonly string[]) {
    const flags = ['--no-node-snapshot', '--conditions=entrada:source'];
    const file = path.join(import.meta.dirname, '_support', script);
    this.#child = spawn(process.execPath, [...flags, file, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    process.on('exit', () => this.#child.kill('SIGKILL'));
  }

  /** Its first line. */
  async started(): Promise<string> {
    return (await this.#lines.next()).value;
  }

  /** Unit: milliseconds. */
  async cpu(): Promise<number> {
    this.#child.stdin?.write('cpu\n');
    return Number((await this.#lines.next()).value) / 1000;
  }
}

process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const gateway = new Measured('sign-in-server.ts', path.join(folder, 'entrada.yaml'));
const floor = new Measured(
  'bare-https.ts',
  path.join(folder, 'server.crt'),
  path.join(folder, 'server.key'),
);
await gateway.started();
const floorOrigin = `https://localhost:${await floor.started()}`;

await using net = new Net();
const http = net.client({ proxy: { kind: 'direct' }, ca: [emulator.ca], addresses: 'any' });

async function signIns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { signedIn, page } = await signInByHand(
      new Visitor(http),
      `${origin}/`,
      'jane@contoso.example',
    );
    if (!signedIn) throw new Error(`not signed in: ${page.html}`);
  }
}

/** Requests of a visitor to the gateway: page, sign-in page, start, answer, page. */
const REQUESTS = 5;

async function floorVisits(count: number): Promise<void> {
  for (let i = 0; i < count * REQUESTS; i++)
    await new Visitor(http).open(`${floorOrigin}/${i % REQUESTS}`);
}

async function cpuOf(measured: Measured, work: (count: number) => Promise<void>): Promise<number> {
  await work(WARM_UP);
  const before = await measured.cpu();
  await work(SIGN_INS);
  return ((await measured.cpu()) - before) / SIGN_INS;
}

const started = performance.now();
const ours = await cpuOf(gateway, signIns);
const wall = (performance.now() - started) / (WARM_UP + SIGN_INS);
report(
  { name: 'CPU of the gateway per sign-in', value: ours, unit: 'ms' },
  {
    name: `CPU of bare node:https for ${REQUESTS} requests`,
    value: await cpuOf(floor, floorVisits),
    unit: 'ms',
  },
  { name: 'wall time per sign-in, tenant and visitor included', value: wall, unit: 'ms' },
);
process.exit(0);
