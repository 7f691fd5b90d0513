import { z } from 'zod';

import { visible } from '../extensions/versions/visible.ts';
import { type Explained, explainSignIn, type Origin } from '../session/explain.ts';
import type { InvocationRecord, SignInRecord } from '../session/record.ts';
import { askGateway } from './admin-client.ts';
import { columns } from './table.ts';
import { print, printJson } from './say.ts';
import { askAfterwards, tellAfterwards } from './tell-afterwards.ts';
import { bold, callLine, heading, ms, resultOf } from './tell-run.ts';

/** The gateway that runs is of the same release: what it answers is what it keeps. */
const RECORD: z.ZodType<SignInRecord> = z.custom<SignInRecord>(
  (value) => typeof value === 'object' && value !== null && 'extensions' in value,
);

/** Prints all of one sign-in. */
export async function tellSignIn(id: string, config: string, json: boolean): Promise<void> {
  const path = `/sign-ins/${encodeURIComponent(id)}`;
  const missing = `no sign-in ${id} is kept: its id stands on the person’s page and in the log, and explain.retention says how long`;
  const record = await askGateway(config, 'GET', path, RECORD, { missing });
  const explanation = explainSignIn(record);
  const afterwards = await askAfterwards(record.id, config);
  if (json) return printJson({ ...explanation, ...afterwards });
  tellEnding(record);
  tellVerdicts(record);
  tellGroups(record);
  for (const run of record.extensions) tellRun(run);
  tellPrincipal(explanation.principal);
  tellRest(record);
  tellAfterwards(afterwards);
}

function tellEnding(record: SignInRecord): void {
  const { id, startedAt, endedAt, outcome, code, denial, message, reason, next } = record;
  const { service, method, request, principal, correlationId } = record;
  print(`${bold(`Sign-in ${id}`)}  ${outcome}${code === null ? '' : `  ${code}`}`);
  const about: readonly (readonly [string, string | null])[] = [
    ['when', `${new Date(startedAt).toISOString()}, ${endedAt - startedAt} ms`],
    ['who', principal && `${principal.username} (${principal.tid}/${principal.oid})`],
    ['by', `${method.name} (${method.type} ${method.id})`],
    [
      'to',
      service.path === '' ? 'no service' : `${service.type} ${service.path}, page ${request.path}`,
    ],
    ['from', `${request.address}, ${request.userAgent}`],
    ['denied with', denial],
    ['told', message],
    ['because', reason],
    ['to do', next],
    ['Microsoft', correlationId],
  ];
  for (const [term, text] of about) if (text) print(`  ${term.padEnd(12)} ${visible(text)}`);
}

function tellVerdicts({ verdicts }: SignInRecord): void {
  heading('Methods', verdicts.length);
  for (const { method, type, verdict, code, message, durationMs } of verdicts) {
    print(`  ${method} (${type}): ${verdict}${said(code, message)}  ${ms(durationMs)}`);
  }
}

const said = (...parts: readonly (string | null)[]): string =>
  parts
    .filter(Boolean)
    .map((part) => `  ${visible(part ?? '')}`)
    .join('');

function tellGroups({ groups, principal, remarks }: SignInRecord): void {
  const read = principal?.entraGroups ?? [];
  if (groups && read.length > 0) {
    heading('Groups that were read from Entra', read.length);
    const used = new Set(groups.matched.map(({ name }) => name));
    for (const { oid, name } of read) {
      const becomes = used.has(name)
        ? 'a group of Entrada'
        : groups.ignored.some((one) => one.oid === oid)
          ? 'no group of Entrada'
          : 'a group of Entrada';
      print(`  ${visible(name)} (${oid}): ${becomes}`);
    }
  }
  heading('Remarks', remarks.length);
  for (const { code, detail } of remarks) print(`  ${code}  ${visible(detail)}`);
}

function tellRun(run: InvocationRecord): void {
  const { extension, version, hook, mode, durationMs, hostCalls, unavailable, instead } = run;
  const shadow = mode === 'shadow' ? ' (shadow)' : '';
  print(`\n${bold(`${extension}.${hook}`)}${shadow}  ${ms(durationMs)}  ${version}`);
  print(`  ${resultOf(run)}`);
  if (instead !== null) print(`  the sign-in would have been: ${instead}`);
  for (const { resource, reason } of unavailable) print(`  no token of ${resource}: ${reason}`);
  for (const call of hostCalls) print(`  ${callLine(call)}`);
}

function tellPrincipal(principal: readonly Explained[]): void {
  heading('What the person is, and whose word that is', principal.length);
  const rows = principal.map(({ what, name, value, origin, before }) => [
    `  ${what}`,
    visible(name),
    value === undefined ? '' : shown(value),
    originText(origin) + (before ? `, before: ${originText(before)}` : ''),
  ]);
  for (const row of columns(rows)) print(row);
}

/** Longer values are in `--json`. */
const MOST = 60;

function shown(value: NonNullable<Explained['value']> | null): string {
  if (value === null) return 'taken away';
  const text = visible(JSON.stringify(value));
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}

const ORIGINS: { readonly [kind in Origin['kind']]: (origin: Origin) => string } = {
  method: ({ name }) => `the method ${name}`,
  configuration: ({ name }) => name,
  'entra-group': ({ name }) => `the group ${name} of Entra`,
  extension: ({ name, rule, version }) =>
    rule === null ? `the extension ${name} ${(version ?? '').slice(0, 19)}` : `the rule ${rule}`,
};

const originText = (origin: Origin): string => visible(ORIGINS[origin.kind](origin));

function tellRest({ tokens, steps }: SignInRecord): void {
  heading('Tokens', tokens.length);
  for (const { resource, scopes, expiresAt } of tokens) {
    print(`  ${resource}: ${scopes.join(' ')}, until ${new Date(expiresAt).toISOString()}`);
  }
  heading('Time', steps.length);
  print(`  ${steps.map(({ name, durationMs }) => `${name} ${ms(durationMs)}`).join(', ')}`);
}
