/** Longer words are not mistyped, they are something else. */
const MAX_LENGTH = 64;

/** At most so many edits are still a slip of the hand. */
const MAX_EDITS = 3;

/**
 * The candidate that was probably meant: the one with the fewest edits, when that is at most a third of its length.
 * Upper case and separators do not count, so that `clientId` finds `client_id`.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = editsBetween(bare(word), bare(candidate));
    if (edits <= tolerance(candidate) && edits < (best?.edits ?? Infinity)) {
      best = { candidate, edits };
    }
  }
  return best?.candidate;
}

/** `Did you mean x?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const candidate = nearest(word, candidates);
  return candidate === undefined ? undefined : `Did you mean ${candidate}?`;
}

function bare(word: string): string {
  return word.toLowerCase().replaceAll(/[-_\s]/g, '');
}

function tolerance(candidate: string): number {
  return Math.min(MAX_EDITS, Math.floor(bare(candidate).length / 3));
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      current.push(cheapest(a, b, row, column, { beforeLast, last, current }));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

interface Rows {
  readonly beforeLast: readonly number[];
  readonly last: readonly number[];
  readonly current: readonly number[];
}

function cheapest(a: string, b: string, row: number, column: number, rows: Rows): number {
  const same = a[row - 1] === b[column - 1];
  const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
  return Math.min(
    (rows.last[column] ?? Infinity) + 1,
    (rows.current[column - 1] ?? Infinity) + 1,
    (rows.last[column - 1] ?? Infinity) + (same ? 0 : 1),
    swapped ? (rows.beforeLast[column - 2] ?? Infinity) + 1 : Infinity,
  );
}
