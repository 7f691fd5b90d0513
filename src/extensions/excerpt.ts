import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { SourceFrame } from '../../sandbox/contract.ts';
import { systemCode } from '../errors.ts';

/** Lines before and after the one that matters. */
const AROUND = 2;

/** A line of a source with its number; of the one that matters, where the caret goes. */
export interface ExcerptLine {
  readonly number: number;
  readonly text: string;
  /** From 1; null for the lines around. */
  readonly caret: number | null;
}

/** The lines of the author's file around a place; none where the file is not there any more. */
export function excerptOf(
  folder: string,
  { file, line, column }: Pick<SourceFrame, 'file' | 'line' | 'column'>,
): readonly ExcerptLine[] {
  const text = readSource(path.resolve(folder, file));
  if (text === undefined) return [];
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, line - AROUND);
  return lines.slice(first - 1, line + AROUND).map((one, index) => ({
    number: first + index,
    text: one,
    caret: first + index === line ? column : null,
  }));
}

function readSource(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return undefined;
  }
}
