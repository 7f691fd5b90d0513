import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that the system gives to outgoing connections (`net.ipv4.ip_local_port_range`, 32768 by default). */
const [FIRST, LAST] = [20_000, 32_000];

/**
 * A port for a server that is started later, perhaps by another process. Unlike any port that the system picks, no outgoing
 * connection takes it meanwhile.
 *
 * @param host The address that the server will listen on.
 */
export async function quietPort(host: string): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(host, port)) return port;
  }
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().on('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
