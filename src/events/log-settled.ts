import type { Log } from '../log.ts';
import type { Settled } from './dispatcher.ts';
import { readWork } from './work.ts';

/** One line for each attempt: what, for whom, how it ended, and when it is tried again. */
export function logSettled(
  log: Pick<Log, 'debug' | 'info' | 'warn' | 'error'>,
  { message, failure, settlement, durationMs }: Settled,
): void {
  const work = readWork(message.value);
  const fields = {
    extension: message.queue,
    name: work?.name,
    id: message.id,
    signIn: work?.signIn,
    attempt: message.attempts,
    durationMs: Math.round(durationMs),
  };
  if (!failure) return log.debug({ event: 'event_done', ...fields }, 'done in the background');
  const { kind, code, message: why, frames } = failure;
  const told = { ...fields, kind, code, why, ...(frames[0] && { at: frames[0] }) };
  if (settlement.state === 'dead') {
    const next = `entrada events show ${message.id}`;
    return log.error({ event: 'event_dead', ...told, next }, 'given up; nothing more is tried');
  }
  if (settlement.state === 'done') {
    return log.warn({ event: 'schedule_overtaken', ...told }, 'given up: the next run is due');
  }
  const again = new Date(settlement.dueAt).toISOString();
  log.warn({ event: 'event_failed', ...told, again }, 'failed in the background');
}
