import type { Call, Invocation } from '../../../sandbox/contract.ts';
import type { Job } from '../job.ts';

/** A job for another attempt: it is told so, and that it has all its time again; its idempotency key stays. */
export function again(job: Job, elapsedMs: number): Job {
  const call: Call = JSON.parse(job.call);
  const deadline = call.deadline + elapsedMs;
  const event = call.event && nextAttempt(call.event, deadline);
  return { ...job, call: JSON.stringify({ ...call, event, deadline } satisfies Call) };
}

function nextAttempt(event: object, deadline: number): object {
  return isInvocation(event) ? { ...event, attempt: event.attempt + 1, deadline } : event;
}

function isInvocation(event: object): event is Invocation {
  return 'attempt' in event && typeof event.attempt === 'number';
}
