/**
 * A thousand sign-ins that were begun, wait at the tenant, and then all come back: what they take of the gateway's memory
 * while they wait, and how fast it finishes them. And how long it takes from the start of its process to the first one.
 */
import { Net } from '../src/net/net.ts';
import { follow, linksTo } from './_support/sign-ins.ts';
import { makeBed, Measured, someone } from './_support/gateway-bed.ts';
import { quantile, report } from './_support/report.ts';

const IN_FLIGHT = 1000;

/** As many connections are open at a time. */
const AT_ONCE = 50;

const bed = await makeBed();
bed.emulator.tenant().policies.autopilot = 'jane@contoso.example';
await using net = new Net();
const route = { proxy: { kind: 'direct' }, ca: [bed.emulator.ca], addresses: 'any' } as const;
const http = net.client(route);

/** Runs work for each, some at a time. */
async function each<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const cold: { readonly ready: number; readonly first: number }[] = [];
for (let start = 0; start < 3; start++) {
  const before = performance.now();
  const gateway = new Measured('sign-in-server.ts', bed.config);
  await gateway.started();
  const ready = performance.now() - before;
  const visitor = someone(http);
  const page = await follow(visitor, await linksTo(visitor, bed.origin));
  if (page.status !== 200) throw new Error(`not signed in: ${page.html}`);
  cold.push({ ready, first: performance.now() - before });
  await gateway.end();
}

const gateway = new Measured('sign-in-server.ts', bed.config);
await gateway.started();
const visitors = Array.from({ length: IN_FLIGHT }, () => someone(http));
const rss = async (): Promise<number> => Number(await gateway.ask('rss')) / 1024 / 1024;
// The first ones load what is loaded once.
const early = Array.from({ length: 100 }, () => someone(http));
await each(early, async (visitor) => {
  await follow(visitor, await linksTo(visitor, bed.origin));
});
const idle = await rss();
const links = new Map<(typeof visitors)[number], string>();
await each(visitors, async (visitor) => {
  links.set(visitor, await linksTo(visitor, bed.origin));
});
const waiting = await rss();
const before = performance.now();
await each(visitors, async (visitor) => {
  const page = await follow(visitor, links.get(visitor) ?? '');
  if (page.status !== 200) throw new Error(`not signed in: ${page.html}`);
});
const seconds = (performance.now() - before) / 1000;
const finished = await rss();
const middle = (which: 'ready' | 'first'): number =>
  quantile(
    cold.map((one) => one[which]),
    0.5,
  );
report(
  { name: 'start of the process to ready', value: middle('ready'), unit: 'ms' },
  { name: 'start of the process to the first sign-in', value: middle('first'), unit: 'ms' },
  { name: 'memory of the gateway before', value: idle, unit: 'MB' },
  {
    name: `memory that ${IN_FLIGHT} sign-ins in flight add`,
    value: Math.max(0, waiting - idle),
    unit: 'MB',
    bar: { kind: 'at most', value: 64 },
  },
  {
    name: `memory that finishing them adds`,
    value: Math.max(0, finished - idle),
    unit: 'MB',
    bar: { kind: 'at most', value: 128 },
  },
  {
    name: 'sign-ins a second, tenant and visitors included',
    value: IN_FLIGHT / seconds,
    unit: 'requests/s',
  },
);
process.exit(0);
