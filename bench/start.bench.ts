/** How long `serve` takes to be ready with ten extensions, as it is installed, and what memory it takes when it is. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../src/cli/free-port.ts';
import { quantile, report } from './_support/report.ts';

const ROOT = path.join(import.meta.dirname, '..');
const MAIN = path.join(ROOT, 'dist/src/cli/main.js');
const FEW = 10;
const MANY = 110;
const ROUNDS = 5;

/** Long enough for a process at rest to give back what its start took. Unit: milliseconds. */
const REST_MS = 10_000;

const folder = mkdtempSync(path.join(tmpdir(), 'entrada-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
execFileSync(process.execPath, [path.join(ROOT, 'scripts/build.ts')], { cwd: ROOT });
execFileSync(process.execPath, [MAIN, 'init', folder], { stdio: 'ignore' });
const [before = ''] = readFileSync(path.join(folder, 'entrada.yaml'), 'utf8').split(
  '\nextensions:',
);

/** Distinct extensions, of which none is another's copy: each says its own name. */
function addExtensions(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `bench-${index}`);
  for (const name of names) {
    const copy = path.join(folder, 'extensions', name);
    cpSync(path.join(folder, 'extensions/example'), copy, { recursive: true });
    const manifest = path.join(copy, 'extension.yaml');
    const yaml = readFileSync(manifest, 'utf8').replace(/^name: .*$/m, `name: ${name}`);
    writeFileSync(manifest, yaml);
  }
  return names.map((name) => `  - { source: ./extensions/${name}, mode: shadow }`).join('\n');
}

interface Served {
  readonly child: ChildProcess;
  readonly ms: number;
}

async function serve(extensions: number): Promise<Served> {
  const yaml = `${before}\nextensions:\n${addExtensions(extensions)}\n`
    .replace('0.0.0.0:8443', `127.0.0.1:${await freePort()}`)
    .replace('127.0.0.1:9090', `127.0.0.1:${await freePort()}`);
  writeFileSync(path.join(folder, 'entrada.yaml'), yaml);
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"ready"')) return { child, ms: performance.now() - began };
  }
  throw new Error('it did not start');
}

async function end({ child }: Served): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill();
  await ended;
}

/** Unit: MB. */
function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024) / 1e6;
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
}

async function memoryAtRest(extensions: number): Promise<{ gateway: number; runner: number }> {
  const served = await serve(extensions);
  await sleep(REST_MS);
  const pid = served.child.pid ?? 0;
  const runners = childrenOf(pid).map(memoryOf);
  const gateway = memoryOf(pid);
  await end(served);
  return { gateway, runner: Math.max(...runners) };
}

await end(await serve(FEW)); // what is built is built now
const times: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const served = await serve(FEW);
  times.push(served.ms);
  await end(served);
}
const [few, many] = [await memoryAtRest(FEW), await memoryAtRest(MANY)];
report(
  {
    name: `serve with ${FEW} extensions, ready`,
    value: quantile(times, 0.5),
    unit: 'ms',
    bar: { kind: 'at most', value: 1_000 },
  },
  {
    name: `gateway at rest, ${FEW} extensions`,
    value: few.gateway,
    unit: 'MB',
    bar: { kind: 'at most', value: 150 },
  },
  {
    name: 'gateway, each further extension',
    value: (many.gateway - few.gateway) / (MANY - FEW),
    unit: 'MB',
    bar: { kind: 'at most', value: 2 },
  },
  {
    name: `runner at rest, ${FEW} extensions`,
    value: few.runner,
    unit: 'MB',
    bar: { kind: 'at most', value: 120 },
  },
  {
    name: 'runner, each further extension',
    value: (many.runner - few.runner) / (MANY - FEW),
    unit: 'MB',
  },
);
