/** Checks of a live session that a reverse proxy asks for, beside a bare `node:http` server under the same load. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { requireDebian } from '../test/_support/debian.ts';
import { quantile, report } from './_support/report.ts';

const SERVER = path.join(import.meta.dirname, '_support/forward-auth-server.ts');
const SECONDS = 3;
const ROUNDS = 5;

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly cookie: string;
}

async function start(...args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, ['--conditions=entrada:source', SERVER, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => child.kill());
  for await (const line of createInterface({ input: child.stdout }))
    return { child, ...JSON.parse(line) };
  throw new Error('the server did not start');
}

/** Requests a second, and how many were not answered with 200. */
function load({ port, cookie }: Started): { rate: number; refused: boolean } {
  const headers = [
    '-H',
    'Host: files.example.com',
    ...(cookie === '' ? [] : ['-H', `Cookie: ${cookie}`]),
  ];
  const url = `http://127.0.0.1:${port}/auth/verify`;
  const output = execFileSync(requireDebian('wrk'), [
    '-t1',
    '-c50',
    `-d${SECONDS}s`,
    ...headers,
    url,
  ]).toString();
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    refused: output.includes('Non-2xx'),
  };
}

const [gateway, bare] = [await start(), await start('bare')];
const rates: { gateway: number; bare: number }[] = [];
for (let round = 0; round <= ROUNDS; round++) {
  const [ours, floor] = [load(gateway), load(bare)];
  if (ours.refused) throw new Error('a check was refused');
  if (round > 0) rates.push({ gateway: ours.rate, bare: floor.rate });
}
const ratios = rates.map((pair) => pair.gateway / pair.bare);
report(
  {
    name: 'bare node:http',
    value: quantile(
      rates.map((pair) => pair.bare),
      0.5,
    ),
    unit: 'requests/s',
  },
  {
    name: 'check of a live session',
    value: quantile(
      rates.map((pair) => pair.gateway),
      0.5,
    ),
    unit: 'requests/s',
  },
  {
    name: 'check / bare node:http',
    value: quantile(ratios, 0.5),
    unit: 'ratio',
    bar: { kind: 'at least', value: 0.6 },
  },
);
process.exit(0);
