import { settled } from './isolated-vm.ts';

/**
 * A runner whose pipe closes kills itself, since the threads of its isolates could hold up an ordinary end. In a coverage run
 * it ends in the ordinary way, when what its last isolates ran is counted.
 */
export function endWithCounts(): void {
  const kill = process.kill.bind(process);
  Object.assign(process, {
    kill: (pid: number, signal?: NodeJS.Signals | number) => {
      if (pid !== process.pid || signal !== 'SIGKILL') return kill(pid, signal);
      void settled().then(() => process.exit());
      return true;
    },
  });
}
