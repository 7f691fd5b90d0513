import { Command } from 'commander';
import { withConfig } from './config-option.ts';
import { EXIT, Exit } from './exit.ts';
import type { ListedSession } from './session-requests.ts';
import { mark, print, printJson, say } from './say.ts';
import { columns, time } from './table.ts';

/** `entrada sessions`: who is signed in, and the end of it. */
export function sessionsCommand(): Command {
  return new Command('sessions')
    .description('list and revoke sessions of the running gateway')
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

interface ListOptions {
  readonly config: string;
  readonly person?: string;
  readonly json?: boolean;
}

function listCommand(): Command {
  return withConfig(new Command('list'))
    .description('list who is signed in')
    .option(
      '--person <name>',
      'only of this person: username, principal name, object id or TENANT/OBJECT-ID',
    )
    .option('--json', 'print the sessions as one object')
    .addHelpText('after', '\nExample:\n  $ entrada sessions list --person jane')
    .action(list);
}

async function list({ config, person, json = false }: ListOptions): Promise<void> {
  const { allSessions } = await import('./session-requests.ts');
  const sessions = await allSessions(config, person);
  if (json) return printJson({ sessions });
  if (sessions.length === 0) return say('Nobody is signed in.');
  const rows = sessions.map(rowOf);
  for (const row of columns([['SESSION', 'PERSON', 'SERVICE', 'FROM', 'SINCE', 'UNTIL'], ...rows]))
    print(row);
}

function rowOf({
  id,
  person,
  service,
  address,
  createdAt,
  expiresAt,
}: ListedSession): readonly string[] {
  return [id, person.username, service.path, address, time(createdAt), time(expiresAt)];
}

interface RevokeOptions {
  readonly config: string;
  readonly person?: string;
  readonly json?: boolean;
}

function revokeCommand(): Command {
  return withConfig(new Command('revoke'))
    .description('end one session, or all of a person')
    .argument('[session]', 'id of the session, as list prints it')
    .option(
      '--person <name>',
      'end all of this person: username, principal name, object id or TENANT/OBJECT-ID',
    )
    .option('--json', 'print how many as an object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ entrada sessions revoke 3q2-7w…\n  $ entrada sessions revoke --person jane',
    )
    .action(revoke);
}

async function revoke(
  session: string | undefined,
  { config, person, json = false }: RevokeOptions,
): Promise<void> {
  if ((session === undefined) === (person === undefined)) {
    say(`${mark('error')} name a session, or a person with --person`);
    say('  Ids of sessions are what "entrada sessions list" prints first.');
    throw new Exit(EXIT.usage);
  }
  const path =
    session === undefined
      ? `/sessions?${new URLSearchParams({ person: person ?? '' }).toString()}`
      : `/sessions/${encodeURIComponent(session)}`;
  const { endSessions } = await import('./session-requests.ts');
  const ended = await endSessions(config, path);
  if (json) return printJson({ ended });
  say(ended === 1 ? 'One session has ended.' : `${ended} sessions have ended.`);
}
