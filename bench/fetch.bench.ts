/** What one `fetch` adds to an invocation, beside the same request of the gateway itself with undici. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Agent, request } from 'undici';

import { Net } from '../src/net/net.ts';
import { type Contender, pacedBeside } from './_support/beside.ts';
import {
  buildAll,
  decide,
  FETCHING,
  GRAPH,
  startBenchHost,
  subjectWith,
  TRIVIAL,
} from './_support/extension-host.ts';
import { quantile, report } from './_support/report.ts';

/** At this pace the extension stays below the rate that a service is called with. */
const PACE = { ms: 12, blocks: 10, calls: 30 } as const;

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"department":"Finance"}');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const net = new Net();
const http = net.client(
  { proxy: { kind: 'direct' }, ca: [], addresses: 'public' },
  { [GRAPH]: origin },
);

async function ours(name: string, code: string): Promise<Contender> {
  const host = await startBenchHost(await buildAll({ [name]: code }));
  const subject = subjectWith(http);
  return {
    name,
    call: () => decide(host, subject),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

function undici(): Contender {
  const agent = new Agent();
  return {
    name: 'undici',
    async call() {
      const { body } = await request(`${origin}/v1.0/me`, { dispatcher: agent });
      await body.json();
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

function client(): Contender {
  return {
    name: 'client',
    async call() {
      await http({ method: 'GET', url: `${GRAPH}/v1.0/me`, maxBytes: 100_000, timeoutMs: 5_000 });
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const contenders = [
  await ours('trivial', TRIVIAL),
  await ours('fetching', FETCHING),
  undici(),
  client(),
];
const times = await pacedBeside(contenders, PACE);

const at = (name: string, share: number): number => quantile(times.get(name)!, share);
const added = (share: number): number => at('fetching', share) - at('trivial', share);
for (const [label, share] of Object.entries({ p50: 0.5, p95: 0.95, p99: 0.99 })) {
  report(
    { name: `a decision without fetch, ${label}`, value: at('trivial', share), unit: 'ms' },
    { name: `a decision with one fetch, ${label}`, value: at('fetching', share), unit: 'ms' },
    { name: `undici from the gateway itself, ${label}`, value: at('undici', share), unit: 'ms' },
    { name: `the gateway’s own client, ${label}`, value: at('client', share), unit: 'ms' },
  );
}
report({
  name: 'one fetch adds ÷ undici from the gateway, p50',
  value: added(0.5) / at('undici', 0.5),
  unit: 'ratio',
  bar: { kind: 'at most', value: 1.5 },
});
for (const contender of contenders) await contender[Symbol.asyncDispose]();
process.exit(0);
