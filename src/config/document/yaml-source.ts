import { LineCounter, parseDocument, type Document, type YAMLError } from 'yaml';
import type { Finding } from './finding.ts';
import { findHazards } from './yaml-hazards.ts';

/** The text of a file, its tree and its plain value. */
export interface YamlSource {
  /** As faults name it. */
  readonly file: string;
  readonly text: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** Plain data; undefined when the text is not sound. */
  readonly value: unknown;
}

/** Offsets in the text, from `start` up to and without `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Something wrong with the text as YAML. Its place is a range, because there may be no value. */
export type SourceFinding = Omit<Finding, 'path' | 'at' | 'needs'> & { readonly range: Range };

/**
 * Reads YAML 1.2 (core schema) that stands for plain data: one document, text keys, no aliases, no tags of its own.
 *
 * @returns The source, and everything that is wrong with it as YAML. Its value is undefined when it cannot be told.
 */
export function readYaml(
  text: string,
  file: string,
): { readonly source: YamlSource; readonly findings: readonly SourceFinding[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    schema: 'core',
    prettyErrors: false,
  });
  const hazards = findHazards(document);
  const sound =
    hazards.every(({ code }) => code !== 'CONFIG_SYNTAX') && document.errors.every(isBearable);
  const value: unknown = sound ? document.toJS({ maxAliasCount: 0 }) : undefined;
  const errors = [...document.errors, ...document.warnings].map(describeError);
  return { source: { file, text, document, lines, value }, findings: [...errors, ...hazards] };
}

/** A key that stands twice leaves the tree sound, so that the rest can be checked as well. */
function isBearable(error: YAMLError): boolean {
  return error.code === 'DUPLICATE_KEY';
}

/** What to say of an error of the YAML parser. Its own texts may quote the file, and with it a secret. */
const ADVICE: Readonly<Record<string, readonly [says: string, next?: string]>> = {
  BAD_INDENT: [
    'The indentation does not fit',
    'Indent the keys of one map alike, and close every [ and {.',
  ],
  BAD_DQ_ESCAPE: [
    'A backslash in double quotes begins nothing that YAML knows',
    "Use single quotes: '…'.",
  ],
  BAD_SCALAR_START: ['A value cannot begin with this character', "Put the value in quotes: '…'."],
  BLOCK_AS_IMPLICIT_KEY: [
    'A map cannot begin inside a value of one line',
    "Put a value that holds a colon and a space in quotes: '…'.",
  ],
  COMMENT_SPACE: [
    'A comment needs a space before its #',
    "Put a value that holds # in quotes: '…'.",
  ],
  DUPLICATE_KEY: ['The key stands twice in one map', 'Keep one of them.'],
  MISSING_CHAR: [
    'Something is left open or out',
    'Close every quote, [ and {, and part the entries.',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'A key and its colon must stand on one line',
    'Write "key: value", with a space after the colon.',
  ],
  MULTIPLE_DOCS: [
    'The file holds more than one document',
    'Remove the line --- and what does not belong.',
  ],
  NON_STRING_KEY: ['A key must be text'],
  TAB_AS_INDENT: ['Tabs cannot indent YAML', 'Use spaces.'],
  TAG_RESOLVE_FAILED: ['Tags (!name) are not accepted', 'Write the value without the tag.'],
};

function describeError(error: YAMLError): SourceFinding {
  const [says, next] = ADVICE[error.code] ?? [`This is not valid YAML (${error.code})`];
  return {
    code: error.code === 'DUPLICATE_KEY' ? 'CONFIG_DUPLICATE' : 'CONFIG_SYNTAX',
    says: () => says,
    ...(next === undefined ? {} : { next }),
    range: { start: error.pos[0], end: error.pos[1] },
  };
}
