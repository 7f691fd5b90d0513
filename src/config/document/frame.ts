import type { Range, YamlSource } from './yaml-source.ts';
import { visible } from './quote.ts';

/** A part of the text that is not shown, and what stands in its place. */
export interface Hidden extends Range {
  readonly as: string;
}

/** A line as it may be printed, and where the caret goes below it. */
export interface Frame {
  /** From 1, in the file. */
  readonly lineNumber: number;
  /** From 1, in the file. */
  readonly column: number;
  readonly line: string;
  /** From 1, in `line`: another than `column` when something before it is hidden. */
  readonly caret: number;
  readonly length: number;
}

/** Shows the line on which a range begins, with everything hidden that must be. */
export function frameOf(source: YamlSource, range: Range, hidden: readonly Hidden[]): Frame {
  const whole = lineRange(source, range.start);
  const lineNumber = source.text.slice(0, whole.start).split('\n').length;
  const pieces = cut(whole, hidden);
  const end = Math.max(range.start + 1, Math.min(range.end, whole.end));
  const from = printedColumn(source.text, pieces, range.start, 'start');
  const to = printedColumn(source.text, pieces, end, 'end');
  const line = pieces.map((piece) => printed(source.text, piece)).join('');
  return {
    lineNumber,
    column: range.start - whole.start + 1,
    line: visible(line),
    caret: from + 1,
    length: Math.max(1, to - from),
  };
}

/** The line around an offset, without its break. */
export function lineRange(source: YamlSource, offset: number): Range {
  // The search for what stands before the first character would find that character itself.
  const start = offset === 0 ? 0 : source.text.lastIndexOf('\n', offset - 1) + 1;
  const next = source.text.indexOf('\n', offset);
  const end = next === -1 ? source.text.length : next;
  return { start, end: source.text[end - 1] === '\r' && end > start ? end - 1 : end };
}

/** A piece of a line: shown as it is, or replaced. */
type Piece = Range & { readonly as?: string };

/** Cuts a line into shown and hidden pieces; what overlaps is hidden once. */
function cut(line: Range, hidden: readonly Hidden[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = line.start;
  for (const piece of hidden.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const start = Math.max(piece.start, at);
    const end = Math.min(piece.end, line.end);
    if (end <= start) continue;
    pieces.push({ start: at, end: start }, { start, end, as: piece.as });
    at = end;
  }
  return [...pieces, { start: at, end: line.end }];
}

function printed(text: string, piece: Piece): string {
  return piece.as ?? text.slice(piece.start, piece.end);
}

/** Where an offset stands in the printed line, from 0. One inside a hidden piece moves to its start or its end. */
function printedColumn(
  text: string,
  pieces: readonly Piece[],
  offset: number,
  side: 'start' | 'end',
): number {
  let column = 0;
  for (const piece of pieces) {
    const width = printed(text, piece).length;
    if (piece.as !== undefined && offset > piece.start && offset < piece.end) {
      return side === 'start' ? column : column + width;
    }
    if (offset < piece.end) return column + offset - piece.start;
    if (offset === piece.end && side === 'end') return column + width;
    column += width;
  }
  const last = pieces.at(-1);
  return last === undefined ? column : column + Math.max(0, offset - last.end);
}
