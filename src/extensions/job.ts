import type { Failure, FromRunner, LogLevel, RunnerLimits } from '../../sandbox/contract.ts';

/** One invocation, as the pool is asked for it. */
export interface Job {
  /** Name and hash of what was loaded; null to evaluate a script. */
  readonly extension: string | null;
  /** JSON text of a `Call`. */
  readonly call: string;
  /** The script of `evaluate`; null for every other hook. */
  readonly source: string | null;
  readonly limits: RunnerLimits;
  /** Measures the heap at the end. */
  readonly measure: boolean;
  /** What its random bytes come of, as base64url; left out: they are random. */
  readonly random?: string;
  /** Answers a host call: JSON text in and out. Never rejects. */
  readonly answer: (op: string, argument: string) => Promise<string>;
  readonly log: (level: LogLevel, text: string) => void;
  /** True while it has done nothing that must not happen twice: it may be run again when its runner is lost. */
  readonly repeatable: () => boolean;
}

/** How a job ended. */
export type JobResult = Omit<Extract<FromRunner, { type: 'done' }>, 'type' | 'id'>;

const NOTHING_USED = { wallMs: 0, cpuMs: 0, heapBytes: 0 } as const;

/** Whatever runs jobs to their end. Never rejects. */
export interface JobRunner {
  run(job: Job): Promise<JobResult>;
}

/** A job that ended without its runner saying so. */
export function failedJob(kind: Failure['kind'], code: string, message: string): JobResult {
  const failure: Failure = { kind, code, message, frames: [] };
  return { outcome: { ok: false, failure }, usage: NOTHING_USED };
}
