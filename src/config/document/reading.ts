import type { Fault } from '../config.ts';
import type { Finding } from './finding.ts';
import { frameOf, lineRange, type Hidden } from './frame.ts';
import { hiddenRanges } from './hidden.ts';
import type { KeyNames } from './key-names.ts';
import { mask } from './mask.ts';
import { formatPath, valueAt, type Path } from './path.ts';
import { quote } from './quote.ts';
import { rangeAt, valueRange } from './yaml-place.ts';
import type { Range, SourceFinding, YamlSource } from './yaml-source.ts';

/** A document, and what must be known of it to report on it without showing a secret. */
export interface Reading {
  readonly source: YamlSource;
  readonly names: KeyNames;
  /** What the file says where a value came from elsewhere, by formatted path. */
  readonly written: ReadonlyMap<string, string>;
}

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

function isUnknownKey({ code, at }: Finding): boolean {
  return at === 'key' && (code === 'CONFIG_UNKNOWN_KEY' || code === 'CONFIG_NOT_AVAILABLE');
}

/** False for what is hardly a key, as the second half of `{ password: one,two }`. */
function isPlainKey({ source }: Reading, path: Path): boolean {
  return /^[\w.-]{1,40}$/.test(String(path.at(-1))) && valueAt(source.value, path) !== null;
}

function toFault(reading: Reading, { finding, range }: Placed, hidden: readonly Hidden[]): Fault {
  const { lineNumber, column, ...frame } = frameOf(reading.source, range, hidden);
  return {
    severity: finding.severity ?? 'error',
    code: finding.code,
    message: sentence(finding.says(shown(reading, finding))),
    ...(finding.next === undefined ? {} : { next: finding.next }),
    path: formatPath(shownPath(reading, finding)),
    position: { file: reading.source.file, line: lineNumber, column },
    ...frame,
  };
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

/** What stands for the wrong part in a message: the part itself, unless it is secret or came from elsewhere. */
function shown(reading: Reading, finding: Finding): string {
  const { path, at, part } = finding;
  const { secret } = reading.names;
  if (at === 'key') return quote(mask(String(shownPath(reading, finding).at(-1)), secret));
  if (path.some((step) => secret.has(String(step)))) return 'the value';
  const value = part ?? valueAt(reading.source.value, path);
  const written = writtenAt(reading, path);
  if (written !== undefined && !written.includes(String(part))) return quote(mask(written, secret));
  if (typeof value === 'string') return quote(mask(value, secret));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'this';
}

/** The path of a finding, without a key that may be a part of a value. */
function shownPath(reading: Reading, finding: Finding): Path {
  const { path } = finding;
  return isUnknownKey(finding) && !isPlainKey(reading, path) ? [...path.slice(0, -1), '…'] : path;
}

/** The text of the file for a value that came from elsewhere, whole or as one item of a list. */
function writtenAt({ written }: Reading, path: Path): string | undefined {
  const ways = path.map((_, index) => formatPath(path.slice(0, index + 1)));
  return ways.map((way) => written.get(way)).find((text) => text !== undefined);
}
