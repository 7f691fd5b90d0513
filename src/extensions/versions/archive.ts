import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import type { Config } from '../../config/config.ts';
import { sameOwner } from '../../config/same-owner.ts';
import { EntradaError, systemCode } from '../../errors.ts';
import type { BundledPackage } from '../bundled.ts';
import { integrityOf } from '../version.ts';

/** A version of an extension as it was approved: everything that is needed to run it, and to say what changed since. */
export interface ArchivedVersion {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly approvedAt: number;
  /** Text of `extension.yaml`. */
  readonly manifest: string;
  readonly code: string;
  /** Source map, with the sources in it. */
  readonly map: string;
  readonly packages: readonly BundledPackage[];
}

const VERSION: z.ZodType<ArchivedVersion> = z.object({
  name: z.string(),
  version: z.string(),
  integrity: z.string(),
  approvedAt: z.number(),
  manifest: z.string(),
  code: z.string(),
  map: z.string(),
  packages: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      license: z.string().nullable(),
      size: z.number(),
    }),
  ),
});

/** Where the versions that were approved with a configuration are kept. */
export function archiveFolder({ directory }: Pick<Config, 'directory'>): string {
  return path.join(directory, 'var', 'approved');
}

/**
 * Versions that were approved, one file each. A version is found by its hash and checked against it, so that nobody gains
 * anything by writing here: what does not have the approved hash is not there.
 */
export class VersionArchive {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps a version. It is whole or not there, whenever the process ends. */
  keep(version: ArchivedVersion): void {
    const made = mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) this.#own(made);
    const file = this.#fileOf(version.integrity);
    writeFileSync(`${file}.new`, JSON.stringify(version), { mode: 0o600 });
    sameOwner(`${file}.new`, this.#folder);
    renameSync(`${file}.new`, file);
  }

  /** The version with this hash; undefined when it is not kept, or is not what its hash says. */
  find(integrity: string): ArchivedVersion | undefined {
    return this.#read(this.#fileOf(integrity), integrity);
  }

  /**
   * All versions of an extension that are kept, the last approved first.
   *
   * @throws {EntradaError} `EXTENSION_UNREADABLE` when the folder cannot be read.
   */
  history(name: string): readonly ArchivedVersion[] {
    return this.#files()
      .flatMap((file) => this.#read(path.join(this.#folder, file)) ?? [])
      .filter((version) => version.name === name)
      .toSorted((one, other) => other.approvedAt - one.approvedAt);
  }

  /** The folders that were made, from the first one on, are of whoever has the folder around them. */
  #own(first: string): void {
    for (let folder = this.#folder; folder.startsWith(first); folder = path.dirname(folder)) {
      sameOwner(folder, path.dirname(first));
    }
  }

  #fileOf(integrity: string): string {
    const name = Buffer.from(integrity.slice('sha256-'.length), 'base64').toString('hex');
    return path.join(this.#folder, `${name}.json`);
  }

  #files(): readonly string[] {
    try {
      return readdirSync(this.#folder).filter((file) => file.endsWith('.json'));
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT') return [];
      throw new EntradaError('EXTENSION_UNREADABLE', `${this.#folder} cannot be read (${code})`, {
        next: 'Run this as the user that the folder belongs to, or as root.',
        cause: error,
      });
    }
  }

  #read(file: string, integrity?: string): ArchivedVersion | undefined {
    const version = parse(file);
    if (!version) return undefined;
    const { manifest, code } = version;
    const sound = integrityOf(manifest, code) === version.integrity;
    return sound && (integrity ?? version.integrity) === version.integrity ? version : undefined;
  }
}

/** A file that is no version is none: the folder is not ours alone. */
function parse(file: string): ArchivedVersion | undefined {
  try {
    return VERSION.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
