import { failedJob, type Job, type JobResult } from '../job.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { GivesWay } from './give-way.ts';
import type { Loss, Lost } from './lost.ts';
import { memoryBounds, MemoryWatch } from './memory-watch.ts';
import { Places } from './places.ts';
import type { RunnerHost } from './runner-host.ts';
import { type RunnerParts, startRunner } from './start-runner.ts';
import { refuse, shortened } from './waited.ts';

/** The one that runs, the next one, and those that are about to be ended. */
const ISOLATES = 8;

/** A process without work ends after so long. Unit: milliseconds. */
const IDLE_MS = 30_000;

/** After a process that was lost, the next one comes so much later, twice as much each time. Unit: milliseconds. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 10_000;

export interface SolitaryOptions extends RunnerParts {
  /** Processes at a time, each with one invocation. */
  readonly runners: number;
  /**
   * True for one extension that is not trusted: a process serves one invocation after the other, and comes back ever more
   * slowly when it is lost. False for jobs of anybody: each in a process of its own.
   */
  readonly keptApart: boolean;
}

/**
 * Runner processes that are started when they are needed, and run one invocation at a time: if one is lost, there is no
 * doubt whose fault it is.
 */
export class SolitaryRunners implements AsyncDisposable {
  readonly #options: SolitaryOptions;
  readonly #all = new Set<RunnerHost>();
  readonly #idle = new Set<RunnerHost>();
  /** An isolate in them would not end. */
  readonly #sick = new WeakSet<RunnerHost>();
  readonly #places: Places;
  readonly #watch: MemoryWatch<RunnerHost>;
  readonly #bounds = () => {
    const sizes = [...this.#options.catalog.values()].map(({ memoryMb }) => memoryMb);
    return memoryBounds(Math.max(DEFAULT_LIMITS.memoryMb, ...sizes));
  };
  #losses = 0;
  #notBefore = 0;
  #closed = false;

  constructor(options: SolitaryOptions) {
    this.#options = options;
    this.#places = new Places(() => ({ places: options.runners, extensions: 1 }));
    this.#watch = new MemoryWatch(() => this.#all, this.#bounds, {
      tooMuch: () => undefined, // it harms nobody, and its time is limited
      muchTooMuch: (runner) => runner.kill('it takes too much memory'),
      grown: (runner) => this.#end(runner),
    });
  }

  /** Each of these is under suspicion; but who was only there when a runner was lost is waited for. */
  get #givesWay(): GivesWay {
    return this.#options.keptApart ? 'at once' : 'at work';
  }

  get pids(): readonly number[] {
    return [...this.#all].flatMap(({ pid }) => pid ?? []);
  }

  /** Runs a job. Never rejects. */
  async run(job: Job): Promise<JobResult | Lost> {
    const before = performance.now();
    const given = await this.#places.take('', job.limits.wallMs / 2);
    if (given !== 'place') return refuse(given);
    try {
      const late = await this.#pause(before + job.limits.wallMs / 2);
      if (late) return refuse('late');
      return await this.#runIn(await this.#take(), shortened(job, performance.now() - before));
    } catch {
      return failedJob('unavailable', 'RUNNER_LOST', 'no runner could be made ready for it');
    } finally {
      this.#places.release('');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#watch.stop();
    this.#places.close();
    for (const runner of this.#all) this.#end(runner);
  }

  async #runIn(runner: RunnerHost, job: Job): Promise<JobResult | Lost> {
    try {
      await this.#load(runner, job.extension);
      this.#watch.wake();
      const result = await runner.run(job);
      if (!('lost' in result)) this.#losses = Math.floor(this.#losses / 2);
      return result;
    } finally {
      this.#giveBack(runner);
    }
  }

  async #load(runner: RunnerHost, extension: string | null): Promise<void> {
    if (extension === null || runner.has(extension)) return;
    const message = this.#options.catalog.get(extension);
    if (message) await runner.loadExtension(message);
  }

  /** Waits until the next process may come; true when that is too late. */
  async #pause(until: number): Promise<boolean> {
    if (this.#idle.size > 0 || this.#closed) return this.#closed;
    const pause = this.#notBefore - performance.now();
    if (pause <= 0) return false;
    const left = until - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, Math.min(pause, left))));
    return pause > left || this.#closed;
  }

  async #take(): Promise<RunnerHost> {
    const [idle] = this.#idle;
    if (!idle) return this.#start();
    this.#idle.delete(idle);
    return idle;
  }

  async #start(): Promise<RunnerHost> {
    // Before it has started nothing runs in it: who starts it hears that it was lost, and nobody else has to.
    let started: RunnerHost | undefined;
    const parts = { ...this.#options, givesWay: this.#givesWay };
    started = await startRunner(parts, ISOLATES, this.#bounds().hard, {
      lost: (loss) => started && this.#lose(started, loss),
      sick: () => started && this.#distrust(started),
    });
    this.#all.add(started);
    this.#watch.settle(started);
    return started;
  }

  /** A process serves on, or ends with its invocation. */
  #giveBack(runner: RunnerHost): void {
    if (!this.#options.keptApart || this.#sick.has(runner) || this.#closed)
      return this.#end(runner);
    if (runner.isLost) return;
    this.#idle.add(runner);
    setTimeout(() => {
      if (this.#idle.has(runner)) this.#end(runner);
    }, IDLE_MS).unref();
  }

  #distrust(runner: RunnerHost): void {
    this.#sick.add(runner);
    if (this.#idle.has(runner)) this.#end(runner);
  }

  #lose(runner: RunnerHost, { error }: Loss): void {
    this.#idle.delete(runner);
    if (!this.#all.delete(runner)) return; // it was ended on purpose
    this.#options.report('runner_lost', error.message);
    if (!this.#options.keptApart) return;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#losses++, LONGEST_PAUSE_MS);
    this.#notBefore = performance.now() + pause;
  }

  #end(runner: RunnerHost): void {
    this.#idle.delete(runner);
    this.#all.delete(runner);
    runner.dismiss();
  }
}
