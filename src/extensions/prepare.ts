import type { ExtensionConfig, Fault } from '../config/config.ts';
import type { Finding } from '../config/document/finding.ts';
import { type BuiltExtension, buildExtension } from './load.ts';

/** All extensions that are not off, built; or everything that is wrong with any of them. */
export interface PreparedExtensions {
  readonly extensions: readonly BuiltExtension[];
  /** Errors and warnings. With an error, nobody may be let in: the extension that would have refused could be missing. */
  readonly faults: readonly Fault[];
}

/**
 * Builds every extension of the configuration.
 *
 * @param report Gives findings about `entrada.yaml` their place in it.
 */
export async function prepareExtensions(
  configs: readonly ExtensionConfig[],
  report: (findings: readonly Finding[]) => readonly Fault[],
  allowUnapproved: boolean,
): Promise<PreparedExtensions> {
  const results = await Promise.all(
    configs.map(async (config, index) =>
      config.mode === 'off' ? null : buildExtension(config, index, allowUnapproved),
    ),
  );
  const built = results.filter((result) => result !== null);
  const extensions = built.flatMap(({ extension }) => extension ?? []);
  return {
    extensions,
    faults: [
      ...built.flatMap(({ faults }) => faults),
      ...report([...built.flatMap(({ findings }) => findings), ...sameNames(configs, results)]),
    ],
  };
}

/** Logs, shared values and approvals go by name. */
function sameNames(
  configs: readonly ExtensionConfig[],
  results: readonly ({ readonly extension: BuiltExtension | null } | null)[],
): readonly Finding[] {
  const seen = new Set<string>();
  return configs.flatMap((_config, index) => {
    const name = results[index]?.extension?.name;
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return [];
    }
    return [
      {
        code: 'CONFIG_DUPLICATE' as const,
        path: ['extensions', index, 'source'],
        says: () => `Two extensions are named ${name}`,
      },
    ];
  });
}
