/** What comes from extensions and services nests no deeper where it is walked by recursion: nothing of an API does. */
export const MAX_NESTING = 100;

/** True for JSON that nests deeper. Level by level, so that no depth of the value is a depth of the stack. */
export function nestsTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= MAX_NESTING; depth++) {
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
