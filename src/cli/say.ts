import { styleText } from 'node:util';

import type { Fault } from '../config/config.ts';
import { formatFaults } from '../config/format-faults.ts';
import { maskSecrets } from '../config/masking.ts';
import { isEntradaError, type Position } from '../errors.ts';
import { EXIT, Exit } from './exit.ts';

/** Data, for standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One object, for programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Talk, for standard error. */
export function say(text: string): void {
  process.stderr.write(`${maskSecrets(text)}\n`);
}

const MARKS = {
  ok: ['✔', 'green'],
  warning: ['⚠', 'yellow'],
  error: ['✖', 'red'],
  unknown: ['?', 'gray'],
} as const;

/** A sign and its colour, before a line of a list. */
export function mark(kind: keyof typeof MARKS): string {
  const [sign, colour] = MARKS[kind];
  return styleText(colour, sign, { stream: process.stderr });
}

/** Says what is wrong with a configuration; ends the command when any of it is an error. */
export function sayFaults(faults: readonly Fault[]): void {
  if (faults.length > 0)
    say(formatFaults(faults, { color: process.stderr.hasColors?.() ?? false }));
  if (faults.some(({ severity }) => severity === 'error')) throw new Exit(EXIT.usage);
}

/** Says why a command failed: code, cause, place, next step. Never a stack without `--debug`. */
export function sayError(error: unknown, debug: boolean): void {
  if (!isEntradaError(error)) {
    say(`${mark('error')} ${error instanceof Error ? error.message : String(error)}`);
    if (debug && error instanceof Error) say(error.stack ?? '');
    return;
  }
  const { code, message, next, position } = error;
  say(`${mark('error')} ${code}: ${message}`);
  if (position) say(`  at ${place(position)}`);
  if (next !== undefined) say(`  ${next}`);
  if (debug) say(error.stack ?? '');
}

function place({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
