import type { Fault } from '../config/config.ts';
import { readDocument } from '../config/document.ts';
import { EntradaError } from '../errors.ts';
import type { CloudName } from './clouds.ts';
import type { TenantSeed } from './seed.ts';
import { type SeedFile, seedFileSchema } from './seed-schema.ts';

/** What a seed file gives to `startEmulator`. */
export interface SeedFileOptions {
  readonly tenants: readonly TenantSeed[];
  readonly cloud?: CloudName;
}

/** A seed file that cannot be used. The error stands at the first fault; `faults` are all. */
export class SeedFileError extends EntradaError {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], first: Fault) {
    super('EMULATOR_SEED_INVALID', first.message, {
      ...(first.next === undefined ? {} : { next: first.next }),
      ...(first.position === undefined ? {} : { position: first.position }),
    });
    this.faults = faults;
  }
}

/**
 * Reads a YAML file of people, groups and applications: the members of `TenantSeed`, or several tenants under `tenants`.
 * Every fault is found in one run, each with its place and the nearest known key.
 *
 * @param text The text of the file.
 * @param file Its name, as errors should say it.
 * @throws {SeedFileError} `EMULATOR_SEED_INVALID`
 */
export function parseSeedFile(text: string, file: string): SeedFileOptions {
  const read = readSeedFile(text, file);
  if (read.ok) return read.options;
  const first = read.faults.find(({ severity }) => severity === 'error') ?? read.faults[0];
  throw new SeedFileError(read.faults, first ?? unreadable());
}

/** A seed file as it was read, or everything that is wrong with it. */
export type ReadSeed =
  | { readonly ok: true; readonly options: SeedFileOptions }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** The same for whoever tells of every fault. */
export function readSeedFile(text: string, file: string): ReadSeed {
  const read = readDocument(text, file, seedFileSchema);
  return read.ok
    ? { ok: true, options: toOptions(read.value) }
    : { ok: false, faults: read.faults };
}

const unreadable = (): Fault => ({
  severity: 'error',
  code: 'EMULATOR_SEED_INVALID',
  message: 'The file holds no tenant.',
  path: '',
});

function toOptions({ cloud, tenants, ...tenant }: SeedFile): SeedFileOptions {
  const chosen = cloud === undefined ? {} : { cloud };
  const own = Object.keys(tenant).length === 0 ? [] : [tenant];
  return { tenants: [...own, ...(tenants ?? [])], ...chosen };
}
