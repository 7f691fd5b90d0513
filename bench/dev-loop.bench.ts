/**
 * How long it takes from saving a file to seeing what it does: `entrada extension dev`, and Wrangler's dev beside it on the
 * same handler. Wrangler is installed for the run into a folder of its own; it is no dependency of anything.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../src/cli/free-port.ts';
import { quantile, report } from './_support/report.ts';

/** The version that is measured. */
const WRANGLER = '4.86.0';

const EDITS = 20;

/** Between two edits: an author does not save without a pause. Unit: milliseconds. */
const PAUSE_MS = 300;

/** One that does not answer by then is broken. Unit: milliseconds. */
const PATIENCE_MS = 60_000;

/** What both do: look at a department, and say which edit they are of. */
const logic = (mark: string): string => `
interface Person { readonly name: string; readonly department: string }
const ALLOWED: readonly string[] = ['Finance', 'Legal'];
function judge(person: Person): { readonly decision: string; readonly mark: string } {
  return { decision: ALLOWED.includes(person.department) ? 'allow' : 'deny', mark: '${mark}' };
}
const PERSON: Person = { name: 'Jane', department: 'Sales' };
`;

const extensionSource = (mark: string): string => `${logic(mark)}
export default {
  decide(signIn: { readonly principal: { readonly name: string } }) {
    const { decision, mark } = judge({ ...PERSON, name: signIn.principal.name });
    return { decision, code: mark };
  },
};
`;

const workerSource = (mark: string): string => `${logic(mark)}
export default {
  async fetch(request: Request): Promise<Response> {
    const { name } = await request.json<{ readonly name: string }>();
    return Response.json(judge({ ...PERSON, name }));
  },
};
`;

/** A loop that an author has open. */
interface Loop {
  /** Saves the source with this mark; answers when its result is there. */
  edit(mark: string): Promise<void>;
  end(): void;
}

function ended(child: ChildProcess): () => void {
  return () => void child.kill('SIGKILL');
}

/** Resolves when a text is written to standard output. */
function written(child: ChildProcess): (text: string) => Promise<void> {
  let output = '';
  let waiting: { readonly text: string; readonly resolve: () => void } | undefined;
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (waiting && output.includes(waiting.text)) waiting.resolve();
  });
  return (text) =>
    new Promise((resolve) => {
      waiting = { text, resolve };
      if (output.includes(text)) resolve();
    });
}

async function openEntrada(root: string, mark: string): Promise<Loop> {
  const folder = path.join(root, 'extension');
  mkdirSync(path.join(folder, 'fixtures'), { recursive: true });
  const file = path.join(folder, 'index.ts');
  writeFileSync(path.join(folder, 'extension.yaml'), "api: 1\nname: timed\nversion: '1.0.0'\n");
  writeFileSync(path.join(folder, 'fixtures/jane.yaml'), 'hook: decide\n');
  writeFileSync(file, extensionSource(mark));
  const main = path.resolve(import.meta.dirname, '../src/cli/main.ts');
  const args = ['--conditions=entrada:source', main, 'extension', 'dev'];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  const until = written(child);
  await until(mark);
  return {
    edit: async (next) => {
      writeFileSync(file, extensionSource(next));
      await until(next);
    },
    end: ended(child),
  };
}

async function openWrangler(root: string, mark: string): Promise<Loop> {
  const folder = path.join(root, 'worker');
  mkdirSync(folder);
  const file = path.join(folder, 'index.ts');
  const config = { name: 'timed', main: 'index.ts', compatibility_date: '2026-01-01' };
  writeFileSync(path.join(folder, 'wrangler.json'), JSON.stringify(config));
  writeFileSync(file, workerSource(mark));
  const port = await freePort();
  const cli = path.join(root, 'node_modules/wrangler/bin/wrangler.js');
  const args = [
    cli,
    'dev',
    '--port',
    String(port),
    '--ip',
    '127.0.0.1',
    '--show-interactive-dev-session=false',
  ];
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1', HOME: root };
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env,
    stdio: 'ignore',
    detached: true,
  });
  await answers(port, mark);
  return {
    edit: async (next) => {
      writeFileSync(file, workerSource(next));
      await answers(port, next);
    },
    end: () => void (child.pid !== undefined && process.kill(-child.pid, 'SIGKILL')),
  };
}

/** Asks until the answer is of the edit: a result that nobody asked for is none. */
async function answers(port: number, mark: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if ((await ask(port)).includes(mark)) return;
    await sleep(2);
  }
  throw new Error('Wrangler does not answer');
}

function ask(port: number): Promise<string> {
  return new Promise((resolve) => {
    const request = http.request({ port, host: '127.0.0.1', method: 'POST' }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve(body));
    });
    request.on('error', () => resolve(''));
    request.end('{"name":"Jane"}');
  });
}

async function measure(
  open: (root: string, mark: string) => Promise<Loop>,
  root: string,
): Promise<{ readonly start: number; readonly edits: readonly number[] }> {
  const before = performance.now();
  const loop = await open(root, 'edit-0');
  const start = performance.now() - before;
  const edits: number[] = [];
  for (let edit = 1; edit <= EDITS; edit++) {
    await sleep(PAUSE_MS);
    const saved = performance.now();
    await loop.edit(`edit-${edit}-`);
    edits.push(performance.now() - saved);
  }
  loop.end();
  return { start, edits };
}

const root = mkdtempSync(path.join(tmpdir(), 'entrada-dev-loop-'));
try {
  const install = ['install', '--no-audit', '--no-fund', '--silent', `wrangler@${WRANGLER}`];
  execFileSync('npm', install, { cwd: root, stdio: 'ignore' });
  const entrada = await measure(openEntrada, root);
  const wrangler = await measure(openWrangler, root);
  const [ours, theirs] = [entrada, wrangler].map(({ edits }) => quantile(edits, 0.5));
  report(
    { name: 'entrada: command to first result', value: entrada.start, unit: 'ms' },
    {
      name: 'entrada: edit to result, p50',
      value: ours ?? NaN,
      unit: 'ms',
      bar: { kind: 'at most', value: 200 },
    },
    { name: 'entrada: edit to result, p95', value: quantile(entrada.edits, 0.95), unit: 'ms' },
    { name: 'wrangler dev: command to first result', value: wrangler.start, unit: 'ms' },
    { name: 'wrangler dev: edit to result, p50', value: theirs ?? NaN, unit: 'ms' },
    {
      name: 'wrangler dev: edit to result, p95',
      value: quantile(wrangler.edits, 0.95),
      unit: 'ms',
    },
    {
      name: 'edit to result, entrada to wrangler dev, p50',
      value: (ours ?? NaN) / (theirs ?? NaN),
      unit: 'ratio',
      bar: { kind: 'at most', value: 1 },
    },
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
