import path from 'node:path';
import { createInterface } from 'node:readline';

import type { Fault } from '../../config/config.ts';
import { keepBundler } from '../../extensions/bundler/bundler.ts';
import { print, sayFaults } from '../say.ts';
import { untilStopped } from '../stop.ts';
import { openBench } from './dev-bench.ts';
import { withLine } from './fault-line.ts';
import { styled } from './tell.ts';
import { toFault } from './to-fault.ts';
import { Changes } from './watch.ts';

/** What the command line says of the loop. */
export interface DevOptions {
  readonly event?: readonly string[];
  readonly live?: boolean;
  readonly as: string;
  /** Port of the debugger. */
  readonly inspect?: number;
}

/** One turn of the loop: builds the extension and runs it; answers what keeps it from being run. */
export interface DevBench extends AsyncDisposable {
  /** @throws {EntradaError} When it does not load. */
  turn(): Promise<readonly Fault[]>;
}

/** Builds and runs an extension again at each change, until a person stops it. */
export async function runDev(dir: string, options: DevOptions): Promise<void> {
  const folder = path.resolve(dir);
  const stopped = untilStopped();
  const ending = new AbortController();
  using held = new DisposableStack();
  held.use(keepBundler());
  await using bench = await openBench(folder, options);
  const changes = new Changes(folder, ending.signal);
  held.defer(() => ending.abort()); // when nobody waits for a change any more
  const keys = listenForEnter(changes);
  await turns(bench, changes, stopped);
  keys?.close();
}

/** Whoever ends it does not wait for a turn that a debugger holds. */
async function turns(bench: DevBench, changes: Changes, stopped: Promise<unknown>): Promise<void> {
  const ended = stopped.then(() => null);
  let changed: readonly string[] | null = [];
  while (changed !== null) {
    const next: Promise<readonly string[]> = turn(bench, changed).then(() => changes.next());
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other is what a loop is
    changed = await Promise.race([next, ended]);
  }
}

async function turn(bench: DevBench, changed: readonly string[]): Promise<void> {
  const before = performance.now();
  if (changed.length > 0) print(styled('dim', `\n${changed.join(', ')} changed`));
  const faults = await faultsOf(bench);
  sayFaults(faults.map((fault) => withLine(fault)));
  print(styled('dim', `done after ${Math.round(performance.now() - before)} ms; watching`));
}

/** What does not load is said and mended, not the end of the loop. */
async function faultsOf(bench: DevBench): Promise<readonly Fault[]> {
  try {
    return await bench.turn();
  } catch (error) {
    return [toFault(error)];
  }
}

/** At a terminal, Enter runs it again. */
function listenForEnter(changes: Changes): ReturnType<typeof createInterface> | undefined {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin });
  terminal.on('line', () => changes.again());
  return terminal;
}
