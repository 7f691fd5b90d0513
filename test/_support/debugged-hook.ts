import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import type { ExecutionContext } from 'ava';

import { temporaryFolder } from './temporary-folder.ts';

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts');

const SOURCE = `import { allow, deny, type Extension } from 'entrada/extension';

interface Person {
  readonly department: string;
}

export default {
  async decide(signIn, ctx) {
    const person: Person = { department: signIn.service.type };
    const length = person.department.length;
    ctx.log.info(\`\${signIn.principal.username} \${length}\`);
    return length === 12 ? allow() : deny('length');
  },
} satisfies Extension;
`;

/** A hook that waits for a debugger. */
export interface Debugged {
  readonly url: string;
  /** Where its TypeScript is. */
  readonly folder: string;
  /** All that it printed, when it has ended. */
  readonly ended: Promise<{ readonly code: number; readonly stdout: string }>;
}

/** Runs a hook of 14 lines of TypeScript that waits for a debugger; it ends with the test. */
export async function startDebugged(t: ExecutionContext): Promise<Debugged> {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, 'index.ts'), SOURCE);
  writeFileSync(path.join(folder, 'extension.yaml'), "api: 1\nname: debugged\nversion: '1.0.0'\n");
  const args = [
    '--conditions=entrada:source',
    MAIN,
    'extension',
    'run',
    'decide',
    '--inspect',
    '0',
  ];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = new Promise<number>((resolve) =>
    child.once('close', (code) => resolve(code ?? -1)),
  );
  const lines = createInterface({ input: child.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /^Debugger listening on (ws:\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    lines.on('close', () => reject(new Error('it ended before there was a debugger')));
  });
  return { url, folder, ended: ended.then((code) => ({ code, stdout })) };
}
