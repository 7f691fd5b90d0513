import { failedJob, type Job, type JobResult } from '../job.ts';
import type { NoPlace } from './places.ts';

const REFUSALS: { readonly [why in NoPlace]: readonly [code: string, sentence: string] } = {
  full: ['QUEUE_FULL', 'more invocations wait than may'],
  late: ['QUEUE_TIMEOUT', 'no place became free in time'],
  closed: ['RUNNER_LOST', 'the gateway ends'],
};

/** The result of a job that got no place. */
export function refuse(why: NoPlace): JobResult {
  return failedJob('unavailable', ...REFUSALS[why]);
}

/** The time that a job waited is taken off its wall time: who waits for it waits for both. */
export function shortened(job: Job, waitedMs: number): Job {
  if (waitedMs < 1) return job;
  const wallMs = Math.max(1, Math.round(job.limits.wallMs - waitedMs));
  return { ...job, limits: { ...job.limits, wallMs } };
}
