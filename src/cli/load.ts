import type { Config, Fault, Loaded } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { Build, BuiltExtension } from '../extensions/load.ts';
import { KeptBundles } from '../extensions/bundler/kept-bundles.ts';
import { prepareExtensions } from '../extensions/prepare.ts';

/** A configuration with its extensions built, or everything that is wrong with either. */
export type Prepared =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly extensions: readonly BuiltExtension[];
      /** Warnings. */
      readonly faults: readonly Fault[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Reads the configuration and builds its extensions.
 *
 * @param allowUnapproved Extensions may be enforced without `integrity`: the demo and development alone.
 */
export async function prepareConfig(file: string, allowUnapproved: boolean): Promise<Prepared> {
  return prepareLoaded(loadConfigFile(file, allowUnapproved), allowUnapproved);
}

/** Its first half, for whoever has something to begin before extensions are built. */
export function loadConfigFile(file: string, allowUnapproved: boolean): Loaded {
  return loadConfig(file, { environment: process.env, allowUnapproved });
}

/**
 * The second half, for a gateway: what has not changed since it was bundled for one is not bundled again. Whoever judges a version,
 * to check or approve it, has it bundled.
 *
 * @param report Hears why bundles cannot be kept.
 */
export async function prepareKept(
  loaded: Loaded,
  report: (sentence: string) => void,
): Promise<Prepared> {
  if (!loaded.ok) return loaded;
  const kept = new KeptBundles(loaded.config, report);
  const prepared = await prepareLoaded(loaded, false, (...of) => kept.bundle(...of));
  kept.tidy();
  return prepared;
}

async function prepareLoaded(
  loaded: Loaded,
  allowUnapproved: boolean,
  build?: Build,
): Promise<Prepared> {
  if (!loaded.ok) return loaded;
  const { config, report } = loaded;
  const prepared = await prepareExtensions(config, report, allowUnapproved, build);
  const { extensions, faults: later } = prepared;
  const faults = [...loaded.faults, ...later];
  const broken = faults.some(({ severity }) => severity === 'error');
  return broken ? { ok: false, faults } : { ok: true, config, extensions, faults };
}
