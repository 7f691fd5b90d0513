/**
 * A whole gateway without extensions, in a process of its own, with the configuration whose path is the first argument.
 * Answers `cpu` on its standard input with the CPU time that it used so far, in microseconds.
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
process.on('SIGINT', () => process.exit(0));
createInterface({ input: process.stdin }).on('line', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${user + system}\n`);
});
