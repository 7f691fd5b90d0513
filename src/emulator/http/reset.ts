import type { Server } from 'node:https';
import type { Socket } from 'node:net';

type Ends = Pick<Socket, 'localPort' | 'remoteAddress' | 'remotePort'>;

/** Connections below TLS, which itself cannot be reset, by their two ends. */
const connections = new Map<string, Socket>();
const ofServers = new WeakMap<Server, Set<Socket>>();

const keyOf = ({ localPort, remoteAddress, remotePort }: Ends): string =>
  `${localPort} ${remoteAddress} ${remotePort}`;

/** Keeps what `reset` and `endConnections` need of the connections of a server. */
export function keepConnections(server: Server): void {
  const own = new Set<Socket>();
  ofServers.set(server, own);
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    connections.set(key, socket);
    own.add(socket);
    socket.once('close', () => {
      connections.delete(key);
      own.delete(socket);
    });
  });
}

/** Ends every connection to a server, those in the middle of the TLS handshake too, of which HTTP knows nothing yet. */
export function endConnections(server: Server): void {
  for (const socket of ofServers.get(server) ?? []) socket.destroy();
}

/** Ends the connection that carries a TLS socket with a TCP reset. */
export function reset(socket: Ends): void {
  connections.get(keyOf(socket))?.resetAndDestroy();
}
