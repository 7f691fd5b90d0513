/** The groups of a person who is in 200, over pages of 20, beside a bare loop over the same pages: CPU of everything but the server. */
import { createServerCertificate, createCertificateAuthority } from '../src/emulator/index.ts';
import { Secret } from '../src/config/secret.ts';
import { createBudget } from '../src/entra/budget.ts';
import { createGraph } from '../src/entra/graph.ts';
import { readGroups } from '../src/entra/groups.ts';
import { DEFAULT_LIMITS } from '../src/entra/limits.ts';
import { Net } from '../src/net/net.ts';
import { Agent, request } from 'undici';
import { Measured } from './_support/gateway-bed.ts';
import { quantile, report } from './_support/report.ts';

const ROUNDS = 12;
const LOOKUPS = 40;
const GROUPS = 200;

const authority = await createCertificateAuthority();
const { certificate, key } = await createServerCertificate(authority, ['localhost']);
const server = new Measured('graph-pages-server.ts', certificate, key, String(GROUPS), '20');
const origin = `https://localhost:${await server.started()}`;

const ca = [authority.certificate];
const net = new Net();
const http = net.client({ proxy: { kind: 'direct' }, ca, addresses: 'any' });
const channel = { http, clock: Date.now, sleep: async () => undefined };
const limits = DEFAULT_LIMITS;
const accessToken = new Secret('a-token-of-some-length-for-the-benchmark');

async function ours(): Promise<number> {
  const budget = createBudget(Date.now, limits);
  const parts = { channel, limits, log: () => undefined, origin };
  const graph = createGraph(parts, { accessToken, correlationId: crypto.randomUUID(), budget });
  const groups = await readGroups(graph, limits, {
    groupLookup: 'transitive',
    matchGroupsBy: 'name',
  });
  return groups.length;
}

interface Page {
  readonly value: readonly { readonly displayName: string; readonly securityEnabled: boolean }[];
  readonly '@odata.nextLink'?: string;
}

const dispatcher = new Agent({ connect: { ca }, allowH2: false });

async function bare(): Promise<number> {
  const names: string[] = [];
  const headers = { authorization: `Bearer ${accessToken.reveal()}` };
  const first = `${origin}/v1.0/me/transitiveMemberOf?$select=id,displayName,securityEnabled&$top=999`;
  for (let link: string | undefined = first; link !== undefined;) {
    const { body } = await request(link, { dispatcher, headers });
    const page = (await body.json()) as Page;
    names.push(...page.value.flatMap((one) => (one.securityEnabled ? one.displayName : [])));
    link = page['@odata.nextLink'];
  }
  return names.length;
}

async function cpuOf(work: () => Promise<number>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < LOOKUPS; i++)
    if ((await work()) !== GROUPS) throw new Error('not all groups were read');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / LOOKUPS;
}

const rounds: { readonly ours: number; readonly bare: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const pair = { ours: await cpuOf(ours), bare: await cpuOf(bare) };
  if (round > 3) rounds.push(pair);
}
const middle = (of: (pair: { readonly ours: number; readonly bare: number }) => number): number =>
  quantile(rounds.map(of), 0.5);
report(
  { name: '200 groups over 10 pages, CPU', value: middle((pair) => pair.ours), unit: 'ms' },
  { name: 'bare undici over the same pages, CPU', value: middle((pair) => pair.bare), unit: 'ms' },
  { name: 'lookup / bare undici', value: middle((pair) => pair.ours / pair.bare), unit: 'ratio' },
);
process.exit(0);
