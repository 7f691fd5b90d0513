import path from 'node:path';

import type { Fixture, FixtureHook } from '../../extensions/replay/fixture.ts';
import { readFixture } from '../../extensions/replay/fixture.ts';
import type { FixtureRun } from '../../extensions/replay/run-fixture.ts';
import { buildFor, Workbench } from '../../testing/workbench.ts';
import { EXIT, Exit } from '../exit.ts';
import { print, printJson, sayFaults } from '../say.ts';
import { isGood, styled, tellLive, tellRun } from './tell.ts';

/** What the command line says of a run. */
export interface RunOptions {
  readonly event?: string;
  readonly dir: string;
  readonly json?: boolean;
}

const HOOKS: readonly FixtureHook[] = ['authenticate', 'decide', 'enrich', 'schedule'];

/** Runs a hook once and prints what came of it. */
export async function runOnce(
  hook: string,
  { event, dir, json = false }: RunOptions,
): Promise<void> {
  const folder = path.resolve(dir);
  const fixture = await fixtureOf(hook, event);
  const built = await buildFor(folder, fixture);
  if (!built.ok) return sayFaults(built.faults);
  await using bench = await Workbench.start();
  if (!json) print(styled('bold', `${built.extension.name} ${hook}`));
  const run = await bench.replay(built.extension, fixture, json ? undefined : tellLive);
  if (json) printJson(asJson(run));
  else tellRun(folder, run);
  if (!isGood(run, fixture.expect !== undefined)) throw new Exit(EXIT.failed);
}

/** The fixture of a file, for the hook that the command line names; without a file, somebody who is made up. */
export async function fixtureOf(hook: string, file: string | undefined): Promise<Fixture> {
  const found = HOOKS.find((one) => one === hook);
  const which: Pick<Fixture, 'hook' | 'name'> = found
    ? { hook: found }
    : { hook: 'event', name: hook };
  if (file === undefined) return { event: {}, config: {}, secrets: {}, kv: {}, http: {}, ...which };
  const read = await readFixture(file);
  if (!read.ok) {
    sayFaults(read.faults);
    throw new Exit(EXIT.usage);
  }
  const { name: _, ...fixture } = read.fixture;
  return { ...fixture, ...which };
}

function asJson({
  outcome,
  failure,
  requests,
  differences,
  usage,
  durationMs,
}: FixtureRun): object {
  return { ...outcome, ...(failure ? { failure } : {}), requests, differences, usage, durationMs };
}
