import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Failure, FailureKind, JsonObject } from '../../../sandbox/contract.ts';
import type { Fault } from '../../config/config.ts';
import { NOTHING_GIVEN } from '../../extensions/replay/fixture.ts';
import type { NamedFixture } from '../../extensions/replay/fixtures-of.ts';
import type { FixtureRun } from '../../extensions/replay/run-fixture.ts';
import type { Position } from '../../errors.ts';
import type { BuiltExtension } from '../../extensions/load.ts';
import { MANIFEST_FILE } from '../../extensions/manifest.ts';
import { buildFor, Workbench } from '../../testing/workbench.ts';

/** One hook that was run. */
export interface DryRun {
  readonly what: string;
  readonly outcome: JsonObject;
  readonly ok: boolean;
}

/** What dry runs found. */
export interface DryRuns {
  readonly extension: BuiltExtension | null;
  readonly faults: readonly Fault[];
  readonly runs: readonly DryRun[];
}

/**
 * Runs every fixture, and every hook that has none for somebody who is made up.
 *
 * @throws {EntradaError} `EXTENSION_UNLOADABLE`
 */
export async function dryRun(folder: string, fixtures: readonly NamedFixture[]): Promise<DryRuns> {
  const first = fixtures[0];
  const built = await buildFor(folder, first?.fixture, first?.report);
  if (!built.ok)
    return { extension: null, faults: needFixture(folder, built.faults, fixtures), runs: [] };
  const { extension } = built;
  await using bench = await Workbench.start();
  const hooks = await bench.hooksOf(extension);
  const all = [...fixtures, ...sampleFixtures(hooks, fixtures)];
  const runs: (readonly [DryRun | null, readonly Fault[]])[] = [];
  for (const one of all) {
    // oxlint-disable-next-line no-await-in-loop -- one runner, one after the other
    runs.push(await runOne(folder, one, bench));
  }
  return {
    extension,
    faults: once([...nothingRuns(hooks, folder), ...runs.flatMap(([, faults]) => faults)]),
    runs: runs.flatMap(([run]) => run ?? []),
  };
}

/** What is wrong with an extension is wrong in each of its fixtures: it is told once. */
export function once(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

type Sample = Omit<NamedFixture, 'report' | 'file'> & {
  readonly file: null;
  readonly report: undefined;
};

/** For hooks that somebody waits for: what they do without answers is known, to fail and so to deny. */
function sampleFixtures(
  hooks: ReadonlySet<string>,
  fixtures: readonly NamedFixture[],
): readonly Sample[] {
  const config = fixtures[0]?.fixture.config ?? {};
  return (['decide', 'enrich'] as const)
    .filter((hook) => hooks.has(hook) && !fixtures.some(({ fixture }) => fixture.hook === hook))
    .map((hook) => ({
      file: null,
      fixture: { ...NOTHING_GIVEN, config, hook },
      report: undefined,
    }));
}

/** Runs a fixture; null when there is nothing that could be run. */
export async function runOne(
  folder: string,
  one: NamedFixture | Sample,
  bench: Workbench,
): Promise<readonly [DryRun | null, readonly Fault[]]> {
  const { file, fixture, report } = one;
  const built = await buildFor(folder, fixture, report);
  if (!built.ok) return [null, built.faults];
  const run = await bench.replay(built.extension, fixture);
  const faults = file === null ? ofSample(folder, run) : ofFixture(folder, one, run);
  const { hook, name } = fixture;
  const what = `${name ?? hook} ${file ?? 'for somebody who is made up'}`;
  const ran = { what, outcome: run.outcome, ok: faults.length === 0 };
  return [ran, [...faults, ...notAsked(folder, run)]];
}

/** What the broker says of a request that the manifest does not ask for: here, everything that it asks for is granted. */
const NOT_ASKED: ReadonlySet<string | null> = new Set(['ORIGIN_NOT_GRANTED', 'PATH_NOT_GRANTED']);

function notAsked(folder: string, { requests }: FixtureRun): readonly Fault[] {
  return requests
    .filter(({ code }) => NOT_ASKED.has(code))
    .map(({ method, url }) => ({
      severity: 'warning',
      code: 'EXTENSION_NOT_REQUESTED',
      message: `${method} ${url} is asked for by the code, and not by the manifest: it is refused wherever it runs.`,
      next: 'List it under requests.',
      path: '',
      position: placeIn(folder, 'requests:'),
    }));
}

/** Where a key of the manifest stands; the manifest's beginning where there is none. */
function placeIn(folder: string, key: string): Position {
  const file = path.join(folder, MANIFEST_FILE);
  const lines = readFileSync(file, 'utf8').split('\n');
  return {
    file,
    line:
      Math.max(
        lines.findIndex((text) => text.startsWith(key)),
        0,
      ) + 1,
    column: 1,
  };
}

function ofFixture(
  folder: string,
  { file, fixture, report }: NamedFixture,
  run: FixtureRun,
): readonly Fault[] {
  const differences = run.differences.map((difference) => ({
    code: 'EXTENSION_FIXTURE_DIFFERS' as const,
    path: fixture.expect === undefined ? ['hook'] : ['expect'],
    says: () => difference,
  }));
  const failed =
    run.failure !== null && fixture.expect === undefined
      ? [failureFault(folder, run.failure, file)]
      : [];
  return [...report(differences), ...failed];
}

/** A hook that waits for an answer has none in a dry run; what breaks its contract does so with any. */
const CERTAIN: ReadonlySet<FailureKind> = new Set([
  'invalid_result',
  'cpu',
  'memory',
  'limit',
  'timeout',
]);

function ofSample(folder: string, { failure }: FixtureRun): readonly Fault[] {
  if (failure === null || !CERTAIN.has(failure.kind)) return [];
  return [failureFault(folder, failure, 'somebody who is made up')];
}

function failureFault(
  folder: string,
  { kind, code, message, frames: [frame] }: Failure,
  who: string,
): Fault {
  return {
    severity: 'error',
    code: 'EXTENSION_RUN_FAILED',
    message: `${kind} ${code}: ${message} (${who})`,
    next: 'Mend the hook, or say in expect that it fails so.',
    path: '',
    ...(frame ? { position: { ...frame, file: path.join(folder, frame.file) } } : {}),
  };
}

function nothingRuns(hooks: ReadonlySet<string>, folder: string): readonly Fault[] {
  if (hooks.size > 0) return [];
  return [
    {
      severity: 'error',
      code: 'EXTENSION_UNUSED',
      message: `${folder} has no hook: nothing of it would ever run.`,
      next: 'Give its default export a hook: decide, enrich, events, schedule or authenticate.',
      path: '',
    },
  ];
}

/** A config that is needed and given by no fixture is not the author's fault, but nothing can be run without it. */
function needFixture(
  folder: string,
  faults: readonly Fault[],
  fixtures: readonly NamedFixture[],
): readonly Fault[] {
  const others = faults.filter(({ code }) => code !== 'EXTENSION_CONFIG_INVALID');
  if (fixtures.length > 0 || others.length === faults.length) return faults;
  const noConfig: Fault = {
    severity: 'warning',
    code: 'EXTENSION_CONFIG_INVALID',
    message: 'It needs a config, and there is no fixture that gives one: no hook was run.',
    next: 'Write fixtures/NAME.yaml with hook and config.',
    path: '',
    position: placeIn(folder, 'config:'),
  };
  return [...others, noConfig];
}
