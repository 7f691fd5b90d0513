import { spawn } from 'node:child_process';
import path from 'node:path';

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts');

/** How a command at a terminal ended. */
export interface TerminalRun {
  readonly code: number | null;
  /** All that the terminal showed. */
  readonly output: string;
}

/** Runs a command at a terminal, which `script` (util-linux) makes; answers each question when it is asked. */
export function atTerminal(
  cwd: string,
  args: readonly string[],
  answers: readonly (readonly [question: RegExp, answer: string])[],
): Promise<TerminalRun> {
  const command = [process.execPath, '--conditions=entrada:source', MAIN, ...args].join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd, stdio: 'pipe' });
  const left = [...answers];
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const [next] = left;
    if (!next?.[0].test(output)) return;
    left.shift();
    child.stdin.write(`${next[1]}\n`);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}
