import type { FromRunner, ToRunner } from '../../../sandbox/contract.ts';
import type { EntradaError } from '../../errors.ts';
import { failedJob, type Job, type JobResult } from '../job.ts';
import type { Loss, Lost, Present } from './lost.ts';
import type { RunnerCommandOptions } from './runner-command.ts';
import { RunnerProcess } from './runner-process.ts';
import { RunningJob } from './running-job.ts';

/** Whoever was in a runner so shortly before its end may have been the reason. Unit: milliseconds. */
const RECENT_MS = 1_000;

type Message<Type extends FromRunner['type']> = Extract<FromRunner, { type: Type }>;
type LoadMessage = Extract<ToRunner, { type: 'load' }>;

/** What the pool is told of a runner. */
export interface RunnerEvents {
  readonly lost: (loss: Loss) => void;
  /** It must not be given more work, because of an extension, where that is known. */
  readonly sick: (reason: string, extension: string | null) => void;
  readonly tap?: (frame: Buffer) => void;
  /** Of a process that debugs: what its isolate answers to `inspect`, and tells by itself. */
  readonly inspected?: (message: string) => void;
}

/** A runner process with the invocations that it runs now. */
export class RunnerHost {
  readonly #process: RunnerProcess;
  readonly #events: RunnerEvents;
  readonly #running = new Map<number, RunningJob>();
  readonly #loading = new Map<string, PromiseWithResolvers<void>>();
  readonly #loaded = new Set<string>();
  /** Extensions by id of their last invocations, and when those ended. */
  readonly #recent = new Map<number, { readonly extension: string | null; readonly at: number }>();
  #nextId = 1;
  #awaiting = 0;
  #served = 0;
  #isDismissed = false;
  #lost: EntradaError | undefined;

  constructor(platform: string, events: RunnerEvents, options: RunnerCommandOptions) {
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

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** True when an extension is loaded and was not unloaded. */
  has(extension: string): boolean {
    return this.#loaded.has(extension);
  }

  /** Whose code is in it now, or was a moment ago. */
  get present(): Present {
    const since = performance.now() - RECENT_MS;
    const ended = [...this.#recent.values()].filter(({ at }) => at >= since);
    return {
      running: new Set([...this.#running.values()].map(({ job }) => job.extension)),
      recent: new Set(ended.map(({ extension }) => extension)),
    };
  }

  /** True when it did not end by itself. */
  get wasEnded(): boolean {
    return this.#process.wasEnded;
  }

  started(): Promise<void> {
    return this.#awaited(this.#process.started());
  }

  /** Loads an extension; rejects with the runner's `Failure` when it cannot be loaded. */
  async loadExtension(message: LoadMessage): Promise<void> {
    if (this.#lost) throw this.#lost;
    const { extension } = message;
    const waiting = this.#loading.get(extension) ?? this.#beginLoading(message);
    await this.#awaited(waiting.promise);
    this.#loaded.add(extension);
  }

  #beginLoading(message: LoadMessage): PromiseWithResolvers<void> {
    const waiting = Promise.withResolvers<void>();
    this.#loading.set(message.extension, waiting);
    this.#process.send(message);
    return waiting;
  }

  unloadExtension(extension: string): void {
    this.#loaded.delete(extension);
    this.#process.send({ type: 'unload', extension });
  }

  /** Runs a job to its end, whatever end that is. Never rejects. */
  run(job: Job): Promise<JobResult | Lost> {
    if (this.#lost) return Promise.resolve({ lost: this.#lost, guilty: false });
    const id = this.#nextId++;
    const running = new RunningJob(job, {
      remind: () => this.#process.send({ type: 'cancel', id }),
      condemn: () => this.#condemn(id, running),
    });
    this.#running.set(id, running);
    this.#served++;
    const { extension, call, source, limits, measure, random } = job;
    const known = random === undefined ? {} : { random };
    this.#process.send({ type: 'invoke', id, extension, call, source, limits, measure, ...known });
    return this.#awaited(running.ended);
  }

  /** Hands a message of the Chrome DevTools Protocol to a process that debugs; no other one does anything with it. */
  inspect(message: string): void {
    this.#process.send({ type: 'inspect', message });
  }

  kill(why: string): void {
    this.#process.kill(why);
  }

  /** Ends it because it is not needed any more: whoever is still in it is not the reason. */
  dismiss(): void {
    this.#isDismissed = true;
    this.kill('it is not needed any more');
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

  #condemn(id: number, running: RunningJob): void {
    this.#forget(id, running);
    running.end(failedJob('timeout', 'WALL', 'not done in time, and its runner had to be ended'));
    this.kill('an invocation would not end');
  }

  #forget(id: number, { job }: RunningJob): void {
    this.#running.delete(id);
    const now = performance.now();
    for (const [other, { at }] of this.#recent) {
      if (now - at < RECENT_MS) break; // the oldest come first
      this.#recent.delete(other);
    }
    this.#recent.set(id, { extension: job.extension, at: now });
  }

  #take(message: FromRunner): void {
    if (message.type === 'done') this.#finish(message);
    else if (message.type === 'call') this.#call(message);
    else if (message.type === 'log') this.#log(message);
    else if (message.type === 'loaded') this.#endLoading(message)?.resolve();
    else if (message.type === 'unloadable') this.#endLoading(message)?.reject(message.failure);
    else if (message.type === 'inspected') this.#events.inspected?.(message.message);
    else if (message.type === 'sick') this.#events.sick(message.reason, this.#whose(message));
  }

  #endLoading({
    extension,
  }: {
    readonly extension: string;
  }): PromiseWithResolvers<void> | undefined {
    const waiting = this.#loading.get(extension);
    this.#loading.delete(extension);
    return waiting;
  }

  #whose({ id }: Message<'sick'>): string | null {
    if (id === null) return null;
    return this.#running.get(id)?.job.extension ?? this.#recent.get(id)?.extension ?? null;
  }

  #finish(message: Message<'done'>): void {
    const { id, outcome, usage } = message;
    const running = this.#running.get(id);
    if (!running?.mayEnd(message)) return this.#distrust();
    this.#forget(id, running);
    running.end({ outcome, usage });
  }

  #log(message: Message<'log'>): void {
    const running = this.#running.get(message.id);
    if (!running?.mayLog(message)) return this.#distrust();
    running.job.log(message.level, message.text);
  }

  #call(message: Message<'call'>): void {
    const running = this.#running.get(message.id);
    if (!running?.mayCall(message)) return this.#distrust();
    void this.#answer(running, message);
  }

  async #answer(running: RunningJob, message: Message<'call'>): Promise<void> {
    const { id, call } = message;
    const answer = await running.answer(message);
    this.#process.send({ type: 'answer', id, call, answer });
  }

  /** Our own code in the runner does not say this: another code speaks there. */
  #distrust(): void {
    this.kill('it spoke for an invocation that it does not run, or beyond its limits');
  }

  #lose(error: EntradaError): void {
    this.#lost = error;
    const { present } = this;
    const alone = this.#running.size === 1 && present.running.union(present.recent).size === 1;
    const guilty = alone && !this.#isDismissed;
    for (const running of this.#running.values()) running.end({ lost: error, guilty });
    this.#running.clear();
    for (const waiting of this.#loading.values()) waiting.reject(error);
    this.#events.lost({ error, present });
  }
}
