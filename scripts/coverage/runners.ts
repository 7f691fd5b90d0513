import childProcess, {
  type ChildProcess,
  type ForkOptions,
  type SpawnOptions,
} from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

import { FOLDER, RAW } from './places.ts';

const PRELOAD = new URL('./preload.ts', import.meta.url).href;

/** What Node needs to count in a process that may do nothing: it counts through its inspector, and writes at the end. */
const FLAGS = [
  '--allow-inspector',
  `--allow-fs-read=${path.dirname(fileURLToPath(PRELOAD))}`,
  `--allow-fs-write=${FOLDER}`,
  `--import=${PRELOAD}`,
];

/** A runner that is to be killed gets so long to end by itself, with its counts written. Unit: milliseconds. */
const LAST_MS = 3_000;

/**
 * Starts runner processes, and those that bundle, with counting on. They have no environment, and runners may read only their
 * own code and write nothing: what counting needs is added here, and only here. The shell that limits what they write is left
 * out.
 */
export function countRunners(): void {
  const { spawn, fork } = childProcess;
  const counting = (file: string, args: readonly string[], options: SpawnOptions): ChildProcess => {
    const node = args.indexOf(process.execPath);
    const own = node === -1 ? args : args.slice(node + 1);
    if (!isRunner(file, own, node)) return spawn(file, args, options);
    const env = { ...options.env, NODE_V8_COVERAGE: RAW };
    return endGently(spawn(process.execPath, [...FLAGS, ...own], { ...options, env }));
  };
  const countingFork = (file: string, ...given: readonly ForkOptions[]): ChildProcess =>
    Reflect.apply(fork, childProcess, [file, ...(isBundler(file) ? given.map(withCounts) : given)]);
  Object.assign(childProcess, { spawn: counting, fork: countingFork });
  syncBuiltinESMExports();
}

function isRunner(file: string, args: readonly string[], node: number): boolean {
  const starts = node !== -1 || file === process.execPath;
  return starts && args.some((one) => one.endsWith('/extensions/runner/main.ts'));
}

/** It is started with options alone. */
function isBundler(file: string): boolean {
  return file.endsWith('/extensions/bundler/main.ts');
}

function withCounts(options: ForkOptions): ForkOptions {
  const env = { ...options.env, NODE_V8_COVERAGE: RAW, NODE_DISABLE_COMPILE_CACHE: '1' };
  return { ...options, env };
}

/** A runner whose pipe is closed ends by itself; SIGKILL would lose what it counted. */
function endGently(child: ChildProcess): ChildProcess {
  const kill = child.kill.bind(child);
  return Object.assign(child, {
    kill: (signal?: NodeJS.Signals | number) => {
      if (signal !== 'SIGKILL') return kill(signal);
      setTimeout(() => kill('SIGKILL'), LAST_MS).unref();
      return true;
    },
  });
}
