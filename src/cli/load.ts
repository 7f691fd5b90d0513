import type { Config, Fault, Loaded } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { BuiltExtension } from '../extensions/load.ts';
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

/** The first half of `prepareConfig`, for whoever has something to begin with between the two. */
export function loadConfigFile(file: string, allowUnapproved: boolean): Loaded {
  return loadConfig(file, { environment: process.env, allowUnapproved });
}

/** The second half of `prepareConfig`. */
export async function prepareLoaded(loaded: Loaded, allowUnapproved: boolean): Promise<Prepared> {
  if (!loaded.ok) return loaded;
  const { config, report } = loaded;
  const { extensions, faults: later } = await prepareExtensions(config, report, allowUnapproved);
  const faults = [...loaded.faults, ...later];
  const broken = faults.some(({ severity }) => severity === 'error');
  return broken ? { ok: false, faults } : { ok: true, config, extensions, faults };
}
