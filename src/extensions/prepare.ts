import type { Config, ExtensionConfig, Fault } from '../config/config.ts';
import type { Finding } from '../config/document/finding.ts';
import { type Build, type BuiltExtension, buildExtension } from './load.ts';
import { buildMapping, MAPPING } from './mapping/build.ts';
import { methodFindings } from './methods.ts';
import { type Entry, orderFindings } from './order.ts';
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
 * @param build Default: each is bundled, whatever was made before.
 */
export async function prepareExtensions(
  configs:
    | readonly ExtensionConfig[]
    | Pick<Config, 'directory' | 'mapping' | 'extensions' | 'authentications'>,
  report: (findings: readonly Finding[]) => readonly Fault[],
  allowUnapproved: boolean,
  build?: Build,
): Promise<PreparedExtensions> {
  const { extensions, authentications } =
    'extensions' in configs ? configs : { extensions: configs, authentications: [] };
  const archive = 'extensions' in configs ? new VersionArchive(archiveFolder(configs)) : undefined;
  const results = await Promise.all(
    extensions.map(async (config, index) =>
      config.mode === 'off' ? null : buildExtension(config, index, allowUnapproved, archive, build),
    ),
  );
  const built = results.filter((result) => result !== null);
  const entries = results.flatMap((result, index) =>
    result?.extension ? [{ extension: result.extension, index }] : [],
  );
  const mapping = 'extensions' in configs ? buildMapping(configs) : null;
  const whole = results.every((result) => result === null || result.extension !== null);
  const findings = [
    ...built.flatMap((one) => one.findings),
    ...orderFindings(entries),
    ...entries.flatMap(namedMapping),
    ...methodFindings(authentications, entries, whole),
  ];
  return {
    extensions: [...(mapping ? [mapping] : []), ...entries.map(({ extension }) => extension)],
    faults: [...built.flatMap(({ faults }) => faults), ...report(findings)],
  };
}

/** The rules of the configuration run under this name, whether there are any or not. */
function namedMapping({ extension, index }: Entry): readonly Finding[] {
  if (extension.name !== MAPPING) return [];
  return [
    {
      code: 'CONFIG_DUPLICATE',
      path: ['extensions', index, 'source'],
      says: () => `No extension can be named ${MAPPING}: the rules of the configuration are`,
      next: 'Give the extension another name.',
    },
  ];
}
