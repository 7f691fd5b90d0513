import { readFileSync } from 'node:fs';

/** Ids of the processes that a process started and that are still there. */
export function childrenOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ').map(Number);
}

/** Those of them that hold isolates. */
export function runnersOf(pid: number): readonly number[] {
  return childrenOf(pid).filter((child) =>
    read(`/proc/${child}/cmdline`).includes('/runner/main.'),
  );
}

/** Waits until none of some processes runs any more; what only waits to be buried has ended. */
export async function ended(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isRunning(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1));
}

/** Nothing of a process that is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
