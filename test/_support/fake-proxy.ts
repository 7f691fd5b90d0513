import http from 'node:http';
import net from 'node:net';

import { listen, type Loopback } from './loopback.ts';

/** What a fake proxy was asked. */
export interface AskedTunnel {
  /** `host:port`, as CONNECT names it. */
  readonly line: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** A CONNECT proxy that notes what it is asked, and does as it is told. */
export interface FakeProxy extends Loopback {
  readonly asked: readonly AskedTunnel[];
  /** Tunnels that are open now. */
  readonly open: number;
  /** Ends every tunnel. */
  killTunnels(): void;
}

/** What a fake proxy does instead of opening a tunnel. */
export type Misbehaviour = (socket: net.Socket) => void;

/**
 * Starts a CONNECT proxy. It knows every name: whatever the host, the tunnel leads to the port on loopback.
 *
 * @param instead Bytes that it answers with, or what it does.
 */
export async function connectProxy(instead?: string | Misbehaviour): Promise<FakeProxy> {
  const asked: AskedTunnel[] = [];
  const tunnels = new Set<net.Socket>();
  const server = http.createServer((_request, response) => response.writeHead(599).end());
  server.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
    asked.push({ line: request.url ?? '', headers: request.headers });
    socket.on('error', () => socket.destroy());
    if (typeof instead === 'string') socket.end(instead);
    else if (instead) instead(socket);
    else openTunnel(socket, request.url ?? '', tunnels);
  });
  return {
    ...(await listen(server)),
    asked,
    get open() {
      return tunnels.size;
    },
    killTunnels: () => tunnels.forEach((socket) => void socket.destroy()),
  };
}

function openTunnel(socket: net.Socket, authority: string, tunnels: Set<net.Socket>): void {
  const port = Number(/:(\d+)$/.exec(authority)?.[1]);
  const upstream = net.connect(port, '127.0.0.1', () => {
    tunnels.add(socket);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on('error', () => socket.destroy());
  socket.on('close', () => {
    tunnels.delete(socket);
    upstream.destroy();
  });
}
