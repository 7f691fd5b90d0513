import { readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Config, ExtensionConfig } from '../../config/config.ts';
import { loadConfig } from '../../config/load.ts';
import { sameOwner } from '../../config/same-owner.ts';
import { writeIntegrity } from '../../config/write-integrity.ts';
import { type BuiltVersion, buildFolder } from '../../extensions/load.ts';
import { readManifest } from '../../extensions/manifest.ts';
import { archiveFolder, VersionArchive } from '../../extensions/versions/archive.ts';
import { EXIT, Exit } from '../exit.ts';
import { mark, say, soundOf } from '../say.ts';
import { orUnwritable } from '../unwritable.ts';

/** An entry of `extensions`, with what its extension is called. */
export interface ConfiguredEntry {
  /** Path of `entrada.yaml`. */
  readonly file: string;
  readonly config: Config;
  readonly extension: ExtensionConfig;
  /** Which entry. */
  readonly index: number;
  readonly name: string;
}

/** The configuration, whose extensions may be without approval. Ends the command when it is wrong. */
function configOf(file: string): Config {
  return soundOf(loadConfig(file, { environment: process.env, allowUnapproved: true })).config;
}

/** Every entry of a configuration. */
export async function allEntries(file: string): Promise<readonly ConfiguredEntry[]> {
  const config = configOf(file);
  return Promise.all(
    config.extensions.map(async (extension, index) => {
      const name = await nameOf(extension, config);
      return { file, config, extension, index, name };
    }),
  );
}

/** The entry that somebody means: by the extension's name, or by its folder. */
export async function entryNamed(file: string, name: string): Promise<ConfiguredEntry> {
  const entries = await allEntries(file);
  const folder = path.resolve(name);
  const found =
    entries.find((entry) => entry.name === name) ??
    entries.find(({ extension, config }) =>
      [folder, path.resolve(config.directory, name)].includes(extension.source),
    );
  if (found) return found;
  say(`${mark('error')} ${file} has no extension ${name}`);
  say(`  It has: ${entries.map((entry) => entry.name).join(', ') || 'none'}.`);
  throw new Exit(EXIT.usage);
}

/** A manifest that cannot be read has a name all the same: that of what was approved, or that of the folder. */
async function nameOf({ source, integrity }: ExtensionConfig, config: Config): Promise<string> {
  const read = await readManifest(source);
  if (read.ok) return read.manifest.name;
  const kept =
    integrity === null ? undefined : new VersionArchive(archiveFolder(config)).find(integrity);
  return kept?.name ?? path.basename(source);
}

/** What is in the folder of an entry, built. Ends the command when it does not build. */
export async function buildEntry({ extension }: ConfiguredEntry): Promise<BuiltVersion> {
  return soundOf(await buildFolder(extension.source), EXIT.failed).version;
}

function replaceFile(file: string, text: string): void {
  const next = `${file}.new`;
  writeFileSync(next, text, { mode: statSync(file).mode & 0o777 });
  sameOwner(next, file);
  renameSync(next, file);
}

/** Writes the hash of what may run into the configuration: whole or not at all, with the mode that the file has. */
export function writeApproval({ file, index }: ConfiguredEntry, integrity: string): void {
  const real = realpathSync(file); // a link stays a link
  const text = readFileSync(real, 'utf8');
  const changed = writeIntegrity(text, index, integrity);
  if (changed === text) return;
  const todo = `Do it as the user that the file and its folder belong to, or write there: integrity: ${integrity}`;
  orUnwritable(file, todo, () => replaceFile(real, changed));
}
