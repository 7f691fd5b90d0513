import path from 'node:path';

import type { Fault } from '../../config/config.ts';
import type { BundledPackage } from '../../extensions/bundled.ts';
import { buildFolder, type BuiltVersion } from '../../extensions/load.ts';
import { readManifest } from '../../extensions/manifest.ts';
import { fixturesOf, type NamedFixture } from '../../extensions/replay/fixtures-of.ts';
import { EXIT, Exit } from '../exit.ts';
import { mark, print, printJson, say, sayFaults } from '../say.ts';
import { checkTypes } from './check-types.ts';
import { type DryRun, dryRun } from './dry-run.ts';
import { withLine } from './fault-line.ts';
import { toFault } from './to-fault.ts';
import { toGrant } from './to-grant.ts';

/** What the command line says of a check. */
export interface CheckExtensionOptions {
  readonly json?: boolean;
}

/** What is known of an extension. */
interface Checked {
  readonly faults: readonly Fault[];
  /** Null when it does not build. */
  readonly extension: BuiltVersion | null;
  readonly runs: readonly DryRun[];
}

/** Checks an extension and prints all that it finds. Ends with 1 when any of it is an error. */
export async function checkExtension(
  dir: string,
  { json = false }: CheckExtensionOptions,
): Promise<void> {
  const folder = path.resolve(dir);
  const { faults, extension, runs } = await checkAll(folder);
  const ok = faults.every(({ severity }) => severity === 'warning');
  if (json) printJson({ ok, faults, extension: extension && summaryOf(extension), runs });
  else tell(faults, extension, runs);
  if (!ok) throw new Exit(EXIT.failed);
}

async function checkAll(folder: string): Promise<Checked> {
  const read = await readManifest(folder);
  if (!read.ok) return { faults: read.faults, extension: null, runs: [] };
  const [types, { fixtures, faults: unread }] = await Promise.all([
    typesOf(folder, read.manifest.entry),
    fixturesOf(folder),
  ]);
  const built = await buildFolder(folder);
  const run = built.ok ? await runAll(folder, fixtures) : { faults: built.faults, runs: [] };
  return {
    extension: built.ok ? built.version : null,
    faults: [...types, ...unread, ...run.faults].map((fault) => withLine(fault)),
    runs: run.runs,
  };
}

/** Without a compiler nothing is known of types, which is a fault like any other. */
async function typesOf(folder: string, entry: string): Promise<readonly Fault[]> {
  try {
    return await checkTypes(folder, entry);
  } catch (error) {
    return [toFault(error)];
  }
}

async function runAll(
  folder: string,
  fixtures: readonly NamedFixture[],
): Promise<Omit<Checked, 'extension'>> {
  try {
    return await dryRun(folder, fixtures);
  } catch (error) {
    return { faults: [toFault(error)], runs: [] };
  }
}

function summaryOf({ manifest, integrity, bundle }: BuiltVersion): object {
  return {
    name: manifest.name,
    version: manifest.version,
    integrity,
    size: bundle.code.length,
    packages: bundle.packages,
    grant: toGrant(manifest),
  };
}

function tell(
  faults: readonly Fault[],
  extension: BuiltVersion | null,
  runs: readonly DryRun[],
): void {
  sayFaults(faults);
  for (const { what, outcome, ok } of runs)
    say(`${mark(ok ? 'ok' : 'error')} ${what}: ${JSON.stringify(outcome)}`);
  if (extension) tellBuilt(extension);
}

const KIB = 1024;

function tellBuilt({ manifest, integrity, bundle: { code, packages } }: BuiltVersion): void {
  print(`${manifest.name} ${manifest.version}  ${integrity}`);
  print(
    `bundle ${(code.length / KIB).toFixed(1)} KiB${packages.length === 0 ? ', no packages' : ''}`,
  );
  for (const one of packages) print(packageLine(one));
  print(`\nTo run it, an operator writes into entrada.yaml:\n\n${toGrant(manifest)}`);
}

function packageLine({ name, version, license, size }: BundledPackage): string {
  return `  ${`${name} ${version}`.padEnd(40)} ${(license ?? 'no licence named').padEnd(16)} ${(size / KIB).toFixed(1)} KiB`;
}
