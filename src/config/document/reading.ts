import type { Fault } from '../config.ts';
import type { Finding } from './finding.ts';
import { frameOf, type Hidden } from './frame.ts';
import { hiddenRanges } from './hidden.ts';
import { formatPath, valueAt, type Path } from './path.ts';
import { quote } from './quote.ts';
import { rangeAt, valueRange } from './yaml-place.ts';
import type { Range, SourceFinding, YamlSource } from './yaml-source.ts';

/** A document, and what must be known of it to report on it without showing a secret. */
export interface Reading {
  readonly source: YamlSource;
  readonly secretKeys: ReadonlySet<string>;
  /** What the file says where a value came from elsewhere, by formatted path. */
  readonly written: ReadonlyMap<string, string>;
}

/** Gives findings their places in the file, in the order of the file. */
export function toFaults(
  reading: Reading,
  findings: readonly Finding[],
  ofSource: readonly SourceFinding[] = [],
): readonly Fault[] {
  const { source, secretKeys } = reading;
  const unknown = findings.filter(isUnknownKey).map(({ path }) => valueRange(source, path));
  const hidden = hiddenRanges(source, secretKeys, unknown);
  const placed = [
    ...findings.map((finding) => ({ finding, range: rangeOfFinding(reading, finding) })),
    ...ofSource.map(({ range, ...finding }) => ({ finding: { ...finding, path: [] }, range })),
  ];
  return placed
    .map(({ finding, range }) => toFault(reading, finding, range, hidden))
    .toSorted(byPosition);
}

function isUnknownKey({ code, at }: Finding): boolean {
  return at === 'key' && (code === 'CONFIG_UNKNOWN_KEY' || code === 'CONFIG_NOT_AVAILABLE');
}

function byPosition(a: Fault, b: Fault): number {
  const [first, second] = [a.position, b.position];
  if (first === undefined || second === undefined) return 0;
  return first.line - second.line || first.column - second.column;
}

function toFault(
  reading: Reading,
  finding: Finding,
  range: Range,
  hidden: readonly Hidden[],
): Fault {
  const { lineNumber, column, ...frame } = frameOf(reading.source, range, hidden);
  return {
    severity: finding.severity ?? 'error',
    code: finding.code,
    message: sentence(finding.says(shown(reading, finding))),
    ...(finding.next === undefined ? {} : { next: finding.next }),
    path: formatPath(finding.path),
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
function shown(reading: Reading, { path, at, part }: Finding): string {
  if (at === 'key') return quote(part ?? String(path.at(-1)));
  if (path.some((step) => reading.secretKeys.has(String(step)))) return 'the value';
  const written = writtenAt(reading, path);
  if (written !== undefined && (part === undefined || !written.includes(part)))
    return quote(written);
  return part === undefined ? shownValue(valueAt(reading.source.value, path)) : quote(part);
}

function shownValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'this';
}

/** The text of the file for a value that came from elsewhere, whole or as one item of a list. */
function writtenAt({ written }: Reading, path: Path): string | undefined {
  const ways = path.map((_, index) => formatPath(path.slice(0, index + 1)));
  return ways.map((way) => written.get(way)).find((text) => text !== undefined);
}
