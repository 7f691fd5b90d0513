import { styleText } from 'node:util';

import type { Failure, LogLevel, SourceFrame } from '../../../sandbox/contract.ts';
import { excerptOf } from '../../extensions/excerpt.ts';
import type { HostCallRecord } from '../../extensions/record.ts';
import type { FixtureListener, FixtureRun } from '../../extensions/replay/run-fixture.ts';
import { print } from '../say.ts';

type Format = Parameters<typeof styleText>[0];

/** Text in a colour, where the terminal shows any. */
export function styled(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

const LEVELS: { readonly [level in LogLevel]: Format } = {
  debug: 'dim',
  info: 'cyan',
  warn: 'yellow',
  error: 'red',
};

/** Prints lines of the log and requests as they happen. */
export const tellLive: FixtureListener = {
  log: (level, text) => print(`  ${styled(LEVELS[level], level.padEnd(5))} ${text}`),
  called: (call) => print(`  ${callLine(call)}`),
};

/** One call of an extension, in a line. */
export function callLine(call: HostCallRecord): string {
  const { method, url, rule, done, ms } = call;
  const by = rule === null ? 'not granted' : `by ${rule}`;
  const what = done === undefined ? 'fetch' : 'host';
  return `${styled('magenta', what)} ${method} ${url} ${answerOf(call)} ${styled('dim', `${by}, ${ms} ms`)}`;
}

/** What came of it: a status, what the gateway did itself, or why nothing did. */
function answerOf({ status, code, done }: HostCallRecord): string {
  if (status !== null) return [status, code].filter((part) => part !== null).join(' ');
  return code === null && done !== undefined ? done : styled('red', code ?? 'refused');
}

/** Prints what came of a run. */
export function tellRun(folder: string, run: FixtureRun): void {
  const { outcome, failure, differences, enqueued } = run;
  for (const { event, payload, delay = 0 } of enqueued)
    print(`  ${styled('magenta', 'later')} ${event} ${JSON.stringify(payload)} after ${delay} s`);
  if (failure) tellFailure(folder, failure);
  else print(`${markOf(run)} ${JSON.stringify(outcome)}  ${styled('dim', usageOf(run))}`);
  for (const difference of differences) print(`  ${styled('red', '≠')} ${difference}`);
}

/** True when a run ended as it should: as its fixture expects, or else without a failure. */
export function isGood({ differences, failure }: FixtureRun, expects: boolean): boolean {
  return differences.length === 0 && (expects || failure === null);
}

function markOf({ outcome, differences }: FixtureRun): string {
  if (differences.length > 0) return styled('red', '✖');
  return isDenial(outcome['decision']) ? styled('yellow', '⛔') : styled('green', '✔');
}

function isDenial(decision: unknown): boolean {
  return typeof decision === 'object' && decision !== null && 'decision' in decision
    ? decision.decision === 'deny'
    : false;
}

const MIB = 1024 * 1024;

function usageOf({ durationMs, usage }: FixtureRun): string {
  const heap = usage.heapBytes === 0 ? '' : `, ${(usage.heapBytes / MIB).toFixed(1)} MiB`;
  return `${durationMs.toFixed(1)} ms, CPU ${usage.cpuMs.toFixed(1)} ms${heap}`;
}

/** Prints why an invocation failed: the author's frames alone, and the source at the innermost. */
export function tellFailure(folder: string, { kind, code, message, frames }: Failure): void {
  print(`${styled('red', `✖ ${kind}`)} ${code}: ${message}`);
  for (const [index, frame] of frames.entries()) {
    print(`  ${styled('dim', 'at')} ${frameText(frame)}`);
    if (index === 0) for (const line of excerptLines(folder, frame)) print(line);
  }
}

function frameText({ file, line, column, function: name }: SourceFrame): string {
  const place = `${file}:${line}:${column}`;
  return name === undefined ? place : `${name.replace(/^Object\./, '')} (${place})`;
}

/** The source around a place, with a caret, for a terminal. */
export function excerptLines(
  folder: string,
  place: Pick<SourceFrame, 'file' | 'line' | 'column'>,
): readonly string[] {
  const lines = excerptOf(folder, place);
  const width = String(lines.at(-1)?.number ?? 0).length;
  return lines.flatMap(({ number, text, caret }) => {
    const gutter = `    ${String(number).padStart(width)} |`;
    if (caret === null) return [styled('dim', `${gutter} ${text}`)];
    const blank = text.slice(0, caret - 1).replaceAll(/[^\t]/g, ' ');
    const below = `    ${' '.repeat(width)} | ${blank}`;
    return [`${gutter} ${text}`, `${below}${styled('red', '^')}`];
  });
}
