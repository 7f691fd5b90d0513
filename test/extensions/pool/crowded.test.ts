import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import test from 'ava';

const PROGRAM = path.resolve(import.meta.dirname, '../../_support/crowded-pool.ts');

test('where no more files can be opened the gateway lives on: it loads extensions, and runners come back when they can', async (t) => {
  const limited = ['-c', 'ulimit -n 100; exec "$@"', 'sh', process.execPath, PROGRAM];
  const { stdout } = await promisify(execFile)('/bin/sh', limited);
  const { events, outcome } = JSON.parse(stdout);
  t.deepEqual(events, [
    'runner_lost a runner is lost: it ended with SIGKILL',
    'runner_lost a runner is lost: it could not be started: no pipe to it could be opened',
  ]);
  t.deepEqual(outcome, { ok: true, result: '1' });
});
