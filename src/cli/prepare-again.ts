import type { Config, Fault } from '../config/config.ts';
import type { BuiltExtension } from '../extensions/load.ts';
import { fixturesOf } from '../extensions/replay/fixtures-of.ts';
import type { PreparedAgain } from '../extensions/versions/reload.ts';
import { type Prepared, prepareConfig } from './load.ts';

/**
 * Reads the configuration once more for a gateway that runs: its extensions alone are taken. A version that does not run yet
 * has to get through its fixtures before it does.
 *
 * @param started What the gateway was started with.
 * @param warn Hears of changes that are not taken.
 * @param allowUnapproved Of the demo: extensions may be enforced without `integrity`.
 */
export function prepareAgain(
  file: string,
  started: Config,
  warn: (sentence: string) => void,
  allowUnapproved = false,
): (running: ReadonlySet<string>) => Promise<PreparedAgain> {
  return async (running) => {
    const prepared: Prepared = await prepareConfig(file, allowUnapproved);
    if (!prepared.ok) return { extensions: [], faults: prepared.faults, otherwise: false };
    const { config, extensions, faults } = prepared;
    const otherwise = restOf(config) !== restOf(started);
    if (otherwise) {
      warn('The configuration changed beside extensions, too: a restart takes that.');
    }
    const fresh = extensions.filter(
      ({ integrity, rules }) => rules === undefined && !running.has(integrity),
    );
    const failed = await Promise.all(fresh.map(fixtureFaults));
    return { extensions, faults: [...faults, ...failed.flat()], otherwise };
  };
}

/** Everything but rules and extensions, as text; secrets are not in it. */
function restOf({ extensions: _extensions, mapping: _mapping, ...rest }: Config): string {
  return JSON.stringify(rest);
}

/** What is otherwise than the fixtures of an extension say. What runs from the archive got through them when it was taken. */
async function fixtureFaults({ config, integrity }: BuiltExtension): Promise<readonly Fault[]> {
  const { dryRun } = await import('./extension/dry-run.ts');
  const { fixtures, faults } = await fixturesOf(config.source);
  if (fixtures.length + faults.length === 0) return [];
  const { extension, faults: found } = await dryRun(config.source, fixtures);
  if (extension && extension.integrity !== integrity) return [];
  return [...faults, ...found];
}
