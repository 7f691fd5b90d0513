import type { Server } from 'node:https';
import type { Socket } from 'node:net';

type Ends = Pick<Socket, 'localPort' | 'remoteAddress' | 'remotePort'>;

/** Connections below TLS, which itself cannot be reset, by their two ends. */
const connections = new Map<string, Socket>();

const keyOf = ({ localPort, remoteAddress, remotePort }: Ends): string =>
  `${localPort} ${remoteAddress} ${remotePort}`;

/** Keeps what `reset` needs of the connections of a server. */
export function keepConnections(server: Server): void {
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    connections.set(key, socket);
    socket.once('close', () => connections.delete(key));
  });
}

/** Ends the connection that carries a TLS socket with a TCP reset. */
export function reset(socket: Ends): void {
  connections.get(keyOf(socket))?.resetAndDestroy();
}
