/**
 * A whole gateway in a process of its own, until it is killed: as `entrada serve`, with a clock that is ahead, so that what a
 * gateway before it held is due again. Each line of its log is in a file when it is written, and outlives it.
 *
 * Arguments: path of `entrada.yaml`, path of the log, how far the clock is ahead in milliseconds.
 */
import { openSync, writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';

import { systemClock } from '../../src/clock.ts';
import { prepareConfig } from '../../src/cli/load.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';

const [, , file = '', journal = '', ahead = '0'] = process.argv;

const prepared = await prepareConfig(file, true);
if (!prepared.ok) throw new Error(JSON.stringify(prepared.faults));
const { config, extensions } = prepared;
const lines = openSync(journal, 'a');
await startGateway({
  config,
  extensions,
  log: createLog({ pretty: false, level: 'debug', write: (line) => void writeSync(lines, line) }),
  clock: () => systemClock() + Number(ahead),
  runners: 1,
});
flushCompileCache(); // who is killed leaves nothing to its successors otherwise
process.stdout.write('ready\n');
