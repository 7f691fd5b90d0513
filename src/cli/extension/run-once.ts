import path from 'node:path';

import {
  type Fixture,
  type FixtureHook,
  NOTHING_GIVEN,
  readFixture,
} from '../../extensions/replay/fixture.ts';
import type { FixtureRun } from '../../extensions/replay/run-fixture.ts';
import { buildFor, type FixtureReport, Workbench } from '../../testing/workbench.ts';
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
  const { fixture, report } = await fixtureOf(hook, event);
  const built = await buildFor(folder, fixture, report);
  if (!built.ok) return sayFaults(built.faults);
  await using bench = await Workbench.start();
  if (!json) print(styled('bold', `${built.extension.name} ${hook}`));
  const run = await bench.replay(built.extension, fixture, json ? undefined : tellLive);
  if (json) printJson(asJson(run));
  else tellRun(folder, run);
  if (!isGood(run, fixture.expect !== undefined)) throw new Exit(EXIT.failed);
}

/** A fixture, and where it stands; undefined: in no file. */
export interface GivenFixture {
  readonly fixture: Fixture;
  readonly report: FixtureReport | undefined;
}

/** The fixture of a file, for the hook that the command line names; without a file, somebody who is made up. */
export async function fixtureOf(hook: string, file: string | undefined): Promise<GivenFixture> {
  const found = HOOKS.find((one) => one === hook);
  const which: Pick<Fixture, 'hook' | 'name'> = found
    ? { hook: found }
    : { hook: 'event', name: hook };
  if (file === undefined) return { fixture: { ...NOTHING_GIVEN, ...which }, report: undefined };
  const read = await readFixture(file);
  if (!read.ok) {
    sayFaults(read.faults);
    throw new Exit(EXIT.usage);
  }
  const { name: _, ...fixture } = read.fixture;
  return { fixture: { ...fixture, ...which }, report: read.report };
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
