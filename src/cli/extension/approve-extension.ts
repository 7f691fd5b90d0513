import { createInterface } from 'node:readline/promises';

import type { BuiltVersion } from '../../extensions/load.ts';
import {
  type ArchivedVersion,
  archiveFolder,
  VersionArchive,
} from '../../extensions/versions/archive.ts';
import { changesOf, type VersionChanges } from '../../extensions/versions/changes.ts';
import { systemClock } from '../../clock.ts';
import { EXIT, Exit } from '../exit.ts';
import { mark, print, printJson, say } from '../say.ts';
import { buildEntry, type ConfiguredEntry, entryNamed, writeApproval } from './configured.ts';
import { tellReload } from './reload.ts';
import { tellChanges } from './tell-changes.ts';
import { orUnwritable } from '../unwritable.ts';

/** What the command line says of an approval. */
export interface ApproveOptions {
  readonly config: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Shows what changed since the version that was approved, asks, keeps the version and writes its hash. */
export async function approveExtension(name: string, options: ApproveOptions): Promise<void> {
  const entry = await entryNamed(options.config, name);
  const version = await buildEntry(entry);
  const archive = new VersionArchive(archiveFolder(entry.config));
  const before = lastApproved(entry, archive);
  const changes = changesOf(before && comparable(before), comparableOf(version));
  if (options.json === true) printJson(summary(entry, version, before, changes));
  else show(entry, version, before, changes);
  if (options.dryRun === true || (options.json === true && options.yes !== true)) return;
  if (entry.extension.integrity !== version.integrity) await confirm(options);
  keep(entry, archive, toArchived(version));
  writeApproval(entry, version.integrity);
  say(
    `${mark('ok')} ${version.manifest.name} ${version.manifest.version} is approved: ${version.integrity}`,
  );
  await tellReload(options.config);
}

/** Only what is kept can run again after another version was approved. */
function keep(
  { config }: ConfiguredEntry,
  archive: VersionArchive,
  version: ArchivedVersion,
): void {
  const folder = archiveFolder(config);
  const next = 'Approve as the user that the folder belongs to, or as root. Nothing was approved.';
  orUnwritable(folder, next, () => archive.keep(version));
}

/** The version whose hash the configuration has; without one, whatever was approved last. */
function lastApproved(
  { name, extension: { integrity } }: ConfiguredEntry,
  archive: VersionArchive,
): ArchivedVersion | undefined {
  return integrity === null ? archive.history(name)[0] : archive.find(integrity);
}

const comparable = ({ manifest, code, map, packages }: ArchivedVersion) =>
  ({ manifest, code, map, packages }) as const;

const comparableOf = ({ text, bundle: { code, map, packages } }: BuiltVersion) =>
  ({ manifest: text, code, map, packages }) as const;

function toArchived({ manifest, text, bundle, integrity }: BuiltVersion): ArchivedVersion {
  const { name, version } = manifest;
  const { code, map, packages } = bundle;
  return {
    name,
    version,
    integrity,
    approvedAt: systemClock(),
    manifest: text,
    code,
    map,
    packages,
  };
}

function summary(
  { name, extension }: ConfiguredEntry,
  { manifest, integrity }: BuiltVersion,
  before: ArchivedVersion | undefined,
  changes: VersionChanges,
): object {
  return {
    name,
    before: before ? { version: before.version, integrity: before.integrity } : null,
    after: { version: manifest.version, integrity },
    approved: extension.integrity === integrity,
    changes,
  };
}

function show(
  { name, extension }: ConfiguredEntry,
  { manifest, integrity }: BuiltVersion,
  before: ArchivedVersion | undefined,
  changes: VersionChanges,
): void {
  const from = before ? `${before.version} ${before.integrity}` : 'nothing that is known here';
  print(`${name}: ${from}\n${' '.repeat(name.length)}→ ${manifest.version} ${integrity}`);
  if (extension.integrity === integrity) return print('This version is approved already.');
  if (!before && extension.integrity !== null) {
    print('The version that was approved is not kept on this machine: everything is shown as new.');
  }
  tellChanges(changes);
}

/** Without somebody who reads it, nothing is approved by accident. */
async function confirm({ yes = false }: ApproveOptions): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) {
    say(`${mark('error')} nobody is there to ask: read the changes, then add --yes`);
    throw new Exit(EXIT.usage);
  }
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question('Let this version run? [y/N] ');
  ask.close();
  if (/^y(?:es)?$/i.test(answer.trim())) return;
  say('Nothing was changed.');
  throw new Exit(EXIT.failed);
}
