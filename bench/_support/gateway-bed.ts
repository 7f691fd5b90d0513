import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

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
import type { HttpClient } from '../../src/net/http.ts';
import { Visitor } from '../../src/testing/visitor.ts';

const METHOD = '0c7f9a52-6f5e-4b61-9d50-2f1f3c7b8e11';

/** A tenant in this process, and what a gateway without extensions needs to sign people of it in. */
export interface Bed {
  readonly emulator: Emulator;
  /** Origin of the gateway. */
  readonly origin: string;
  /** Origin for a peer, whose `/callback` is registered, too. */
  readonly peerOrigin: string;
  /** Path of the gateway's configuration. */
  readonly config: string;
  /** What the peer is started with. */
  readonly peer: object;
}

/** Makes one; its folder ends with the process. */
export async function makeBed(): Promise<Bed> {
  const folder = mkdtempSync(path.join(tmpdir(), 'entrada-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [port, peerPort] = [await freePort(), await freePort()];
  const [origin, peerOrigin] = [`https://localhost:${port}`, `https://localhost:${peerPort}`];
  const redirects = [`${origin}/?redirect-${METHOD}`, `${peerOrigin}/callback`];
  const emulator = await startEmulator({ tenants: [contoso(redirects)] });
  const { certificate, key } = await createServerCertificate(emulator.certificateAuthority, [
    'localhost',
  ]);
  const files: { readonly [name: string]: string } = {
    'ca.crt': emulator.ca,
    'server.crt': certificate,
    'server.key': key,
    'keys.txt': generateKey('bench'),
    'entrada.yaml': JSON.stringify(configuration(origin, port, emulator)),
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  }
  const peer = {
    certificate,
    key,
    ca: emulator.ca,
    port: peerPort,
    origin: peerOrigin,
    login: emulator.login,
    graph: emulator.graph,
    tenant: CONTOSO_TENANT_ID,
    clientId: CONTOSO_APPLICATION_ID,
    secret: CONTOSO_SECRET,
  };
  return { emulator, origin, peerOrigin, config: path.join(folder, 'entrada.yaml'), peer };
}

function configuration(origin: string, port: number, { authority }: Emulator): object {
  return {
    version: 1,
    server: {
      public_url: origin,
      listen: `127.0.0.1:${port}`,
      trusted_proxies: ['127.0.0.1/32'], // visitors come from many addresses: one may begin 300 sign-ins a minute
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
        authority: { ...authority, ca: 'ca.crt' },
      },
    ],
    groups: [{ id: 'staff', name: 'Staff' }],
    services: [{ type: 'file-browser', path: '/' }],
  };
}

/** Somebody with an address of their own. */
export function someone(http: HttpClient): Visitor {
  visitors++;
  const address = `198.18.${(visitors >> 8) & 255}.${visitors & 255}`;
  return new Visitor((request) =>
    http({ ...request, headers: { ...request.headers, 'x-forwarded-for': address } }),
  );
}

let visitors = 0;

/** A process that tells its CPU time, and what else it is asked for by a line. */
export class Measured {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(script: string, ...args: readonly string[]) {
    const flags = ['--no-node-snapshot', '--conditions=entrada:source', '--expose-gc'];
    const file = path.join(import.meta.dirname, script);
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
    return Number(await this.ask('cpu')) / 1000;
  }

  /** The line that it answers with. */
  async ask(question: string): Promise<string> {
    this.#child.stdin?.write(`${question}\n`);
    return (await this.#lines.next()).value;
  }

  /** Ends it, and waits until it has. */
  async end(): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }
}
