import type { Fault } from '../config.ts';
import type { Finding } from './finding.ts';
import { frameOf, lineRange, type Hidden } from './frame.ts';
import { hiddenRanges } from './hidden.ts';
import { formatPath } from './path.ts';
import { isPlainKey, isShown, isUnknownKey, shown, shownPath, type Reading } from './shown.ts';
import { rangeAt, valueRange } from './yaml-place.ts';
import type { Range, SourceFinding } from './yaml-source.ts';

/** More faults help nobody to mend a file, and a hostile one could have millions. */
const MOST_FAULTS = 200;

/** A finding and where it is. */
interface Placed {
  readonly finding: Finding;
  readonly range: Range;
}

/** Gives findings their places in the file, in the order of the file. After the first 200 the rest is only counted. */
export function toFaults(
  reading: Reading,
  findings: readonly Finding[],
  ofSource: readonly SourceFinding[] = [],
): readonly Fault[] {
  const placed = [
    ...findings.map((finding) => ({ finding, range: rangeOfFinding(reading, finding) })),
    ...ofSource.map(({ range, ...finding }) => ({ finding: { ...finding, path: [] }, range })),
  ].toSorted((a, b) => a.range.start - b.range.start);
  const told = placed.slice(0, MOST_FAULTS);
  const rest = placed.slice(MOST_FAULTS);
  const hidden = hiddenOn(reading, told);
  return [...told.map((one) => toFault(reading, one, hidden)), ...restOf(rest)];
}

function restOf(rest: readonly Placed[]): readonly Fault[] {
  const worst = rest.find(({ finding }) => finding.severity !== 'warning') ?? rest[0];
  if (worst === undefined) return [];
  const { severity = 'error', code } = worst.finding;
  return [{ severity, code, message: `There are ${rest.length} more faults.`, path: '' }];
}

/** What must not be shown of the lines of some findings. */
function hiddenOn(reading: Reading, placed: readonly Placed[]): readonly Hidden[] {
  const { source, names } = reading;
  const unknown = placed
    .filter(({ finding }) => isUnknownKey(finding))
    .flatMap(({ finding }) => hiddenOfKey(reading, finding));
  const lines = placed.map(({ range }) => lineRange(source, range.start));
  return hiddenRanges(source, names, { unknown, lines });
}

/** What is not shown of a key that nobody knows: its value, and itself when it may be a part of one. */
function hiddenOfKey(reading: Reading, { path }: Finding): readonly Range[] {
  const value = valueRange(reading.source, path);
  return isPlainKey(reading, path) ? [value] : [value, rangeAt(reading.source, path, 'key')];
}

function toFault(reading: Reading, { finding, range }: Placed, hidden: readonly Hidden[]): Fault {
  const { lineNumber, column, ...frame } = frameOf(reading.source, range, hidden);
  return {
    severity: finding.severity ?? 'error',
    code: finding.code,
    message: sentence(finding.says(shown(reading, finding))),
    ...nextStep(reading, finding),
    path: formatPath(shownPath(reading, finding)),
    position: { file: reading.source.file, line: lineNumber, column },
    ...frame,
  };
}

function nextStep(reading: Reading, finding: Finding): { readonly next?: string } {
  const { next, mended } = finding;
  if (mended !== undefined && isShown(reading, finding)) return { next: `Write ${mended}.` };
  return next === undefined ? {} : { next };
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** The range of a finding, narrowed to the wrong part when the file has it letter by letter. */
function rangeOfFinding({ source }: Reading, { path, at, part }: Finding): Range {
  const whole = rangeAt(source, path, at);
  const offset = part ? indexOfWord(source.text.slice(whole.start, whole.end), part) : -1;
  if (part === undefined || offset === -1) return whole;
  return { start: whole.start + offset, end: whole.start + offset + part.length };
}

/** Where a part stands in a text: by itself between commas and spaces, or else anywhere. */
function indexOfWord(text: string, part: string): number {
  const alone = new RegExp(`(?<![^\\s,'"\\[])${RegExp.escape(part)}(?![^\\s,'"\\]])`).exec(text);
  return alone?.index ?? text.indexOf(part);
}
