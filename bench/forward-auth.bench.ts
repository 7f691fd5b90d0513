/**
 * Checks of a live session that a reverse proxy asks for, beside a bare `node:http` server and Apache with mod_auth_openidc
 * under the same load.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { requireDebian } from '../test/_support/debian.ts';
import { PROTECTED, startApache } from './_support/apache.ts';
import { type Figure, quantile, report } from './_support/report.ts';

const SERVER = path.join(import.meta.dirname, '_support/forward-auth-server.ts');
const SECONDS = 3;
const ROUNDS = 5;

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly cookie: string;
}

interface Load {
  readonly rate: number;
  readonly refused: boolean;
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
function load({ port, cookie }: Started, host = 'files.example.com'): Load {
  const headers = ['-H', `Host: ${host}`, ...(cookie === '' ? [] : ['-H', `Cookie: ${cookie}`])];
  const url = `http://127.0.0.1:${port}${PROTECTED}`;
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

const [gateway, bare, apache] = [await start(), await start('bare'), await startApache()];
if (!apache) {
  process.stderr.write(
    '  No figure of Apache: install Debian’s packages apache2 and libapache2-mod-auth-openidc\n',
  );
}
const rates: { gateway: number; bare: number; apache: number }[] = [];
for (let round = 0; round <= ROUNDS; round++) {
  const [ours, floor] = [load(gateway), load(bare)];
  const theirs = apache ? load(apache, 'localhost') : { rate: Number.NaN, refused: false };
  if (ours.refused || theirs.refused) throw new Error('a check was refused');
  if (round > 0) rates.push({ gateway: ours.rate, bare: floor.rate, apache: theirs.rate });
}

type Round = (typeof rates)[number];

const median = (of: (round: Round) => number): number => quantile(rates.map(of), 0.5);

const besideApache: readonly Figure[] = [
  {
    name: 'Apache with mod_auth_openidc',
    value: median((round) => round.apache),
    unit: 'requests/s',
  },
  {
    name: 'check / Apache with mod_auth_openidc',
    value: median((round) => round.gateway / round.apache),
    unit: 'ratio',
    bar: { kind: 'at least', value: 2 },
  },
];
report(
  { name: 'bare node:http', value: median(({ bare: rate }) => rate), unit: 'requests/s' },
  { name: 'check of a live session', value: median((round) => round.gateway), unit: 'requests/s' },
  {
    name: 'check / bare node:http',
    value: median((round) => round.gateway / round.bare),
    unit: 'ratio',
    bar: { kind: 'at least', value: 0.6 },
  },
  ...(apache ? besideApache : []),
);
process.exit(0);
