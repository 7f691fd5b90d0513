/** Contexts of one isolate have numbers below this: those of the next isolate begin there. */
const STEP = 1_000;

/** Members of the protocol that have the number of a context. */
const NUMBERS: ReadonlySet<string> = new Set(['contextId', 'executionContextId']);

/**
 * V8 counts contexts and scripts anew in each isolate. To a debugger, a script of the same number in a context of the same
 * number is one that it knows, whatever is in it: so contexts of later isolates are told by other numbers.
 *
 * @param text A message of an isolate.
 * @param isolate Which one it is, from 0.
 */
export function toClientContexts(text: string, isolate: number): string {
  return isolate === 0 ? text : renumber(text, isolate * STEP);
}

/** The way back: a message of the client, for that isolate. A context of another one has a number that there is not. */
export function toIsolateContexts(text: string, isolate: number): string {
  return isolate === 0 ? text : renumber(text, -isolate * STEP);
}

interface Context {
  readonly id?: unknown;
}

function renumber(text: string, by: number): string {
  const shift = (value: unknown): unknown => (typeof value === 'number' ? value + by : value);
  return JSON.stringify(
    JSON.parse(text, (name, value: unknown) => {
      if (NUMBERS.has(name)) return shift(value);
      return name === 'context' && isContext(value) ? { ...value, id: shift(value.id) } : value;
    }),
  );
}

function isContext(value: unknown): value is Context {
  return typeof value === 'object' && value !== null && 'uniqueId' in value && 'id' in value;
}
