import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { ExecutionContext } from 'ava';

import { ended } from './daemon.ts';
import { requireDebian } from './debian.ts';
import { type End, relay } from './relay.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * A network that has nothing but a loopback of its own. Only a port that is named leads out of it or into it, by a socket in
 * a folder: this machine gets no interface more, whose coming and going every browser on it would notice.
 */
export interface Namespace {
  /** Whoever in the namespace connects to this port of loopback reaches that of this machine. */
  leadOut(port: number): Promise<void>;
  /** Waits until somebody in the namespace listens on this port; from then on that of this machine leads there. */
  leadIn(port: number): Promise<void>;
  /** The command line that runs a command in the namespace. */
  inside(command: readonly string[]): readonly string[];
}

const RELAY = path.join(import.meta.dirname, 'namespace-relay.ts');

/** Namespaces of this process. */
let made = 0;

/**
 * Makes a namespace that ends with the test. It needs root, which continuous integration has; elsewhere the test says so
 * and does not run.
 */
export function createNamespace(t: ExecutionContext): Namespace | undefined {
  if (process.getuid?.() !== 0) {
    if (process.env['CI'] === 'true') throw new Error('network namespaces need root');
    t.log('not run: network namespaces need root');
    t.pass();
    return undefined;
  }
  const ip = requireDebian('ip');
  const run = (...args: string[]): void => void execFileSync(ip, args, { stdio: 'pipe' });
  const name = `entrada-${process.pid}-${++made}`;
  run('netns', 'add', name);
  t.teardown(() => run('netns', 'delete', name));
  run('-n', name, 'link', 'set', 'lo', 'up');
  const inside = (command: readonly string[]) => [ip, 'netns', 'exec', name, ...command];
  return { inside, ...leading(t, inside) };
}

function leading(t: ExecutionContext, inside: Namespace['inside']) {
  const folder = temporaryFolder(t);
  const there = async (way: 'out' | 'in', port: number, socket: string): Promise<void> => {
    const command = [process.execPath, RELAY, way, String(port), socket];
    const [program = '', ...args] = inside(command);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    t.teardown(() => ended(child));
    const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (!Buffer.isBuffer(first[0])) throw new Error(`nothing leads ${way} by port ${port}`);
  };
  const here = async (from: End, to: End): Promise<void> => {
    const server = await relay(from, to);
    t.teardown(() => void server.close());
  };
  return {
    async leadOut(port: number): Promise<void> {
      const socket = path.join(folder, `out-${port}`);
      await here(socket, port);
      await there('out', port, socket);
    },
    async leadIn(port: number): Promise<void> {
      const socket = path.join(folder, `in-${port}`);
      await there('in', port, socket);
      await here(port, socket);
    },
  };
}
