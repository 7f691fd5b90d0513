/** Attempts that fail, before a message is dead. */
export const MAX_FAILURES = 8;

const FIRST_MS = 5_000;
const FACTOR = 3;
const LAST_MS = 3_600_000;

/**
 * How long a message waits after it failed so often: 5 s, 15 s, 45 s, and so on, up to an hour.
 *
 * @param failures From 1.
 * @returns Unit: milliseconds.
 */
export function waitAfter(failures: number): number {
  return Math.min(LAST_MS, FIRST_MS * FACTOR ** (failures - 1));
}
