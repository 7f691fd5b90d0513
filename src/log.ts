import { pino, type DestinationStream, type Logger } from 'pino';
import { styleText } from 'node:util';

import { maskSecrets } from './config/masking.ts';

/** The gateway's log: JSON lines, or lines for people. No secret that is in memory stands in any of them. */
export type Log = Logger;

export interface LogOptions {
  /** Lines for people instead of JSON. */
  readonly pretty: boolean;
  /** Default `info`. */
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Takes each line, with its end. Default: standard output. */
  readonly write?: (line: string) => void;
}

/** Makes the log. Masking is the last stage: nothing can write past it. */
export function createLog({ pretty, level = 'info', write = toStdout }: LogOptions): Log {
  const stream: DestinationStream = {
    write: (line) => write(masked(pretty ? prettyLine(line) : line)),
  };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, stream);
}

/** The end of a line breaks no secret: with it, each line would be looked through as a broken one, too. */
const masked = (line: string): string => `${maskSecrets(line.slice(0, -1))}\n`;

const formatters = { level: (label: string) => ({ level: label }) };

function toStdout(line: string): void {
  process.stdout.write(line);
}

const COLOURS: ReadonlyMap<unknown, 'gray' | 'green' | 'yellow' | 'red'> = new Map([
  ['debug', 'gray'],
  ['info', 'green'],
  ['warn', 'yellow'],
  ['error', 'red'],
] as const);

/** `12:34:56 warn  message  name=value`. What does not parse is shown as it is. */
function prettyLine(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line);
  const colour = COLOURS.get(level) ?? 'gray';
  const clock = styleText('gray', String(time).slice(11, 19));
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  const tail = rest.length === 0 ? '' : `  ${styleText('gray', rest.join(' '))}`;
  return `${clock} ${styleText(colour, String(level).padEnd(5))} ${String(msg)}${tail}\n`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
