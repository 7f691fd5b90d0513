import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import type { Readable } from 'node:stream';

import type { ExecutionContext } from 'ava';

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts');

/** The command line as arguments of Node. */
export const CLI: readonly string[] = ['--conditions=entrada:source', MAIN];

/** How a command ended. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliOptions {
  /** Folder that it is run in. */
  readonly cwd?: string;
  /** Variables beside those of the test. */
  readonly env?: { readonly [name: string]: string };
}

/** Colours and terminals of whoever runs the tests are kept from commands. */
function environment(more: CliOptions['env'] = {}): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, ...rest } = process.env;
  return { ...rest, NO_COLOR: '1', ...more };
}

/** Runs a command to its end, in a process of its own. */
export function runCli(args: readonly string[], { cwd, env }: CliOptions = {}): Promise<CliRun> {
  const options = { cwd, env: environment(env), timeout: 60_000 };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...CLI, ...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** A command that runs until it is told to end. */
export interface RunningCli {
  readonly pid: number;
  /** The next line of standard output. */
  line(): Promise<string>;
  /** Waits for something on standard error. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** How it ended by itself, with all that it wrote. */
  readonly ended: Promise<CliRun>;
  /** Reads no more of standard output, and closes it. */
  leave(): void;
  /** Sends a signal that ends nothing. */
  tell(signal: 'SIGHUP'): void;
  /** Sends a signal; answers how it ended, with all that it wrote. */
  end(signal: 'SIGTERM' | 'SIGINT'): Promise<CliRun>;
}

/** Starts a command that ends with the test at the latest. */
export function startCli(
  t: ExecutionContext,
  args: readonly string[],
  { cwd, env }: CliOptions = {},
): RunningCli {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    process.execPath,
    [...CLI, ...args],
    { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  t.teardown(() => child.kill('SIGKILL'));
  const written = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  const look = (): void => waiting.forEach((one) => one());
  child.stderr.on('data', (chunk: Buffer) => {
    written.stderr += chunk.toString();
    look();
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => void (written.stdout += `${line}\n`));
  const read = lines[Symbol.asyncIterator]();
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code) => {
      resolve(code ?? -1);
      look();
    });
  });
  return {
    pid: child.pid ?? 0,
    line: async () => {
      const { done, value } = await read.next();
      if (done) throw new Error(`it ended early:\n${written.stdout}${written.stderr}`);
      return value;
    },
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const once = (): void => {
          const match = pattern.exec(written.stderr);
          if (match) resolve(match);
          else if (child.exitCode !== null) reject(new Error(`it ended early:\n${written.stderr}`));
          else return;
          waiting.delete(once);
        };
        waiting.add(once);
        once();
      }),
    get ended() {
      return ended.then((code) => ({ code, ...written }));
    },
    leave: () => void child.stdout.destroy(),
    tell: (signal) => void child.kill(signal),
    end: async (signal) => {
      child.kill(signal);
      return { code: await ended, ...written };
    },
  };
}
