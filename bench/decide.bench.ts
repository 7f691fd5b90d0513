/** How long a `decide` takes in a pristine isolate, through the runner, and how many a second there are at the most. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { ExtensionHost } from '../src/extensions/host.ts';
import {
  buildAll,
  decide,
  FETCHING,
  startBenchHost,
  subjectWith,
  TRIVIAL,
} from './_support/extension-host.ts';
import { quantile, report } from './_support/report.ts';

/** Time between two calls: as a busy gateway has them. Unit: milliseconds. */
const PACE_MS = 8;

const subject = subjectWith();

async function timed(host: ExtensionHost): Promise<number> {
  const before = performance.now();
  await decide(host, subject);
  return performance.now() - before;
}

async function paced(host: ExtensionHost, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    times.push(await timed(host));
    await sleep(PACE_MS);
  }
  return times;
}

async function saturated(host: ExtensionHost, ms: number, concurrency: number): Promise<number> {
  const end = performance.now() + ms;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      await timed(host);
      done++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (done / ms) * 1000;
}

for (const [name, code] of Object.entries({ trivial: TRIVIAL, fetching: FETCHING })) {
  const before = performance.now();
  const host = await startBenchHost(await buildAll({ bench: code }));
  const started = performance.now() - before;
  const cold = await timed(host);
  await paced(host, 50);
  const times = await paced(host, 400);
  report(
    { name: `${name}: runner and extension ready`, value: started, unit: 'ms' },
    { name: `${name}: first call`, value: cold, unit: 'ms' },
    { name: `${name}: one each ${PACE_MS} ms, p50`, value: quantile(times, 0.5), unit: 'ms' },
    { name: `${name}: one each ${PACE_MS} ms, p95`, value: quantile(times, 0.95), unit: 'ms' },
    { name: `${name}: one each ${PACE_MS} ms, p99`, value: quantile(times, 0.99), unit: 'ms' },
    {
      name: `${name}: saturated, one runner`,
      value: await saturated(host, 3_000, 16),
      unit: 'invocations/s',
    },
  );
  await host[Symbol.asyncDispose]();
}
process.exit(0);
