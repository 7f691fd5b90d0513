import type { FromRunner, HostAnswer } from '../../../sandbox/contract.ts';
import type { Job, JobResult } from '../job.ts';
import type { Lost } from './lost.ts';

/** A runner has this long to end an invocation whose time is over, before it is ended itself. Unit: milliseconds. */
const GRACE_MS = 300;

type Message<Type extends FromRunner['type']> = Extract<FromRunner, { type: Type }>;

/** What a job asks of the runner that it is in. */
export interface RunningJobPorts {
  /** Its time is over by the gateway's clock: it is to be ended. */
  readonly remind: () => void;
  /** It was reminded, and goes on. */
  readonly condemn: () => void;
}

/**
 * A job in a runner, with the gateway's own copy of its limits. The runner holds them too: one that lets more through
 * than the job may do is no longer ours.
 */
export class RunningJob {
  readonly job: Job;
  readonly ended: Promise<JobResult | Lost>;
  readonly #end: (result: JobResult | Lost) => void;
  readonly #seen = new Set<number>();
  #timer: NodeJS.Timeout;
  #answering = 0;
  #lines = 0;

  constructor(job: Job, ports: RunningJobPorts) {
    this.job = job;
    const { promise, resolve } = Promise.withResolvers<JobResult | Lost>();
    this.ended = promise;
    this.#end = resolve;
    this.#timer = setTimeout(() => {
      ports.remind();
      this.#timer = setTimeout(ports.condemn, GRACE_MS);
    }, job.limits.wallMs + GRACE_MS);
  }

  end(result: JobResult | Lost): void {
    clearTimeout(this.#timer);
    this.#end(result);
  }

  /** True when a result of this length may come. */
  mayEnd({ outcome }: Message<'done'>): boolean {
    return !outcome.ok || outcome.result.length <= this.job.limits.resultLength;
  }

  /** True when the job may write this line. */
  mayLog({ text }: Message<'log'>): boolean {
    const { logLines, logLineLength } = this.job.limits;
    return ++this.#lines <= logLines && text.length <= Math.max(logLineLength, LAST_LINE);
  }

  /** True when the job may make this call. */
  mayCall({ call, argument }: Message<'call'>): boolean {
    const { hostCalls, concurrentHostCalls, messageLength } = this.job.limits;
    const isNew = !this.#seen.has(call);
    this.#seen.add(call);
    return (
      isNew &&
      this.#seen.size <= hostCalls &&
      this.#answering < concurrentHostCalls &&
      argument.length <= messageLength
    );
  }

  /** The answer to a call, as JSON text. Never rejects: nobody waits for it but the runner. */
  async answer({ op, argument }: Message<'call'>): Promise<string> {
    this.#answering++;
    try {
      return await this.job.answer(op, argument);
    } catch {
      return BROKEN;
    } finally {
      this.#answering--;
    }
  }
}

const BROKEN = JSON.stringify({
  ok: false,
  error: { code: 'OPERATION_FAILED', message: 'the host could not do this' },
} satisfies HostAnswer);

/** The runner's own remark behind the last line. Unit: UTF-16 code units. */
const LAST_LINE = 100;
