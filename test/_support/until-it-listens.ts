import { once } from 'node:events';
import { connect } from 'node:net';

/** A program that does not say when it is ready is asked so often. Unit: milliseconds. */
const PAUSE_MS = 25;
const MOST_TRIES = 2_400; // a minute: some need seconds on a machine that is busy

/** Waits until somebody listens on a port of loopback. */
export async function untilItListens(port: number, program: string): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- the next try is for when this one failed
    if (await listens(port)) return;
    // oxlint-disable-next-line no-await-in-loop -- and comes a little later
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`${program} does not listen`);
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // it was refused: nobody is there yet
  } finally {
    socket.destroy();
  }
}
