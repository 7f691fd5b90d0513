import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * When a process lets others go first: at its first work, because it has to start in time whatever else there is to do; or at
 * once, because nobody who did nothing wrong waits for it.
 */
export type GivesWay = 'at work' | 'at once';

/**
 * Lets a process have what others leave of the processors: about a tenth, where they want all. On Linux each thread has a
 * priority of its own, and hands it on to those that it starts.
 */
export function giveWay(pid: number): void {
  for (const thread of threadsOf(pid)) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended.
    }
  }
}

function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
