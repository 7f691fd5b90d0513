/** What comes from extensions and services nests no deeper where it is walked by recursion: nothing of an API does. */
export const MAX_NESTING = 100;

/**
 * True for JSON that nests deeper, or has more values. Level by level, so that no depth of the value is a depth of the stack.
 *
 * @param most Values, nested ones included. Default: any number.
 */
export function nestsTooDeep(value: unknown, most: number = Infinity): boolean {
  let level: readonly unknown[] = [value];
  let values = 0;
  for (let depth = 0; depth <= MAX_NESTING; depth++) {
    values += level.length;
    if (values > most) return true;
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
