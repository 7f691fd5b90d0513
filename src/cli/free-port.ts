import net from 'node:net';

/**
 * Ports that an operating system gives out by itself begin behind these: one of those could belong to a connection by the
 * time that somebody listens on it.
 */
const FIRST = 10_240;
const AFTER_LAST = 32_768;

const MOST_TRIES = 100;

/** Whoever looks for a port has it for a moment before they listen: each process begins at a place of its own. */
const STRIDE = 251;
let given = process.pid * STRIDE;

/** One after the other, so that no two who ask in this process are given the same. */
const nextPort = (): number => FIRST + (given++ % (AFTER_LAST - FIRST));

/**
 * A port of loopback that nobody listens on now.
 *
 * @param pick Names the next one to try.
 */
export async function freePort(pick: () => number = nextPort): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const port = pick();
    // oxlint-disable-next-line no-await-in-loop -- the next one is for when this one is taken
    if (await isFree(port)) return port;
  }
  throw new Error('loopback has no free port');
}

async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  const { promise: listens, resolve } = Promise.withResolvers<boolean>();
  server.once('error', () => resolve(false));
  server.listen(port, '127.0.0.1', () => resolve(true));
  const free = await listens;
  if (free) await new Promise((closed) => server.close(closed));
  return free;
}
