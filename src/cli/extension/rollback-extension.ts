import {
  type ArchivedVersion,
  archiveFolder,
  VersionArchive,
} from '../../extensions/versions/archive.ts';
import { EXIT, Exit } from '../exit.ts';
import { mark, say } from '../say.ts';
import { type ConfiguredEntry, entryNamed, writeApproval } from './configured.ts';
import { tellReload } from './reload.ts';

/**
 * Writes the hash of the version before into the configuration. Twice is two versions back: nothing of the order in which
 * they were approved changes.
 */
export async function rollbackExtension(
  name: string,
  config: string,
  to: string | undefined,
): Promise<void> {
  const entry = await entryNamed(config, name);
  const history = new VersionArchive(archiveFolder(entry.config)).history(entry.name);
  const version = to === undefined ? before(entry, history) : named(to, history);
  if (!version) throw nowhere(entry, history, to);
  writeApproval(entry, version.integrity);
  say(`${mark('ok')} ${version.name} is ${version.version} again: ${version.integrity}`);
  await tellReload(config);
}

/** The one approved before the one that is approved now; the last one where that is not kept. */
function before(
  { extension: { integrity } }: ConfiguredEntry,
  history: readonly ArchivedVersion[],
): ArchivedVersion | undefined {
  const now = history.findIndex((version) => version.integrity === integrity);
  return history[now + 1];
}

function named(to: string, history: readonly ArchivedVersion[]): ArchivedVersion | undefined {
  const found = history.filter(({ integrity }) =>
    [integrity, integrity.slice('sha256-'.length)].some((hash) => hash.startsWith(to)),
  );
  return found.length === 1 ? found[0] : undefined;
}

function nowhere(
  { name }: ConfiguredEntry,
  history: readonly ArchivedVersion[],
  to: string | undefined,
): Exit {
  const which = to === undefined ? 'before this one' : `that is ${to} and no other`;
  say(`${mark('error')} no version of ${name} is kept ${which}`);
  for (const { version, integrity, approvedAt } of history) {
    say(`  ${integrity}  ${version}  approved ${new Date(approvedAt).toISOString()}`);
  }
  return new Exit(EXIT.failed);
}
