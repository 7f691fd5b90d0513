import type { Clock } from '../clock.ts';

/** What time is moved by. */
export interface TimeSpan {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

/** Time that stands still until the test moves it. */
export interface TestTime {
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly now: Clock;
  /** Goes to another moment. */
  set(moment: string | Date): void;
  /** Goes on by so much. */
  advance(span: TimeSpan): void;
}

const UNITS: readonly (readonly [unit: keyof TimeSpan, ms: number])[] = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1_000],
  ['milliseconds', 1],
];

/**
 * Makes time for a test: `testTime('2026-11-20T09:30:00+01:00')`. Given to a test host as `time`, it is what the extension's
 * `Date` says, what its kept values end by, and what signatures are dated with. Timers and limits stay real.
 *
 * @throws {RangeError} When the text is no moment: it needs date, time and zone.
 */
export function testTime(moment: string | Date): TestTime {
  let at = read(moment);
  return {
    now: () => at,
    set: (other) => {
      at = read(other);
    },
    advance: (span) => {
      at += lengthOf(span);
    },
  };
}

function lengthOf(span: TimeSpan): number {
  return UNITS.reduce((sum, [unit, ms]) => sum + (span[unit] ?? 0) * ms, 0);
}

/** Without a zone a moment would be another one on every machine. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

function read(moment: string | Date): number {
  const isClear = moment instanceof Date || MOMENT.test(moment);
  const at = isClear ? new Date(moment).getTime() : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new RangeError(`${String(moment)} is no moment; write it as 2026-11-20T09:30:00Z`);
}
