import { availableParallelism } from 'node:os';

import type { Failure, ToRunner } from '../../sandbox/contract.ts';
import { EntradaError } from '../errors.ts';
import { failedJob, type Job, type JobResult } from './job.ts';
import { type Lost, RunnerHost } from './runner-host.ts';

/** How many invocations wait before the next one is refused. */
const MAX_WAITING = 64;

/** How many run in one runner at the same time: most of them wait for an API. */
const MAX_PER_RUNNER = 32;

/** A runner is replaced after so many: what V8 keeps of ended isolates must not add up for ever. */
const MAX_SERVED = 5_000;

/** After a runner that did not even start, the next one is tried so much later. Unit: milliseconds. */
const RESPAWN_MS = 1_000;

type LoadMessage = Extract<ToRunner, { type: 'load' }>;

export interface PoolOptions {
  /** The platform's script. */
  readonly platform: string;
  /** Default: one for each core, four at the most. */
  readonly runners?: number;
  /** No machine code is made of guest code: slower, and without most of V8's attack surface. */
  readonly jitless?: boolean;
  /** Hears of runners that are lost, for the log. */
  readonly report: (
    event: 'runner_lost' | 'runner_sick' | 'runner_recycled',
    detail: string,
  ) => void;
  /** For tests: every frame on the pipes. */
  readonly tap?: (frame: Buffer) => void;
}

/**
 * Runner processes, and the extensions that are loaded into each of them. A job goes to the runner with the least to do; a
 * runner that is lost is replaced, and jobs that were only bystanders are run once more.
 */
export class RunnerPool implements AsyncDisposable {
  readonly #options: PoolOptions;
  readonly #most: number;
  readonly #runners = new Set<RunnerHost>();
  readonly #retiring = new Set<RunnerHost>();
  readonly #extensions = new Map<string, LoadMessage>();
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#most = options.runners ?? Math.min(availableParallelism(), 4);
  }

  /** Starts every runner. Rejects when one of them does not start. */
  async start(): Promise<void> {
    const runners = Array.from({ length: this.#most }, () => this.#spawn());
    await Promise.all(runners.map((runner) => runner.started()));
    for (const runner of runners) this.#join(runner);
  }

  /** Processes that hold isolates now. */
  get pids(): readonly number[] {
    return [...this.#runners, ...this.#retiring].flatMap(({ pid }) => pid ?? []);
  }

  /** True when a job would be taken now. */
  get ready(): boolean {
    return this.#runners.size > 0 && this.#waiting.length < MAX_WAITING;
  }

  /**
   * Loads an extension into every runner.
   *
   * @throws {EntradaError} `EXTENSION_UNLOADABLE` when its bundle does not load.
   */
  async load(message: LoadMessage): Promise<void> {
    try {
      await Promise.all([...this.#runners].map((runner) => runner.loadExtension(message)));
      this.#extensions.set(message.extension, message);
    } catch (error) {
      throw unloadable(message.extension, error);
    }
  }

  unload(extension: string): void {
    this.#extensions.delete(extension);
    for (const runner of this.#runners) runner.unloadExtension(extension);
  }

  /** Runs a job. Never rejects: whatever happens is a result. */
  async run(job: Job): Promise<JobResult> {
    const runner = await this.#acquire();
    if (!runner) return failedJob('unavailable', 'QUEUE_FULL', 'more invocations wait than may');
    const result = await runner.run(job);
    this.#release(runner);
    if (!('lost' in result)) return result;
    return result.guilty ? guiltyOf(result) : this.#runAgain(job, result);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const runner of [...this.#runners, ...this.#retiring]) runner.kill('the gateway ends');
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Alone in a runner of its own: if that one is lost too, there is no doubt left whose fault it is. */
  async #runAgain(job: Job, { lost }: Lost): Promise<JobResult> {
    if (this.#closed || !job.repeatable())
      return failedJob('unavailable', 'RUNNER_LOST', lost.message);
    const runner = this.#spawn();
    try {
      await runner.started();
      const message = job.extension === null ? undefined : this.#extensions.get(job.extension);
      if (message) await runner.loadExtension(message);
      const result = await runner.run(job);
      return 'lost' in result ? guiltyOf(result) : result;
    } catch {
      // It is said already, to `report`, that this runner did not start.
      return failedJob('unavailable', 'RUNNER_LOST', lost.message);
    } finally {
      runner.kill('it was for one invocation');
    }
  }

  #spawn(): RunnerHost {
    const { platform, jitless = false, tap } = this.#options;
    const runner: RunnerHost = new RunnerHost(
      platform,
      {
        lost: (error) => this.#lose(runner, error),
        sick: (reason) => this.#retire(runner, 'runner_sick', reason),
        ...(tap ? { tap } : {}),
      },
      { jitless },
    );
    return runner;
  }

  #join(runner: RunnerHost): void {
    if (this.#closed) return runner.kill('the gateway ends');
    this.#runners.add(runner);
    this.#wake();
  }

  #lose(runner: RunnerHost, error: EntradaError): void {
    const member = this.#runners.delete(runner);
    this.#retiring.delete(runner);
    if (this.#closed || !member) return;
    this.#options.report('runner_lost', error.message);
    void this.#replace();
  }

  /** Gives a runner no more work; it ends when the work it has is done. */
  #retire(runner: RunnerHost, why: 'runner_sick' | 'runner_recycled', detail: string): void {
    if (!this.#runners.delete(runner)) return;
    this.#retiring.add(runner);
    this.#options.report(why, detail);
    if (runner.load === 0) runner.kill('it is replaced');
    void this.#replace();
  }

  async #replace(): Promise<void> {
    const runner = this.#spawn();
    try {
      await runner.started();
      await Promise.all(
        [...this.#extensions.values()].map((message) => runner.loadExtension(message)),
      );
      this.#join(runner);
    } catch (error) {
      runner.kill('it could not be made ready');
      this.#options.report(
        'runner_lost',
        error instanceof Error ? error.message : 'it could not be made ready',
      );
      if (!this.#closed) setTimeout(() => void this.#replace(), RESPAWN_MS).unref();
    }
  }

  async #acquire(): Promise<RunnerHost | undefined> {
    for (;;) {
      const runner = this.#closed ? undefined : this.#idlest();
      if (runner || this.#closed || this.#waiting.length >= MAX_WAITING) return runner;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #idlest(): RunnerHost | undefined {
    const [first] = [...this.#runners].toSorted((one, other) => one.load - other.load);
    return first && first.load < MAX_PER_RUNNER ? first : undefined;
  }

  #release(runner: RunnerHost): void {
    if (runner.served >= MAX_SERVED)
      this.#retire(runner, 'runner_recycled', `after ${runner.served} invocations`);
    if (this.#retiring.has(runner) && runner.load === 0) runner.kill('it is replaced');
    this.#wake();
  }

  #wake(): void {
    this.#waiting.shift()?.();
  }
}

function guiltyOf({ lost }: Lost): JobResult {
  return failedJob('memory', 'RUNNER_CRASHED', `it took its runner down: ${lost.message}`);
}

function unloadable(extension: string, error: unknown): EntradaError {
  if (error instanceof EntradaError) return error;
  const message = isFailure(error) ? error.message : String(error);
  return new EntradaError('EXTENSION_UNLOADABLE', `${extension} does not load: ${message}`);
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'kind' in error && 'message' in error;
}
