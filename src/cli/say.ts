import { styleText } from 'node:util';

import type { Fault } from '../config/config.ts';
import { formatFaults } from '../config/format-faults.ts';
import { maskSecrets } from '../config/masking.ts';
import { type EntradaError, isEntradaError, type Position } from '../errors.ts';
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

/** Says what is wrong with the files of an operator or an author. */
export function sayFaults(faults: readonly Fault[]): void {
  if (faults.length > 0)
    say(formatFaults(faults, { color: process.stderr.hasColors?.() ?? false }));
}

/** Something that was read, or why it cannot be used. */
type Read<Sound> =
  | (Sound & { readonly ok: true })
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** What a command needs to go on. Without it, it says what is wrong and ends: as wrong usage, if not told otherwise. */
export function soundOf<Sound>(
  read: Read<Sound>,
  code: number = EXIT.usage,
): Sound & { readonly ok: true } {
  if (read.ok) return read;
  sayFaults(read.faults);
  throw new Exit(code);
}

/** Says why a command failed: code, cause, place, next step. Never a stack without `--debug`. */
export function sayError(error: unknown, debug: boolean): void {
  if (isEntradaError(error)) sayOwn(error);
  else say(`${mark('error')} ${error instanceof Error ? error.message : String(error)}`);
  if (debug && error instanceof Error) say(error.stack ?? '');
}

function sayOwn({ code, message, next, position }: EntradaError): void {
  say(`${mark('error')} ${code}: ${message}`);
  if (position) say(`  at ${place(position)}`);
  if (next !== undefined) say(`  ${next}`);
}

function place({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
