/**
 * A whole gateway without extensions, in a process of its own, with the configuration whose path is the first argument.
 * Answers `cpu` on its standard input with the CPU time that it used so far, in microseconds, and `rss` with its memory, in
 * bytes.
 */
import { createInterface } from 'node:readline';

import { loadConfig } from '../../src/config/load.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';

const loaded = loadConfig(process.argv[2] ?? '', { environment: {} });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
const log = createLog({ pretty: false, write: () => undefined });
await startGateway({ config: loaded.config, extensions: [], log, runners: 1 });
process.stdout.write('ready\n');

createInterface({ input: process.stdin }).on('line', (asked) => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${asked === 'rss' ? memory() : user + system}\n`);
});

/** What is left after a collection. Unit: bytes. */
function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
