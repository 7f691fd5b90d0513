import { parse } from 'yaml';

/** One test, as TAP (version 13) tells it. */
export interface TapTest {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped' | 'todo';
  /** Lines that the test wrote. */
  readonly lines: readonly string[];
  /** What AVA says of a failure. */
  readonly message: string;
  readonly details: { readonly [label: string]: string };
  /** Where, as in `file:///…/gate.test.ts:22:5`; null when it is not known. */
  readonly at: string | null;
}

const RESULT = /^(not ok|ok) \d+ - (.*?)(?: # (SKIP|TODO).*)?$/;

/** Reads what a run of tests printed as TAP. */
export function readTap(text: string): readonly TapTest[] {
  const blocks = text.split(/^(?=(?:not ok|ok) )/m).slice(1);
  return blocks.flatMap((block) => readBlock(block));
}

function readBlock(block: string): readonly TapTest[] {
  const [first = '', ...rest] = block.split('\n');
  const match = RESULT.exec(first);
  if (!match) return [];
  const [, result = '', title = '', directive] = match;
  const diagnosis = diagnosisOf(block);
  return [
    {
      title,
      state: stateOf(result, directive),
      lines: rest.filter((line) => line.startsWith('#   ')).map((line) => line.slice(4)),
      message: textOf(diagnosis['message']),
      details: detailsOf(diagnosis['details']),
      at: textOf(diagnosis['at']) || null,
    },
  ];
}

function stateOf(result: string, directive: string | undefined): TapTest['state'] {
  if (directive === 'SKIP') return 'skipped';
  if (directive === 'TODO') return 'todo';
  return result === 'ok' ? 'passed' : 'failed';
}

function diagnosisOf(block: string): { readonly [name: string]: unknown } {
  const yaml = /^ {2}---\n([\s\S]*?)^ {2}\.\.\.$/m.exec(block)?.[1];
  const parsed: unknown = yaml === undefined ? {} : parse(yaml);
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function detailsOf(value: unknown): TapTest['details'] {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).map(
      ([label, text]) => [label, typeof text === 'string' ? text : ''] as const,
    ),
  );
}
