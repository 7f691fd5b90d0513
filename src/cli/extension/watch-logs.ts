import { setTimeout as pause } from 'node:timers/promises';
import { styleText } from 'node:util';

import { z } from 'zod';

import { visible } from '../../extensions/versions/visible.ts';
import { askGateway } from '../admin-client.ts';
import { print, say } from '../say.ts';
import { untilStopped } from '../stop.ts';

/** What the command line says of lines. */
export interface LogsOptions {
  readonly config: string;
  readonly follow?: boolean;
  readonly signIn?: string;
  readonly person?: string;
  readonly json?: boolean;
}

const LINE = z.object({
  number: z.number(),
  at: z.number(),
  extension: z.string(),
  invocation: z.string(),
  signIn: z.string(),
  person: z.string().nullable(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  text: z.string(),
});

const LINES = z.object({ lines: z.array(LINE) });

type Line = z.infer<typeof LINE>;

/** New lines are asked for so often. Unit: milliseconds. */
const EVERY_MS = 500;

/** Prints the lines that are remembered, and those that come while somebody watches. */
export async function watchLogs(name: string | undefined, options: LogsOptions): Promise<void> {
  const wanted = {
    ...(name === undefined ? {} : { extension: name }),
    ...(options.signIn === undefined ? {} : { signIn: options.signIn }),
    ...(options.person === undefined ? {} : { person: options.person }),
  };
  let last = await printAfter(null, wanted, options);
  if (options.follow !== true && last === null) say('Nothing of that is remembered.');
  if (options.follow !== true) return;
  const stopped = untilStopped().then(() => 'stopped' as const);
  while ((await Promise.race([stopped, pause(EVERY_MS)])) !== 'stopped') {
    // oxlint-disable-next-line no-await-in-loop -- each answer tells where the next one begins
    last = await printAfter(last ?? 0, wanted, options);
  }
}

/** Answers the number of the last line; where there was none, the number that was given. */
async function printAfter(
  after: number | null,
  wanted: { readonly [name: string]: string },
  { config, json = false }: LogsOptions,
): Promise<number | null> {
  const query = new URLSearchParams({
    ...wanted,
    ...(after === null ? {} : { after: `${after}` }),
  });
  const path = `/extension-lines?${query.toString()}`;
  const { lines } = await askGateway(config, 'GET', path, LINES);
  for (const line of lines) print(json ? JSON.stringify(line) : toText(line));
  return lines.at(-1)?.number ?? after;
}

const COLOURS = { debug: 'gray', info: 'reset', warn: 'yellow', error: 'red' } as const;

function toText({ at, level, extension, person, signIn, text }: Line): string {
  const time = new Date(at).toISOString().slice(11, 23);
  const about = [extension, person ?? '-', signIn.slice(0, 8)].join('  ');
  const said = styleText(COLOURS[level], visible(text), { stream: process.stdout });
  return `${time}  ${level.padEnd(5)}  ${visible(about)}  ${said}`;
}
