import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { EntradaError } from '../../errors.ts';
import { runnerCommand, type RunnerCommand, SURROUNDINGS } from '../pool/runner-command.ts';

const SELF = fileURLToPath(import.meta.url);

/** What tries, in a process like a runner's. */
export const PROBE: string = path.join(path.dirname(SELF), `probe${path.extname(SELF)}`);

/** It is done in a fraction of this. Unit: milliseconds. */
const LATE_MS = 20_000;

/** What a process that is started as a runner could do; null stands for nothing. */
export type Trial = readonly [name: string, done: string | null];

/**
 * Tries what code that broke out of its isolate would try, in a process that is started as a runner is.
 *
 * @throws {EntradaError} `EXTENSION_RUNNER_LOST` when the process says nothing.
 */
export async function tryProcess(
  jitless: boolean,
  { file, args }: RunnerCommand = runnerCommand({ jitless, dataLimit: null, entry: PROBE }),
): Promise<readonly Trial[]> {
  const child = spawn(file, args, {
    ...SURROUNDINGS,
    timeout: LATE_MS,
    killSignal: 'SIGKILL',
  });
  const said = { pipe: '', error: '' };
  child.stdio[3]?.on('data', (chunk: Buffer) => void (said.pipe += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => void (said.error += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  if (said.pipe.endsWith('\n')) return JSON.parse(said.pipe);
  throw new EntradaError('EXTENSION_RUNNER_LOST', 'a process like a runner’s does not start', {
    cause: new Error(said.error.slice(0, 2_000)),
  });
}
