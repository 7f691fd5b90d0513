import { Command } from 'commander';

import { withConfig } from './config-option.ts';
import type { ListedEvent, ShownEvent } from './event-requests.ts';
import { EXIT, Exit } from './exit.ts';
import { mark, print, printJson, say } from './say.ts';
import { columns, time } from './table.ts';

/** `entrada events`: what extensions do in the background, and what was given up. */
export function eventsCommand(): Command {
  return new Command('events')
    .description('look at what extensions do in the background; try it again, or throw it away')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(replayCommand())
    .addCommand(discardCommand());
}

interface Options {
  readonly config: string;
  readonly extension?: string;
  readonly state?: string;
  readonly dead?: boolean;
  readonly json?: boolean;
}

function listCommand(): Command {
  return withConfig(new Command('list'))
    .description('list events that wait, run, or were given up')
    .option('--state <waiting|dead>', 'only those: dead ones were given up')
    .option('--extension <name>', 'only those of an extension')
    .option('--json', 'print the events as one object')
    .addHelpText('after', '\nExample:\n  $ entrada events list --state dead')
    .action(list);
}

async function list({ config, extension, state, json = false }: Options): Promise<void> {
  if (state !== undefined && state !== 'waiting' && state !== 'dead') {
    say(`${mark('error')} --state is waiting or dead`);
    throw new Exit(EXIT.usage);
  }
  const { allEvents } = await import('./event-requests.ts');
  const events = await allEvents(config, { extension, state });
  if (json) return printJson({ events });
  if (events.length === 0) return say('There are no such events.');
  const head = ['EVENT', 'EXTENSION', 'NAME', 'STATE', 'SINCE', 'NEXT', 'ATTEMPTS', 'FAILURE'];
  for (const row of columns([head, ...events.map(rowOf)])) print(row);
}

function rowOf(event: ListedEvent): readonly string[] {
  const { id, extension, name, state, createdAt, dueAt, attempts, failure } = event;
  const next = state === 'waiting' ? time(dueAt) : '-';
  const why = failure ? `${failure.code}: ${failure.message}`.slice(0, 80) : '-';
  return [id, extension, name, state, time(createdAt), next, String(attempts), why];
}

function showCommand(): Command {
  return withConfig(new Command('show'))
    .description('print all of an event: what the extension is told, and why it failed')
    .argument('<event>', 'id of the event, as list prints it')
    .option('--json', 'print it as an object')
    .addHelpText('after', '\nExample:\n  $ entrada events show 3f0c….signIn.denied.teams-notice')
    .action(show);
}

async function show(id: string, { config, json = false }: Options): Promise<void> {
  const { oneEvent } = await import('./event-requests.ts');
  const event = await oneEvent(config, id);
  if (json) return printJson(event);
  for (const line of linesOf(event)) print(line);
}

function linesOf(event: ShownEvent): readonly string[] {
  const { id, extension, name, state, signIn, createdAt, dueAt, attempts, failure, tokens } = event;
  const rows = [
    ['event', id],
    ['extension', extension],
    ['name', name],
    ['state', state],
    ['sign-in', signIn],
    ['tokens of', tokens],
    ['written down', time(createdAt)],
    [state === 'dead' ? 'given up' : 'next attempt', time(dueAt)],
    ['attempts', String(attempts)],
    ...(failure ? [['failure', `${failure.kind} ${failure.code}: ${failure.message}`]] : []),
    ...(failure?.frames ?? []).map(({ file, line, column }) => [
      '',
      `at ${file}:${line}:${column}`,
    ]),
  ];
  return [...columns(rows), '', JSON.stringify(event.event, null, 2)];
}

function replayCommand(): Command {
  return withConfig(new Command('replay'))
    .description('try an event again now, or all that were given up')
    .argument('[event]', 'id of the event, as list prints it')
    .option('--dead', 'all that were given up')
    .option('--extension <name>', 'with --dead: only those of an extension')
    .option('--json', 'print how many as an object')
    .addHelpText(
      'after',
      '\nIts idempotency key stays the same.\n\nExamples:\n  $ entrada events replay 3f0c….signIn.denied.teams-notice\n  $ entrada events replay --dead --extension teams-notice',
    )
    .action(replay);
}

async function replay(id: string | undefined, options: Options): Promise<void> {
  requireOne(id, options);
  const { replayEvents } = await import('./event-requests.ts');
  const replayed = await replayEvents(options.config, id, { extension: options.extension });
  if (options.json) return printJson({ replayed });
  say(replayed === 1 ? 'One event is tried again.' : `${replayed} events are tried again.`);
}

function discardCommand(): Command {
  return withConfig(new Command('discard'))
    .description('throw an event away, or all that were given up')
    .argument('[event]', 'id of the event, as list prints it')
    .option('--dead', 'all that were given up')
    .option('--extension <name>', 'with --dead: only those of an extension')
    .option('--json', 'print how many as an object')
    .addHelpText(
      'after',
      '\nWhat is thrown away is never told to the extension.\n\nExample:\n  $ entrada events discard --dead --extension teams-notice',
    )
    .action(discard);
}

async function discard(id: string | undefined, options: Options): Promise<void> {
  requireOne(id, options);
  const { discardEvents } = await import('./event-requests.ts');
  const discarded = await discardEvents(options.config, id, { extension: options.extension });
  if (options.json) return printJson({ discarded });
  say(discarded === 1 ? 'One event is gone.' : `${discarded} events are gone.`);
}

/** One event by its id, or the dead ones. */
function requireOne(id: string | undefined, { dead = false, extension }: Options): void {
  if ((id !== undefined) !== dead && (dead || extension === undefined)) return;
  say(`${mark('error')} name an event, or say --dead for all that were given up`);
  throw new Exit(EXIT.usage);
}
