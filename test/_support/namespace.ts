import { execFileSync } from 'node:child_process';

import type { ExecutionContext } from 'ava';

import { requireDebian } from './debian.ts';

/** A network of two hosts on this machine: this one, and a namespace that can reach nothing but it. */
export interface Namespace {
  readonly name: string;
  /** Address of this machine in the network. */
  readonly here: string;
  /** Address of the namespace. */
  readonly there: string;
  /** The command line that runs a command in the namespace. */
  inside(command: readonly string[]): readonly string[];
}

/** Namespaces of this process: each has four addresses of its own. */
let made = 0;

/**
 * Makes a namespace that ends with the test: one link to this machine, no route to anywhere else. It needs root, which
 * continuous integration has; elsewhere the test says so and does not run.
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
  const id = `${process.pid}-${++made}`;
  const name = `entrada-${id}`;
  const net = `10.213.${process.pid % 250}`;
  const [here, there] = [`${net}.${made * 4 + 1}`, `${net}.${made * 4 + 2}`];
  const [mine, theirs] = [`e${id}a`, `e${id}b`];
  run('netns', 'add', name);
  t.teardown(() => run('netns', 'delete', name));
  run('link', 'add', mine, 'type', 'veth', 'peer', 'name', theirs, 'netns', name);
  run('address', 'add', `${here}/30`, 'dev', mine);
  run('link', 'set', mine, 'up');
  run('-n', name, 'address', 'add', `${there}/30`, 'dev', theirs);
  run('-n', name, 'link', 'set', theirs, 'up');
  run('-n', name, 'link', 'set', 'lo', 'up');
  return { name, here, there, inside: (command) => [ip, 'netns', 'exec', name, ...command] };
}
