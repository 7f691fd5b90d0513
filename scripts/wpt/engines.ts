import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createPlatformIsolate } from '../../test/_support/platform-isolate.ts';
import { type Case, END_MARK, RESULT_MARK } from './case.ts';

/** What became of one case. */
export interface Outcome {
  /** Subtests that passed, by name. */
  readonly passed: readonly string[];
  /** Subtests that did not, and why. */
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  /** Why the case as a whole gave no results. */
  readonly broken?: string;
}

/** Something that runs cases. */
export interface Engine {
  readonly name: string;
  run(testCase: Case): Promise<Outcome>;
}

/** A case takes no longer. Unit: milliseconds. */
const TIMEOUT_MS = 120_000;

interface RawResults {
  readonly status: number;
  readonly message: string | null;
  readonly results: readonly { name: string; status: number; message: string | null }[];
}

/** Reads the results out of the lines of a log; undefined when they are not complete. */
function readOutcome(lines: readonly string[]): Outcome | undefined {
  if (!lines.includes(END_MARK)) return undefined;
  const pieces = lines.filter((line) => line.startsWith(RESULT_MARK));
  const text = pieces.map((line) => line.slice(RESULT_MARK.length)).join('');
  const raw: RawResults = JSON.parse(text);
  const { status, message, results } = raw;
  const passed = results.filter((result) => result.status === 0).map(({ name }) => name);
  const failed = results
    .filter((result) => result.status !== 0)
    .map((result) => ({ name: result.name, message: result.message ?? '' }));
  return status === 0 || status === 2
    ? { passed, failed }
    : { passed, failed, broken: `harness: ${message ?? status}` };
}

function broken(reason: string): Outcome {
  return { passed: [], failed: [], broken: reason };
}

/** The platform of this project, in an isolate. */
export const entrada: Engine = {
  name: 'entrada',
  async run({ script }) {
    await using isolate = await createPlatformIsolate({ memoryMb: 512 });
    let thrown = '';
    // A rejection that nobody handles rejects this too, while the tests go on.
    void isolate.run(`${script}\n;undefined`).catch((error: unknown) => {
      thrown = String(error);
    });
    const end = Date.now() + TIMEOUT_MS;
    while (Date.now() < end) {
      const outcome = readOutcome(isolate.logs.map(({ text }) => text));
      if (outcome) return outcome;
      await new Promise((resolve) => {
        setTimeout(resolve, 2);
      });
    }
    return broken(thrown || 'no results in time');
  },
};

/** Waits for the line with the results on a child's standard output. */
function collect(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    let output = '';
    let errors = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('close', () => {
      clearTimeout(timer);
      resolve(readOutcome(output.split('\n')) ?? broken(errors.slice(0, 500)));
    });
  });
}

const NODE_MAIN = `
  const { readFileSync, writeSync } = require('node:fs');
  const { Script } = require('node:vm');
  process.on('unhandledRejection', () => {});
  process.on('uncaughtException', () => {});
  globalThis.__wptWrite = (text) => {
    writeSync(1, text + '\\n');
    if (text === ${JSON.stringify(END_MARK)}) process.exit(0);
  };
  const text = readFileSync(process.argv[1], 'utf8');
  for (const name of ['require', 'module', 'exports', '__filename', '__dirname']) delete globalThis[name];
  new Script(text, { filename: 'wpt.js' }).runInThisContext();
  setInterval(() => {}, 1000);
`;

/** Runs something with a file that ends with it. */
async function withFile<T>(
  name: string,
  text: string,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wpt-'));
  try {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The Node that runs this script. */
export const node: Engine = {
  name: 'node',
  run: ({ script }) =>
    withFile('test.js', script, (file) => {
      const flags = ['--expose-gc', '--no-warnings', '-e', NODE_MAIN, file];
      return collect(spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'pipe'] }));
    }),
};

const WORKER = `
  export default {
    async test(controller, env) {
      const done = Promise.withResolvers();
      const lines = [];
      globalThis.__wptWrite = (text) => {
        lines.push(text);
        if (text === ${JSON.stringify(END_MARK)}) done.resolve();
      };
      env.unsafe.eval(env.script);
      await done.promise;
      console.log(lines.join('\\n'));
    },
  };
`;

const WORKERD_CONFIG = `
  using Workerd = import "/workerd/workerd.capnp";
  const unitTests :Workerd.Config = (services = [(name = "main", worker = (
    modules = [(name = "main.js", esModule = embed "main.js")],
    bindings = [(name = "unsafe", unsafeEval = void), (name = "script", text = embed "script.txt")],
    compatibilityDate = "2026-08-01",
    compatibilityFlags = ["experimental"],
  ))]);
`;

/** workerd, of which the path is given. */
export function workerd(binary: string): Engine {
  return {
    name: 'workerd',
    run: ({ script }) =>
      withFile('config.capnp', WORKERD_CONFIG, (config) => {
        const folder = path.dirname(config);
        writeFileSync(path.join(folder, 'main.js'), WORKER);
        writeFileSync(path.join(folder, 'script.txt'), script);
        const flags = ['test', config, '--experimental'];
        return collect(spawn(binary, flags, { stdio: ['ignore', 'pipe', 'pipe'] }));
      }),
  };
}
