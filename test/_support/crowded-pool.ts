/** A program in which no more files can be opened while a runner is lost and an extension loaded; prints what came of it. */
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { DEFAULT_LIMITS } from '../../src/extensions/limits.ts';
import { RunnerPool } from '../../src/extensions/pool.ts';
import { childrenOf, ended } from './child-processes.ts';

/** Opens as many files as there may be; answers what closes them. */
function crowd(): () => void {
  const files: number[] = [];
  try {
    for (;;) files.push(openSync('/dev/null', 'r'));
  } catch {
    return () => files.forEach((file) => closeSync(file));
  }
}

async function until(holds: () => boolean): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- until it holds
  while (!holds()) await sleep(20);
}

const events: string[] = [];
const report = (event: string, detail: string): void => void events.push(`${event} ${detail}`);
const entry = path.join(import.meta.dirname, 'lying-runner.ts');

await using pool = new RunnerPool({ platform: '', runners: 1, entry, report });
await pool.start();
const others = childrenOf(process.pid).filter((pid) => !pool.pids.includes(pid));
for (const pid of others) process.kill(pid, 'SIGKILL'); // one makes code caches, and has to be started again
await ended(others);
const leave = crowd();
await pool.load({ type: 'load', extension: 'late', source: '', memoryMb: 128 });
for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
await until(() => events.length > 1);
leave();
await until(() => pool.ready);
const say = { type: 'done', id: 'ID', outcome: { ok: true, result: '1' } };
const steps = [{ say: { ...say, usage: { wallMs: 1, cpuMs: 1, heapBytes: 0 } } }];
const { outcome } = await pool.run({
  extension: 'late',
  call: JSON.stringify({ event: null, config: { steps }, deadline: 0 }),
  source: null,
  limits: { ...DEFAULT_LIMITS, wallMs: 20_000 },
  measure: false,
  answer: () => Promise.resolve(''),
  log: () => undefined,
  repeatable: () => true,
});
process.stdout.write(JSON.stringify({ events, outcome }));
