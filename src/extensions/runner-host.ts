import type { FromRunner, ToRunner } from '../../sandbox/contract.ts';
import type { EntradaError } from '../errors.ts';
import { failedJob, type Job, type JobResult } from './job.ts';
import { RunnerProcess } from './runner-process.ts';

/** A runner has this long to end an invocation whose time is over, before it is ended itself. Unit: milliseconds. */
const GRACE_MS = 300;

interface Running {
  readonly job: Job;
  readonly finish: (result: JobResult | Lost) => void;
  timer: NodeJS.Timeout;
}

/** The runner is gone; `guilty` when it had to be ended because of this job. */
export interface Lost {
  readonly lost: EntradaError;
  readonly guilty: boolean;
}

/** What the pool is told of a runner. */
export interface RunnerEvents {
  readonly lost: (error: EntradaError) => void;
  /** It must not be given more work. */
  readonly sick: (reason: string) => void;
  readonly tap?: (frame: Buffer) => void;
}

/** A runner process with the invocations that it runs now. */
export class RunnerHost {
  readonly #process: RunnerProcess;
  readonly #events: RunnerEvents;
  readonly #running = new Map<number, Running>();
  readonly #loading = new Map<string, PromiseWithResolvers<void>>();
  #nextId = 1;
  #awaiting = 0;
  #served = 0;
  #lost: EntradaError | undefined;

  constructor(platform: string, events: RunnerEvents, options: { readonly jitless?: boolean }) {
    this.#events = events;
    const tap = events.tap ? { tap: events.tap } : {};
    this.#process = new RunnerProcess(
      { message: (message) => this.#take(message), lost: (error) => this.#lose(error), ...tap },
      options,
    );
    this.#process.send({ type: 'platform', source: platform });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Invocations that run now. */
  get load(): number {
    return this.#running.size;
  }

  /** Invocations that it has begun since it was started. */
  get served(): number {
    return this.#served;
  }

  started(): Promise<void> {
    return this.#awaited(this.#process.started());
  }

  /** Loads an extension; rejects with the runner's `Failure` when it cannot be loaded. */
  async loadExtension(message: Extract<ToRunner, { type: 'load' }>): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    this.#loading.set(message.extension, waiting);
    this.#process.send(message);
    return this.#awaited(waiting.promise);
  }

  unloadExtension(extension: string): void {
    this.#process.send({ type: 'unload', extension });
  }

  /** Runs a job to its end, whatever end that is. Never rejects. */
  run(job: Job): Promise<JobResult | Lost> {
    if (this.#lost) return Promise.resolve({ lost: this.#lost, guilty: false });
    const { promise, resolve } = Promise.withResolvers<JobResult | Lost>();
    const id = this.#nextId++;
    const { extension, call, source, limits, measure } = job;
    const timer = setTimeout(() => this.#overdue(id), limits.wallMs + GRACE_MS);
    this.#running.set(id, { job, finish: resolve, timer });
    this.#served++;
    this.#process.send({ type: 'invoke', id, extension, call, source, limits, measure });
    return this.#awaited(promise);
  }

  kill(why: string): void {
    this.#process.kill(why);
  }

  /** Somebody waits for an answer of the runner: only then does it keep this process alive. */
  async #awaited<Value>(answer: Promise<Value>): Promise<Value> {
    if (this.#awaiting++ === 0) this.#process.keepAlive(true);
    try {
      return await answer;
    } finally {
      if (--this.#awaiting === 0) this.#process.keepAlive(false);
    }
  }

  /** The runner should have ended the job by its own clock: it gets one reminder. */
  #overdue(id: number): void {
    const running = this.#running.get(id);
    if (!running) return;
    this.#process.send({ type: 'cancel', id });
    running.timer = setTimeout(() => this.#condemn(id), GRACE_MS);
  }

  #condemn(id: number): void {
    const running = this.#running.get(id);
    if (!running) return;
    this.#running.delete(id);
    running.finish(
      failedJob('timeout', 'WALL', 'not done in time, and its runner had to be ended'),
    );
    this.kill('an invocation would not end');
  }

  #take(message: FromRunner): void {
    if (message.type === 'done') this.#finish(message);
    else if (message.type === 'call') void this.#call(message);
    else if (message.type === 'log')
      this.#running.get(message.id)?.job.log(message.level, message.text);
    else if (message.type === 'loaded') this.#loading.get(message.extension)?.resolve();
    else if (message.type === 'unloadable')
      this.#loading.get(message.extension)?.reject(message.failure);
    else if (message.type === 'sick') this.#events.sick(message.reason);
  }

  #finish({ id, outcome, usage }: Extract<FromRunner, { type: 'done' }>): void {
    const running = this.#running.get(id);
    if (!running) return;
    clearTimeout(running.timer);
    this.#running.delete(id);
    running.finish({ outcome, usage });
  }

  async #call({ id, call, op, argument }: Extract<FromRunner, { type: 'call' }>): Promise<void> {
    const running = this.#running.get(id);
    if (!running) return;
    const answer = await running.job.answer(op, argument);
    this.#process.send({ type: 'answer', id, call, answer });
  }

  #lose(error: EntradaError): void {
    this.#lost = error;
    const alone = this.#running.size === 1;
    for (const { finish, timer } of this.#running.values()) {
      clearTimeout(timer);
      finish({ lost: error, guilty: alone });
    }
    this.#running.clear();
    for (const waiting of this.#loading.values()) waiting.reject(error);
    this.#events.lost(error);
  }
}
