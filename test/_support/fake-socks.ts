import net from 'node:net';

import { type Loopback, serveTcp } from './loopback.ts';

/** How a fake SOCKS server differs from a good one (RFC 1928, RFC 1929). */
export interface FakeSocksOptions {
  /** The method that it picks. Default 0: no authentication; 2: a user name and a password; 255: none. */
  readonly method?: number;
  /** What it answers to user name and password. Default 0: accepted. */
  readonly authentication?: number;
  /** What it answers to CONNECT. Default 0: the tunnel to the port on loopback, whatever the host. */
  readonly reply?: number;
  /** Bytes of its answers leave one by one, so far apart. Unit: milliseconds. */
  readonly dripMs?: number;
  /** It stays silent at this stage, or ends there. */
  readonly silentAt?: Stage;
  readonly endsAt?: Stage;
  /** Bytes that it answers at a stage instead. */
  readonly says?: { readonly [stage in Stage]?: Buffer };
}

export type Stage = 'greeting' | 'authentication' | 'request';

/** A SOCKS 5 server that notes what it is asked. */
export interface FakeSocks extends Loopback {
  /** `name host:port`, `ipv4 host:port` or `ipv6 host:port`. */
  readonly asked: readonly string[];
  /** `user:password`. */
  readonly credentials: readonly string[];
  /** Methods that a client offered, as in `0,2`. */
  readonly offered: readonly string[];
  /** Connections that are open now. */
  readonly open: number;
}

export async function socksProxy(options: FakeSocksOptions = {}): Promise<FakeSocks> {
  const notes: Notes = { asked: [], credentials: [], offered: [] };
  const open = new Set<net.Socket>();
  const server = await serveTcp((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serve(socket, options, notes).catch(() => socket.destroy());
  });
  return {
    ...server,
    ...notes,
    get open() {
      return open.size;
    },
  };
}

interface Notes {
  readonly asked: string[];
  readonly credentials: string[];
  readonly offered: string[];
}

async function serve(socket: net.Socket, options: FakeSocksOptions, notes: Notes): Promise<void> {
  const { method = 0, authentication = 0, reply = 0 } = options;
  const [, count = 0] = await read(socket, 2);
  notes.offered.push((await read(socket, count)).join(','));
  await answer(socket, 'greeting', Buffer.from([5, method]), options);
  if (method === 255) return void socket.end();
  if (method === 2) {
    const [, length = 0] = await read(socket, 2);
    const user = await read(socket, length);
    const password = await read(socket, (await read(socket, 1))[0] ?? 0);
    notes.credentials.push(`${user.toString()}:${password.toString()}`);
    await answer(socket, 'authentication', Buffer.from([1, authentication]), options);
    if (authentication !== 0) return void socket.end();
  }
  const port = await readRequest(socket, notes);
  const success = Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]);
  if (reply === 0 && !misbehavesAt('request', options)) {
    return openTunnel(socket, port, () => answer(socket, 'request', success, options));
  }
  await answer(socket, 'request', success, options);
  socket.end();
}

function misbehavesAt(stage: Stage, { silentAt, endsAt, says }: FakeSocksOptions): boolean {
  return silentAt === stage || endsAt === stage || says?.[stage] !== undefined;
}

async function readRequest(socket: net.Socket, { asked }: Notes): Promise<number> {
  const [, , , type = 0] = await read(socket, 4);
  const length = type === 3 ? ((await read(socket, 1))[0] ?? 0) : type === 4 ? 16 : 4;
  const host = await read(socket, length);
  const port = (await read(socket, 2)).readUInt16BE();
  const kinds: { readonly [type: number]: string } = {
    1: `ipv4 ${host.join('.')}`,
    3: `name ${host.toString()}`,
    4: `ipv6 ${host.toString('hex')}`,
  };
  asked.push(`${kinds[type]}:${port}`);
  return port;
}

async function openTunnel(
  socket: net.Socket,
  port: number,
  opened: () => Promise<void>,
): Promise<void> {
  const upstream = net.connect(port, '127.0.0.1');
  upstream.on('error', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
  await new Promise((resolve) => upstream.once('connect', resolve));
  await opened();
  upstream.pipe(socket).pipe(upstream);
}

/** Reads as many bytes as are asked for; never comes back when the other side ends before. */
async function read(socket: net.Socket, length: number): Promise<Buffer> {
  for (;;) {
    const chunk = length === 0 ? Buffer.alloc(0) : (socket.read(length) as Buffer | null);
    if (chunk) return chunk;
    await new Promise((resolve) => socket.once('readable', resolve));
  }
}

async function answer(
  socket: net.Socket,
  stage: Stage,
  bytes: Buffer,
  { silentAt, endsAt, says, dripMs = 0 }: FakeSocksOptions,
): Promise<void> {
  if (silentAt === stage) await new Promise(() => undefined);
  if (endsAt === stage) throw new Error('the end');
  const said = says?.[stage] ?? bytes;
  for (const byte of dripMs === 0 ? [said] : [...said].map((one) => Buffer.from([one]))) {
    socket.write(byte);
    if (dripMs > 0) await new Promise((resolve) => setTimeout(resolve, dripMs));
  }
}
