import { z } from 'zod';

import { archiveFolder, VersionArchive } from '../../extensions/versions/archive.ts';
import { askGateway, gatewayRuns } from '../admin-client.ts';
import { columns } from '../table.ts';
import { print, printJson, say } from '../say.ts';
import { allEntries, type ConfiguredEntry } from './configured.ts';

const HOOK = z.object({
  hook: z.string(),
  runs: z.number(),
  failures: z.number(),
  kinds: z.record(z.string(), z.number()),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
});

const RUNNING = z.object({
  extensions: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      integrity: z.string(),
      mode: z.string(),
      hooks: z.array(HOOK),
    }),
  ),
});

/** An extension, as it is listed. */
interface Listed {
  readonly name: string;
  /** Null when nobody knows: no gateway runs, and the version is not kept. */
  readonly version: string | null;
  /** What runs, or may run; null when nothing was approved. */
  readonly integrity: string | null;
  readonly mode: string;
  readonly running: boolean;
  readonly hooks: readonly z.infer<typeof HOOK>[];
}

/** Lists the extensions of a configuration, with what the gateway says of those that run. */
export async function listExtensions(config: string, json: boolean): Promise<void> {
  const isRunning = await gatewayRuns(config);
  const { extensions: running } = isRunning
    ? await askGateway(config, 'GET', '/extensions', RUNNING)
    : { extensions: [] };
  const entries = await allEntries(config);
  const listed = [
    ...running.map((one) => ({ ...one, running: true })),
    ...entries.filter(({ name }) => running.every((one) => one.name !== name)).map(atRest),
  ];
  if (json) return printJson({ gateway: isRunning, extensions: listed });
  if (!isRunning) say('No gateway runs: this is what the configuration has.');
  for (const row of columns([HEAD, ...listed.flatMap(rowsOf)])) print(row);
}

function atRest({ name, extension, config }: ConfiguredEntry): Listed {
  const { integrity, mode } = extension;
  const kept =
    integrity === null ? undefined : new VersionArchive(archiveFolder(config)).find(integrity);
  return { name, version: kept?.version ?? null, integrity, mode, running: false, hooks: [] };
}

const HEAD = ['NAME', 'VERSION', 'HASH', 'MODE', 'HOOK', 'RUNS', 'FAILED', 'P50 MS', 'P95 MS'];

/** Enough of a hash to tell versions apart. */
const HASH_LENGTH = 'sha256-'.length + 12;

function rowsOf({
  name,
  version,
  integrity,
  mode,
  hooks,
  running,
}: Listed): readonly (readonly string[])[] {
  const hash = integrity?.slice(0, HASH_LENGTH) ?? 'not approved';
  const about = [name, version ?? '?', hash, mode];
  if (hooks.length === 0) return [[...about, running ? 'not asked yet' : '']];
  return hooks.map((one, index) => [...(index === 0 ? about : ['', '', '', '']), ...cellsOf(one)]);
}

function cellsOf({
  hook,
  runs,
  failures,
  kinds,
  p50,
  p95,
}: z.infer<typeof HOOK>): readonly string[] {
  const how = Object.entries(kinds).map(([kind, count]) => `${kind} ${count}`);
  const failed = failures === 0 ? '0' : `${failures} (${how.join(', ')})`;
  return [hook, String(runs), failed, text(p50), text(p95)];
}

const text = (ms: number | null): string => (ms === null ? '' : ms.toFixed(1));
