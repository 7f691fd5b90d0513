import { Command } from 'commander';
import { z } from 'zod';

import { askGateway } from './admin-client.ts';
import { EXIT, Exit } from './exit.ts';
import { withConfig } from './load.ts';
import { mark, print, printJson, say } from './say.ts';

const SESSION = z.object({
  id: z.string(),
  signIn: z.string(),
  service: z.object({ type: z.string(), path: z.string() }),
  method: z.string(),
  person: z.object({
    username: z.string(),
    name: z.string().nullable(),
    tid: z.string(),
    oid: z.string(),
  }),
  createdAt: z.number(),
  expiresAt: z.number(),
  endsAt: z.number(),
  address: z.string(),
  userAgent: z.string(),
});

type ListedSession = z.infer<typeof SESSION>;

const PAGE = z.object({ sessions: z.array(SESSION), next: z.string().nullable() });
const ENDED = z.object({ ended: z.number() });

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
    .option('--person <name>', 'only of this person: username, principal name or object id')
    .option('--json', 'print the sessions as one object')
    .addHelpText('after', '\nExample:\n  $ entrada sessions list --person jane')
    .action(list);
}

async function list({ config, person, json = false }: ListOptions): Promise<void> {
  const sessions = await allSessions(config, person);
  if (json) return printJson({ sessions });
  if (sessions.length === 0) return say('Nobody is signed in.');
  const rows = sessions.map(rowOf);
  for (const row of columns([['SESSION', 'PERSON', 'SERVICE', 'FROM', 'SINCE', 'UNTIL'], ...rows]))
    print(row);
}

async function allSessions(
  config: string,
  person: string | undefined,
): Promise<readonly ListedSession[]> {
  const found: ListedSession[] = [];
  for (let after: string | null = ''; after !== null;) {
    const query = new URLSearchParams({ after, ...(person === undefined ? {} : { person }) });
    // oxlint-disable-next-line no-await-in-loop -- a page is asked for by the end of the one before
    const page: z.infer<typeof PAGE> = await askGateway(
      config,
      'GET',
      `/sessions?${query.toString()}`,
      PAGE,
    );
    found.push(...page.sessions);
    after = page.next;
  }
  return found;
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

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ');
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(...rows.map((row) => row[index]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
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
    .option('--person <name>', 'end all of this person: username, principal name or object id')
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
    throw new Exit(EXIT.usage);
  }
  const path =
    session === undefined
      ? `/sessions?${new URLSearchParams({ person: person ?? '' }).toString()}`
      : `/sessions/${encodeURIComponent(session)}`;
  const { ended } = await askGateway(config, 'DELETE', path, ENDED);
  if (json) return printJson({ ended });
  say(ended === 1 ? 'One session has ended.' : `${ended} sessions have ended.`);
}
