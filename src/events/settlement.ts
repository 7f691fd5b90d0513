import type { Failure } from '../../sandbox/contract.ts';
import type { Message, Settlement } from '../store/queue.ts';
import { MAX_FAILURES, waitAfter } from './backoff.ts';

/** After a run that never came about, and that was not the extension's fault. Unit: milliseconds. */
const RETRY_MS = 5_000;

/** Even what was never the extension's fault has an end. */
const MAX_ATTEMPTS = 100;

/** What another attempt would end with as well. */
const HOPELESS: ReadonlySet<string> = new Set(['HOOK_MISSING', 'EXTENSION_SHAPE', 'CALL_LENGTH']);

/** What becomes of a message after an attempt. */
export function settlementFor(
  { failures, attempts }: Pick<Message, 'failures' | 'attempts'>,
  failure: Failure | null,
  now: number,
): Settlement {
  if (!failure) return { state: 'done' };
  if (failure.kind === 'unavailable' && attempts < MAX_ATTEMPTS) {
    return { state: 'waiting', dueAt: now + RETRY_MS };
  }
  const failed = failures + 1;
  if (failed >= MAX_FAILURES || attempts >= MAX_ATTEMPTS || HOPELESS.has(failure.code)) {
    return { state: 'dead', failure };
  }
  return { state: 'waiting', dueAt: now + waitAfter(failed), failure };
}
