/** What the functions that show values share: limits, layout, and the way back to the whole. */

/** More entries of one object are counted, not shown. */
export const MAX_ENTRIES = 100;
const LINE_WIDTH = 76;

export interface Context {
  readonly depth: number;
  /** The objects that are being shown, outermost first. */
  readonly path: object[];
  /** The objects that something inside refers back to; a number names each. */
  readonly circular: Map<object, number>;
  /** What may still be written. Unit: UTF-16 code units. */
  budget: number;
  /** Shows a value inside the one that is being shown. */
  readonly show: (value: unknown) => string;
}

export type Brackets = readonly [open: string, close: string];
export const BRACES: Brackets = ['{', '}'];
export const BRACKETS: Brackets = ['[', ']'];

export function more(count: number): string {
  return `... ${count} more item${count === 1 ? '' : 's'}`;
}

/** Puts entries on one line where they fit, else one on each. */
export function enclose(
  start: string,
  [open, close]: Brackets,
  entries: readonly string[],
): string {
  if (entries.length === 0) return `${start}${open}${close}`;
  const line = `${start}${open} ${entries.join(', ')} ${close}`;
  if (line.length <= LINE_WIDTH && !line.includes('\n')) return line;
  return `${start}${open}\n  ${entries.join(',\n').replaceAll('\n', '\n  ')}\n${close}`;
}

/** True when the function accepts the receiver. */
export function accepts<T>(method: (self: T) => unknown, value: object): value is T & object {
  try {
    method(value as T);
    return true;
  } catch {
    return false;
  }
}
