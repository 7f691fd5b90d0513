import http from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import net from 'node:net';

/** A server on a free port of loopback, closed with its connections when the test's scope ends. */
export interface Loopback extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
}

/** Serves HTTP. */
export function serveHttp(handler: http.RequestListener): Promise<Loopback> {
  return listen(http.createServer(handler));
}

/** Serves raw TCP. */
export function serveTcp(handler: (socket: net.Socket) => void): Promise<Loopback> {
  return listen(net.createServer(handler));
}

/** Starts any server on loopback. */
export async function listen(server: Server): Promise<Loopback> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
