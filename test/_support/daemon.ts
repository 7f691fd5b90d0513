import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';

/** What a test offers to clean up after itself. */
export interface Teardown {
  teardown(fn: () => Promise<void> | void): void;
}

/** A server of somebody else that runs as long as the test. */
export interface Daemon {
  readonly child: ChildProcess;
  /** What it wrote. */
  readonly output: () => string;
  /** Ends it before the test does. */
  end(): Promise<void>;
}

/** Where a daemon listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

/** Starts a server and waits until it listens. It ends with the test. */
export async function startDaemon(
  t: Teardown,
  [command = '', ...args]: readonly string[],
  at: Listening,
): Promise<Daemon> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => ended(child));
  let output = '';
  child.on('error', (error) => (output += String(error)));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  await listening(child, at).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${output}`);
  });
  return { child, output: () => output, end: () => ended(child) };
}

/** Ends a process, if it has not ended, and waits until it is gone. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Some programs need seconds on a machine that is busy. Unit: milliseconds. */
const PATIENCE_MS = 60_000;

async function listening(child: ChildProcess, at: Listening): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end && child.exitCode === null) {
    if (await isOpen(at)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens at ${at.host}:${at.port}`);
}

function isOpen({ host, port }: Listening): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => resolve(true)).on('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
