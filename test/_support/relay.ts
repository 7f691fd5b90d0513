import { once } from 'node:events';
import net from 'node:net';

/** A port of loopback, or the path of a socket, which networks of the same machine share. */
export type End = number | string;

const optionsOf = (end: End): net.TcpNetConnectOpts | net.IpcNetConnectOpts =>
  typeof end === 'number' ? { host: '127.0.0.1', port: end } : { path: end };

/** Hands every connection that comes to one end on to the other, until the server is closed. */
export async function relay(from: End, to: End): Promise<net.Server> {
  const server = net.createServer((near) => join(near, net.connect(optionsOf(to))));
  server.listen(optionsOf(from));
  await once(server, 'listening');
  return server;
}

function join(near: net.Socket, far: net.Socket): void {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.pipe(other);
    one.on('error', () => other.destroy()); // what broke on one side is told on the other by its end
    one.on('close', () => other.destroy());
  }
}
