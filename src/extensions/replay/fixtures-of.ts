import { existsSync, globSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

import type { Fault } from '../../config/config.ts';
import type { Finding } from '../../config/document/finding.ts';
import { readManifest } from '../manifest.ts';
import { type Fixture, type ReadFixture, readFixture } from './fixture.ts';

/** A fixture of an extension. */
export interface NamedFixture {
  /** Path below the folder. */
  readonly file: string;
  readonly fixture: Fixture;
  readonly report: Extract<ReadFixture, { readonly ok: true }>['report'];
}

/** Fixtures, and what is wrong with those that cannot be had. */
export interface Fixtures {
  readonly fixtures: readonly NamedFixture[];
  readonly faults: readonly Fault[];
}

/** Where fixtures are when a manifest names none. */
const DEFAULT = 'fixtures/*.{yaml,yml,json}';

/**
 * The fixtures of an extension: those that its manifest declares, each of which there has to be, or the files of `fixtures/`.
 * What is wrong with the manifest itself is not told here.
 */
export async function fixturesOf(folder: string): Promise<Fixtures> {
  const read = await readManifest(folder);
  const declared = read.ok ? read.manifest.fixtures : null;
  if (!read.ok || declared === null) return readAll(filesOf(folder, DEFAULT), folder);
  const found = declared.map((pattern) => filesOf(folder, pattern));
  const { fixtures, faults } = await readAll([...new Set(found.flat())], folder);
  return { fixtures, faults: [...read.report(found.flatMap(missing)), ...faults] };
}

/** Reads fixtures by their paths below a folder. */
export async function readAll(files: readonly string[], folder: string): Promise<Fixtures> {
  const read = await Promise.all(
    files.map(async (file) => ({ file, read: await readFixture(path.resolve(folder, file)) })),
  );
  return {
    fixtures: read.flatMap((one) => (one.read.ok ? [{ file: one.file, ...one.read }] : [])),
    faults: read.flatMap((one) => (one.read.ok ? [] : one.read.faults)),
  };
}

/** Files of the folder itself: a link that leads out of it is none of them. */
function filesOf(folder: string, pattern: string): readonly string[] {
  return globSync(pattern, { cwd: folder })
    .filter((file) => isInside(folder, path.join(folder, file)))
    .toSorted();
}

function isInside(folder: string, file: string): boolean {
  if (!existsSync(file)) return false; // a link to nothing
  const real = realpathSync(file);
  return real.startsWith(realpathSync(folder) + path.sep) && statSync(real).isFile();
}

function missing(files: readonly string[], index: number): readonly Finding[] {
  if (files.length > 0) return [];
  return [
    {
      code: 'EXTENSION_FIXTURE_MISSING',
      path: ['fixtures', index],
      says: (it) => `${it} is a fixture that there is none of in the extension’s folder`,
      next: 'Write it, or take it out of the manifest.',
    },
  ];
}
