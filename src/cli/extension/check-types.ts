import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Fault } from '../../config/config.ts';
import { FROM_SOURCE } from '../package-folder.ts';
import { toolOf } from './author-tools.ts';
import { withLine } from './fault-line.ts';
import { TSCONFIG } from './scaffold.ts';

const SDK = fileURLToPath(
  new URL(`../../../sandbox/sdk.${FROM_SOURCE ? 'ts' : 'd.ts'}`, import.meta.url),
);

/**
 * What TypeScript finds in an extension, by its own compiler in a process of its own: with what an isolate has, and nothing
 * of Node.js or of a page. The configuration of the folder is not looked at, as at a build.
 *
 * @throws {EntradaError} `EXTENSION_TOOL_MISSING`
 */
export async function checkTypes(folder: string, entry: string): Promise<readonly Fault[]> {
  if (!existsSync(path.join(folder, entry))) return []; // its build says so
  const { program } = toolOf(folder, 'typescript', 'tsc');
  const made = mkdtempSync(path.join(tmpdir(), 'entrada-types-'));
  try {
    const project = path.join(made, 'tsconfig.json');
    writeFileSync(project, JSON.stringify(configFor(path.join(folder, entry))));
    const { output, failed } = await run(program, project, folder);
    const faults = readFaults(output, folder);
    if (failed && faults.every(({ position }) => isInside(made, position?.file)))
      return [didNotRun(output)];
    return faults.filter(({ position }) => isInside(folder, position?.file)).map(withLine);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function configFor(entry: string): object {
  return {
    compilerOptions: { ...TSCONFIG.compilerOptions, paths: { 'entrada/extension': [SDK] } },
    files: [entry, SDK], // the globals of an isolate are the SDK's
    include: [],
  };
}

const isInside = (folder: string, file: string | undefined): boolean =>
  file?.startsWith(folder + path.sep) ?? false;

interface Compiled {
  readonly output: string;
  readonly failed: boolean;
}

function run(program: string, project: string, folder: string): Promise<Compiled> {
  const args = [program, '--project', project, '--pretty', 'false'];
  return new Promise((resolve) => {
    const options = { cwd: folder, maxBuffer: 16 * 1024 * 1024 };
    execFile(process.execPath, args, options, (error, stdout, stderr) =>
      resolve({ output: stdout + stderr, failed: error !== null }),
    );
  });
}

const FAULT = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$/;

/** The compiler goes on in indented lines, each saying more of what is wrong inside. */
const MORE = /^\s+\S/;

function readFaults(output: string, folder: string): readonly Fault[] {
  const faults: Fault[] = [];
  for (const line of output.split('\n')) {
    const match = FAULT.exec(line);
    const last = faults.at(-1);
    if (match) faults.push(faultOf(match, folder));
    else if (last && MORE.test(line))
      faults[faults.length - 1] = { ...last, message: `${last.message}\n  ${line}` };
  }
  return faults;
}

/** A compiler that ends without having looked at the extension: of another version, for example, that lacks an option. */
function didNotRun(output: string): Fault {
  return {
    severity: 'error',
    code: 'EXTENSION_TYPE_ERROR',
    message: `the compiler did not check the types: ${output.trim() || 'it says nothing'}`,
    next: 'Install the version of typescript that a new extension begins with.',
    path: '',
  };
}

function faultOf(
  [, file = '', line, column, code, message]: RegExpExecArray,
  folder: string,
): Fault {
  return {
    severity: 'error',
    code: 'EXTENSION_TYPE_ERROR',
    message: `${message} (${code})`,
    path: '',
    position: { file: path.resolve(folder, file), line: Number(line), column: Number(column) },
  };
}
