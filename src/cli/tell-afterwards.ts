import { z } from 'zod';

import type { BackgroundRun } from '../events/runs.ts';
import type { ToldEvent } from '../events/story.ts';
import { visible } from '../extensions/versions/visible.ts';
import type { SessionEndRecord } from '../session/records.ts';
import { askGateway } from './admin-client.ts';
import { print } from './say.ts';
import { bold, callLine, heading, ms, resultOf } from './tell-run.ts';

/** What became of a sign-in after it ended: of its session, and in the background. */
export interface Afterwards {
  /** Null while the session lives, and where there was none. */
  readonly sessionEnd: SessionEndRecord | null;
  readonly events: readonly ToldEvent[];
}

/** The gateway that runs is of the same release: what it answers is what it keeps. */
const AFTERWARDS: z.ZodType<Afterwards> = z.custom<Afterwards>(
  (value) => typeof value === 'object' && value !== null && 'events' in value,
);

/** Asks the gateway what became of a sign-in. */
export async function askAfterwards(id: string, config: string): Promise<Afterwards> {
  return askGateway(config, 'GET', `/sign-ins/${encodeURIComponent(id)}/afterwards`, AFTERWARDS);
}

/** Prints every event with every attempt at it, and how the session ended. */
export function tellAfterwards({ sessionEnd, events }: Afterwards): void {
  heading('In the background', events.length);
  for (const event of events) tellEvent(event);
  if (sessionEnd) tellEnd(sessionEnd);
}

function tellEvent({ id, extension, name, state, dueAt, runs }: ToldEvent): void {
  const due = dueAt === null || state === 'running' ? '' : `, due ${timeOf(dueAt)}`;
  print(visible(`  ${bold(`${extension}.${name}`)}  ${state}${due}  ${id}`));
  for (const run of runs) tellAttempt(run);
}

function tellAttempt({ attempt, endedAt, left, run }: BackgroundRun): void {
  const shadow = run.mode === 'shadow' ? ' (shadow)' : '';
  const about = `${timeOf(endedAt)}${shadow}  ${ms(run.durationMs)}`;
  print(`    attempt ${attempt}  ${about}  ${run.version.slice(0, 19)}`);
  print(`      ${resultOf(run)}`);
  for (const { resource, reason } of run.unavailable)
    print(`      no token of ${resource}: ${reason}`);
  for (const call of run.hostCalls) print(`      ${callLine(call)}`);
  for (const name of left) print(visible(`      left ${name} for later`));
}

function tellEnd({ at, reason, by }: SessionEndRecord): void {
  heading('The session ended', 1);
  const who = by === null ? '' : ` ${by.extension}: ${by.code}`;
  print(visible(`  ${timeOf(at)}  ${reason}${who}`));
}

const timeOf = (at: number): string => new Date(at).toISOString();
