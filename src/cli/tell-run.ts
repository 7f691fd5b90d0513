import { styleText } from 'node:util';

import { visible } from '../extensions/versions/visible.ts';
import type { HostCallRecord, InvocationRecord } from '../session/record.ts';
import { print } from './say.ts';

/** What came of a run, in a line: why it failed, or what it answered. */
export function resultOf({ verdict, decision, patch, failure }: InvocationRecord): string {
  if (failure) {
    const [frame] = failure.frames;
    const place = frame ? ` at ${frame.file}:${frame.line}:${frame.column}` : '';
    return visible(`failed: ${failure.kind} ${failure.code}: ${failure.message}${place}`);
  }
  if (verdict !== undefined) return verdict;
  const result = decision ?? patch;
  return result === null ? 'returned' : visible(JSON.stringify(result));
}

/** One call of an extension, in a line. */
export function callLine({
  method,
  url,
  status,
  code,
  done,
  rule,
  ms: time,
}: HostCallRecord): string {
  const ending = status ?? code ?? done ?? 'no answer';
  return visible(`${method} ${url} → ${ending}, by ${rule ?? 'no rule'}  ${ms(time)}`);
}

/** Prints a heading, where there is something below it. */
export function heading(text: string, count: number): void {
  if (count > 0) print(`\n${bold(text)}`);
}

/** Text that stands out, where the terminal shows that. */
export const bold = (text: string): string => styleText('bold', text, { stream: process.stdout });

/** Unit: milliseconds. */
export const ms = (value: number): string => `${value.toFixed(1)} ms`;
