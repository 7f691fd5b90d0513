import path from 'node:path';

import {
  type Fixture,
  type FixtureHook,
  NOTHING_GIVEN,
  readFixture,
} from '../../extensions/replay/fixture.ts';
import type { BuiltExtension } from '../../extensions/load.ts';
import {
  type FixtureListener,
  type FixtureRun,
  runFixture,
} from '../../extensions/replay/run-fixture.ts';
import { DebugBench, forDebugging, startOf } from '../../testing/debugger/debug-bench.ts';
import { openEndpoint } from '../../testing/debugger/endpoint.ts';
import { buildFor, type FixtureReport, Workbench } from '../../testing/workbench.ts';
import { EXIT, Exit } from '../exit.ts';
import { print, printJson, say, soundOf } from '../say.ts';
import { sayEndpoint } from './inspect-option.ts';
import { isGood, styled, tellLive, tellRun } from './tell.ts';

/** What the command line says of a run. */
export interface RunOptions {
  readonly event?: string;
  readonly dir: string;
  readonly json?: boolean;
  /** Port of the debugger. */
  readonly inspect?: number;
}

async function runPlain(
  extension: BuiltExtension,
  fixture: Fixture,
  listener: FixtureListener | undefined,
): Promise<FixtureRun> {
  await using bench = await Workbench.start();
  return await bench.replay(extension, fixture, listener);
}

/** Waits for a debugger before the hook runs. */
async function runDebugged(
  extension: BuiltExtension,
  fixture: Fixture,
  listener: FixtureListener | undefined,
  port: number,
): Promise<FixtureRun> {
  await using bench = new DebugBench();
  const readable = await forDebugging(extension);
  await bench.load(readable);
  await using endpoint = await openEndpoint(bench.frontend, extension.name, port);
  sayEndpoint(endpoint);
  say(
    'The hook waits for the debugger; without a breakpoint it pauses where the extension begins.',
  );
  await bench.frontend.ready;
  bench.frontend.pauseAt(startOf(readable));
  return await runFixture(readable, fixture, bench, listener);
}

const HOOKS: readonly FixtureHook[] = ['authenticate', 'decide', 'enrich', 'schedule'];

/** Runs a hook once and prints what came of it. */
export async function runOnce(
  hook: string,
  { event, dir, json = false, inspect }: RunOptions,
): Promise<void> {
  const folder = path.resolve(dir);
  const { fixture, report } = await fixtureOf(hook, event);
  const { extension } = soundOf(await buildFor(folder, fixture, report));
  if (!json) print(styled('bold', `${extension.name} ${hook}`));
  const listener = json ? undefined : tellLive;
  const run = await (inspect === undefined
    ? runPlain(extension, fixture, listener)
    : runDebugged(extension, fixture, listener, inspect));
  if (json) printJson(asJson(run));
  else tellRun(folder, run);
  if (!isGood(run, fixture.expect !== undefined)) throw new Exit(EXIT.failed);
}

/** A fixture, and where it stands; undefined: in no file. */
interface GivenFixture {
  readonly fixture: Fixture;
  readonly report: FixtureReport | undefined;
}

/** The fixture of a file, for the hook that the command line names; without a file, somebody who is made up. */
async function fixtureOf(hook: string, file: string | undefined): Promise<GivenFixture> {
  const found = HOOKS.find((one) => one === hook);
  const which: Which = found ? { hook: found } : { hook: 'event', name: hook };
  if (file === undefined) return { fixture: { ...NOTHING_GIVEN, ...which }, report: undefined };
  const read = soundOf(await readFixture(file));
  return { fixture: forHook(read.fixture, which), report: read.report };
}

type Which = Pick<Fixture, 'hook' | 'name'>;

/** What a fixture expects is said of its own hook; another one can be told the same. */
function forHook(fixture: Fixture, which: Which): Fixture {
  const isOwn = fixture.hook === which.hook && fixture.name === which.name;
  if (isOwn || (fixture.hook === 'event' && which.name === 'event')) return fixture;
  const { name: _name, expect: _expect, ...rest } = fixture;
  return { ...rest, ...which };
}

function asJson({
  outcome,
  failure,
  enqueued,
  requests,
  differences,
  usage,
  durationMs,
}: FixtureRun): object {
  const failed = failure ? { failure } : {};
  return { ...outcome, ...failed, enqueued, requests, differences, usage, durationMs };
}
