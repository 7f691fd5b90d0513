import { Cron } from 'croner';

/** When the `schedule` hook of an extension runs. */
export interface Schedule {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** As in `Europe/Bucharest`. */
  readonly timezone: string;
}

/**
 * The first time after another one at which a schedule is due; null when there is none any more. A time that summer time
 * leaves out comes right after the gap, one that it doubles comes once.
 *
 * @param after Unit: milliseconds since 1970-01-01 UTC, as of the answer.
 */
export function nextTime({ cron, timezone }: Schedule, after: number): number | null {
  return open(cron, timezone).nextRun(new Date(after))?.getTime() ?? null;
}

/** Why a schedule cannot be followed; undefined when it can. */
export function cronFault({ cron, timezone }: Schedule): 'cron' | 'timezone' | undefined {
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    return 'timezone';
  }
  try {
    return open(cron, timezone).nextRun() === null ? 'cron' : undefined;
  } catch {
    return 'cron';
  }
}

const open = (cron: string, timezone: string): Cron =>
  new Cron(cron, { timezone, mode: '5-part', paused: true });
