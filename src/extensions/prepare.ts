import type { Config, ExtensionConfig, Fault } from '../config/config.ts';
import type { Finding } from '../config/document/finding.ts';
import { type BuiltExtension, buildExtension } from './load.ts';
import { methodFindings } from './methods.ts';
import { orderFindings } from './order.ts';
import { archiveFolder, VersionArchive } from './versions/archive.ts';

/** All extensions that are not off, built; or everything that is wrong with any of them. */
export interface PreparedExtensions {
  readonly extensions: readonly BuiltExtension[];
  /** Errors and warnings. With an error, nobody may be let in: the extension that would have refused could be missing. */
  readonly faults: readonly Fault[];
}

/**
 * Builds every extension of the configuration.
 *
 * @param configs The entries of `extensions`; with the whole configuration, methods that are extensions are checked, too.
 * @param report Gives findings about `entrada.yaml` their place in it.
 */
export async function prepareExtensions(
  configs:
    | readonly ExtensionConfig[]
    | Pick<Config, 'directory' | 'extensions' | 'authentications'>,
  report: (findings: readonly Finding[]) => readonly Fault[],
  allowUnapproved: boolean,
): Promise<PreparedExtensions> {
  const { extensions, authentications } =
    'extensions' in configs ? configs : { extensions: configs, authentications: [] };
  const archive = 'extensions' in configs ? new VersionArchive(archiveFolder(configs)) : undefined;
  const results = await Promise.all(
    extensions.map(async (config, index) =>
      config.mode === 'off' ? null : buildExtension(config, index, allowUnapproved, archive),
    ),
  );
  const built = results.filter((result) => result !== null);
  const entries = results.flatMap((result, index) =>
    result?.extension ? [{ extension: result.extension, index }] : [],
  );
  const whole = results.every((result) => result === null || result.extension !== null);
  const findings = [
    ...built.flatMap((one) => one.findings),
    ...orderFindings(entries),
    ...methodFindings(authentications, entries, whole),
  ];
  return {
    extensions: entries.map(({ extension }) => extension),
    faults: [...built.flatMap(({ faults }) => faults), ...report(findings)],
  };
}
