/**
 * A decision in a pristine isolate, through the runner, beside other ways of running code of somebody else: all at the same
 * pace, in one run.
 */
import { type Contender, pacedBeside } from './_support/beside.ts';
import { startPeers } from './_support/decide-peers.ts';
import {
  buildAll,
  decide,
  startBenchHost,
  subjectWith,
  TRIVIAL,
} from './_support/extension-host.ts';
import { type Figure, quantile, report } from './_support/report.ts';

const PACE = { ms: 8, blocks: 8, calls: 30 } as const;

const OURS = 'entrada, pristine isolate';

async function ours(): Promise<Contender> {
  const host = await startBenchHost(await buildAll({ trivial: TRIVIAL }));
  const subject = subjectWith();
  return {
    name: OURS,
    call: () => decide(host, subject),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

function figures(name: string, times: readonly number[]): readonly Figure[] {
  const shares = { p50: 0.5, p95: 0.95, p99: 0.99 };
  return Object.entries(shares).map(([label, share]) => ({
    name: `${name}, ${label}`,
    value: quantile(times, share),
    unit: 'ms',
  }));
}

const contenders = [await ours(), ...(await startPeers())];
const times = await pacedBeside(contenders, PACE);
for (const [name, list] of times) report(...figures(name, list));

const p50 = (name: string): number => quantile(times.get(name)!, 0.5);

/** The way to another process and back, and into an isolate that is warm: what is left when all else costs nothing. */
const floor = p50('an echo of another process') + p50('isolated-vm alone, warm isolate');
report(
  {
    name: 'floor ÷ workerd by HTTP, warm',
    value: floor / p50('workerd by HTTP, warm'),
    unit: 'ratio',
  },
  {
    name: 'floor ÷ QuickJS, fresh context',
    value: floor / p50('QuickJS, fresh context'),
    unit: 'ratio',
  },
  {
    name: 'p50 ÷ workerd by HTTP, warm',
    value: p50(OURS) / p50('workerd by HTTP, warm'),
    unit: 'ratio',
    bar: { kind: 'at most', value: 0.4 },
  },
  {
    name: 'p50 ÷ workerd through miniflare, warm',
    value: p50(OURS) / p50('workerd through miniflare, warm'),
    unit: 'ratio',
    bar: { kind: 'at most', value: 0.4 },
  },
  {
    name: 'p50 ÷ QuickJS, fresh context',
    value: p50(OURS) / p50('QuickJS, fresh context'),
    unit: 'ratio',
    bar: { kind: 'at most', value: 1 },
  },
);
for (const contender of contenders) await contender[Symbol.asyncDispose]();
process.exit(0);
