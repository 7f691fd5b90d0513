import { visit, type Document, type YAMLError } from 'yaml';
import type { Range, SourceFinding } from './yaml-source.ts';

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
  RESOURCE_EXHAUSTION: ['Lists and maps are nested too deeply', 'Close what is open before it.'],
  UNEXPECTED_TOKEN: [
    'YAML does not expect this here',
    "Inside [ ] and { }, put values such as '${env:NAME}' in quotes.",
  ],
  TAB_AS_INDENT: ['Tabs cannot indent YAML', 'Use spaces.'],
  TAG_RESOLVE_FAILED: ['Tags (!name) are not accepted', 'Write the value without the tag.'],
};

/** Says what is wrong with a text as YAML. */
export function describeErrors(document: Document, text: string): readonly SourceFinding[] {
  const told = new Set<number>();
  const errors = [...document.errors, ...document.warnings].filter((error) =>
    saysSomething(error, told, lineStart(text, error.pos[0])),
  );
  return errors.map((error) => describeError(document, text, error));
}

/** Where YAML loses its way, the rest of the line is wrong to it as well, and everything behind is unexpected. */
function saysSomething({ code }: YAMLError, told: Set<number>, line: number): boolean {
  if (code === 'DUPLICATE_KEY') return true;
  if (told.has(line) || (code === 'UNEXPECTED_TOKEN' && told.size > 0)) return false;
  told.add(line);
  return true;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function describeError(document: Document, text: string, error: YAMLError): SourceFinding {
  const [says, next] = ADVICE[error.code] ?? [`This is not valid YAML (${error.code})`];
  const range = openQuote(document, error) ?? { start: error.pos[0], end: error.pos[1] };
  const advice = holdsBareReference(text, error.pos[0]) ? QUOTE_REFERENCES : next;
  return {
    code: error.code === 'DUPLICATE_KEY' ? 'CONFIG_DUPLICATE' : 'CONFIG_SYNTAX',
    says: () => says,
    ...(advice === undefined ? {} : { next: advice }),
    range,
  };
}

/** The quote that was never closed: YAML notices only at the end of the text. */
function openQuote(document: Document, { code, pos }: YAMLError): Range | undefined {
  if (code !== 'MISSING_CHAR') return undefined;
  let found: Range | undefined;
  visit(document, {
    Scalar: (_role, { type, range }) => {
      if (type?.startsWith('QUOTE') !== true || !range) return;
      if (range[0] > pos[0] || range[1] < pos[0]) return; // other quotes have nothing to do with it
      found = { start: range[0], end: range[1] };
    },
  });
  return found;
}

const QUOTE_REFERENCES = "Inside [ ] and { }, put values such as '${env:NAME}' in quotes.";

/** True for a line with `[${env:NAME}]`: YAML takes the brace for a map. */
function holdsBareReference(text: string, offset: number): boolean {
  const start = lineStart(text, offset);
  const [line = ''] = text.slice(start).split('\n', 1);
  return /[[{,]\s*(?:[\w-]+:\s+)?[^\s'"]*\$\{/.test(line);
}
