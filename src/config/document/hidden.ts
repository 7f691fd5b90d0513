import { CST, Lexer } from 'yaml';
import type { Hidden } from './frame.ts';
import { unsoundLines } from './hidden-unsound.ts';
import type { KeyNames } from './key-names.ts';
import { isReference, namedPart, SECRET, userinfoParts, type Part } from './mask.ts';
import { allScalars, valuesBelow } from './yaml-place.ts';
import type { Range, YamlSource } from './yaml-source.ts';

/** What is asked for. */
export interface Wanted {
  /** Values that are hidden because nobody knows their keys. */
  readonly unknown: readonly Range[];
  /** The lines that will be shown. */
  readonly lines: readonly Range[];
}

/** A longer line is not written by hand, and not worth the search for secrets in it. Unit: UTF-16 code units. */
const LONGEST_LINE = 2000;

/** Everything of some lines that no fault may show, whatever is wrong on them. */
export function hiddenRanges(
  source: YamlSource,
  names: KeyNames,
  { unknown, lines }: Wanted,
): readonly Hidden[] {
  const long = lines.filter(({ start, end }) => end - start > LONGEST_LINE);
  const short = lines.filter((line) => !long.includes(line));
  return [
    ...long.map((range) => ({ ...range, as: '…' })),
    ...unknown.map((range) => ({ ...range, as: '…' })),
    ...onLines(belowSecretKeys(source, names), short),
    ...onLines(comments(source.text), short),
    ...onLines(allScalars(source), short).flatMap((scalar) => withinScalar(source, names, scalar)),
    ...short.flatMap((line) => userinfo(source, line)),
    ...(source.value === undefined ? onLines(unsoundLines(source.text, names), short) : []),
  ];
}

function onLines<T extends Range>(ranges: readonly T[], lines: readonly Range[]): readonly T[] {
  return ranges.filter((range) =>
    lines.some((line) => range.start <= line.end && range.end >= line.start),
  );
}

function belowSecretKeys(source: YamlSource, { secret }: KeyNames): readonly Hidden[] {
  return valuesBelow(source, (key) => key.split(/[^\w-]+/).some((word) => secret.has(word)))
    .filter(({ start, end }) => !isReference(source.text.slice(start, end)))
    .map((range) => ({ ...range, as: SECRET }));
}

/** A comment is often the value before, and no fault lies in one. */
function comments(text: string): readonly Hidden[] {
  const found: Hidden[] = [];
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    // Some lexemes only steer the parser and are not in the text.
    if (!text.startsWith(lexeme, offset)) continue;
    const end = offset + lexeme.length;
    if (CST.tokenType(lexeme) === 'comment') found.push({ start: offset, end, as: '' });
    offset = end;
  }
  return found;
}

function userinfo(source: YamlSource, line: Range): readonly Hidden[] {
  return userinfoParts(source.text.slice(line.start, line.end)).map((part) => hide(line, part));
}

function withinScalar(source: YamlSource, { secret }: KeyNames, scalar: Range): readonly Hidden[] {
  const text = source.text.slice(scalar.start, scalar.end);
  const part = isReference(text) ? undefined : namedPart(text, secret); // its path may have a key's name
  return part === undefined ? [] : [hide(scalar, part)];
}

function hide({ start }: Range, [from, to]: Part): Hidden {
  return { start: start + from, end: start + to, as: SECRET };
}
