import { setTimeout } from 'node:timers';
import { takeCoverage } from 'node:v8';

import { settled } from './isolated-vm.ts';

/** An isolate that has not come back by then never will, and has no counts. Unit: milliseconds. */
const LAST_MS = 2_000;

/**
 * A runner whose pipe closes kills itself, since the threads of its isolates could hold up an ordinary end. In a coverage run
 * it does so when what its last isolates ran is counted, and what it ran itself is written.
 */
export function endWithCounts(): void {
  const kill = process.kill.bind(process);
  const end = (): void => {
    process.emit('exit', 0); // counts of isolates are written then
    takeCoverage();
    kill(process.pid, 'SIGKILL');
  };
  Object.assign(process, {
    kill: (pid: number, signal?: NodeJS.Signals | number) => {
      if (pid !== process.pid || signal !== 'SIGKILL') return kill(pid, signal);
      setTimeout(end, LAST_MS);
      void settled().then(end);
      return true;
    },
  });
}
