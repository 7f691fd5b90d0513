import { EntradaError } from '../../errors.ts';
import type { Job, JobResult } from '../job.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { Loss, Lost, Present } from './lost.ts';
import { memoryBounds, MemoryWatch } from './memory-watch.ts';
import { Places } from './places.ts';
import type { RunnerHost } from './runner-host.ts';
import { MAX_READY } from '../runner/max-ready.ts';
import { SpareRunner } from './spare-runner.ts';
import { type LoadMessage, type RunnerParts, startRunner } from './start-runner.ts';
import { refuse, shortened } from './waited.ts';

/** A runner is replaced after so many: what V8 keeps of ended isolates must not add up for ever. */
const MAX_SERVED = 5_000;

/** Isolates that have served and are about to be ended. */
const ENDING = 8;

/** So few invocations cannot need all the memory of a runner. */
const FEW = 2;

/** After a runner that did not even start, the next one is tried so much later. Unit: milliseconds. */
const RESPAWN_MS = 1_000;

export interface RunnerSetOptions extends RunnerParts {
  readonly runners: number;
  /** Invocations at a time in one runner. */
  readonly places: number;
  readonly lost: (loss: Loss) => void;
  /** A runner takes more memory than what runs in it explains. */
  readonly swollen: (present: Present) => void;
  /** An extension's isolate made a runner useless. */
  readonly sick: (extension: string) => void;
}

/** Runner processes that are always there, each with every extension loaded. One that is lost is replaced. */
export class RunnerSet implements AsyncDisposable {
  readonly #options: RunnerSetOptions;
  readonly #runners = new Set<RunnerHost>();
  /** They get no more work, and end when the work they have is done. */
  readonly #retiring = new Set<RunnerHost>();
  readonly #renewing = new Set<RunnerHost>();
  /** On purpose. */
  readonly #ended = new WeakSet<RunnerHost>();
  readonly #spare: SpareRunner;
  readonly #places: Places;
  readonly #watch: MemoryWatch<RunnerHost>;
  readonly #bounds = () => {
    const sizes = [...this.#options.catalog.values()].map(({ memoryMb }) => memoryMb);
    return memoryBounds(Math.max(DEFAULT_LIMITS.memoryMb, ...sizes));
  };
  #closed = false;

  constructor(options: RunnerSetOptions) {
    this.#options = options;
    // Where one runner has to do, the memory for another may be missing.
    this.#spare = new SpareRunner(() => this.#makeReady(), options.runners > 1);
    this.#places = new Places(() => ({
      places: this.#runners.size * options.places,
      extensions: options.catalog.size,
    }));
    this.#watch = new MemoryWatch(() => [...this.#runners, ...this.#retiring], this.#bounds, {
      tooMuch: (runner, bytes) => this.#relieve(runner, bytes),
      muchTooMuch: (runner, bytes) => runner.kill(`it takes ${toMib(bytes)} of memory`),
      grown: (runner, bytes) => void this.#renew(runner, `it takes ${toMib(bytes)} at rest`),
    });
  }

  /** Starts every runner. Rejects when one of them does not start. */
  async start(): Promise<void> {
    const { runners } = this.#options;
    await Promise.all(Array.from({ length: runners }, () => this.#startOne()));
    this.#spare.prepare();
  }

  get pids(): readonly number[] {
    const all = [...this.#runners, ...this.#retiring, ...this.#spare.held];
    return all.flatMap(({ pid }) => pid ?? []);
  }

  /** True when a job would be taken now. */
  get ready(): boolean {
    return this.#runners.size > 0 && this.#places.hasRoom;
  }

  /** Loads an extension of the catalog into every runner; rejects when it does not load. */
  async load(message: LoadMessage): Promise<void> {
    const runners = [...this.#runners];
    const spares = this.#spare.held;
    await Promise.all([
      ...runners.map((runner) => this.#loadInto(runner, message)),
      ...spares.map((spare) => spare.loadExtension(message).catch(() => this.#spare.drop())),
    ]);
    for (const runner of runners) this.#checkLimit(runner);
  }

  unload(extension: string): void {
    for (const runner of [...this.#runners, ...this.#spare.held]) runner.unloadExtension(extension);
  }

  /** Runs a job. Never rejects. */
  async run(job: Job): Promise<JobResult | Lost> {
    const key = job.extension ?? '';
    const before = performance.now();
    const given = await this.#places.take(key, job.limits.wallMs / 2);
    if (given !== 'place') return refuse(given);
    try {
      return await this.#runNow(shortened(job, performance.now() - before));
    } finally {
      this.#places.release(key);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#watch.stop();
    this.#places.close();
    this.#spare[Symbol.dispose]();
    for (const runner of [...this.#runners, ...this.#retiring]) this.#end(runner);
  }

  async #runNow(job: Job): Promise<JobResult | Lost> {
    const runner = this.#idlest();
    if (!runner) return { lost: noRunner(), guilty: false };
    this.#watch.wake();
    const result = await runner.run(job);
    if (this.#retiring.has(runner) && runner.load === 0) this.#end(runner);
    else if (runner.served >= MAX_SERVED)
      void this.#renew(runner, `after ${runner.served} invocations`);
    return result;
  }

  #idlest(): RunnerHost | undefined {
    let idlest: RunnerHost | undefined;
    for (const runner of this.#runners) {
      if (!idlest || runner.load < idlest.load) idlest = runner;
    }
    return idlest;
  }

  async #startOne(): Promise<void> {
    this.#admit(await this.#makeReady());
  }

  /** Starts a runner and loads everything into it. */
  async #makeReady(): Promise<RunnerHost> {
    return this.#fill(await this.#spawn());
  }

  async #fill(runner: RunnerHost): Promise<RunnerHost> {
    try {
      for (let missing = this.#missingIn(runner); missing.length > 0;) {
        // oxlint-disable-next-line no-await-in-loop -- while these load, more may be added to the catalog
        await Promise.all(missing.map((message) => runner.loadExtension(message)));
        missing = this.#missingIn(runner);
      }
    } catch (error) {
      runner.kill('it could not be made ready');
      throw error;
    }
    return runner;
  }

  /** Gives a runner work. */
  #admit(runner: RunnerHost): void {
    if (this.#closed) return runner.kill('the gateway ends');
    this.#watch.settle(runner);
    this.#runners.add(runner);
    this.#checkLimit(runner);
    this.#places.serve();
  }

  /** A runner that was replaced meanwhile need not load it: its successor has all of the catalog. */
  async #loadInto(runner: RunnerHost, message: LoadMessage): Promise<void> {
    try {
      await runner.loadExtension(message);
    } catch (error) {
      if (!this.#ended.has(runner)) throw error;
    }
  }

  #missingIn(runner: RunnerHost): readonly LoadMessage[] {
    return [...this.#options.catalog.values()].filter(({ extension }) => !runner.has(extension));
  }

  async #spawn(): Promise<RunnerHost> {
    const isolates = this.#options.places + MAX_READY + ENDING;
    // Before it has started nothing runs in it: who starts it hears that it was lost, and nobody else has to.
    let started: RunnerHost | undefined;
    started = await startRunner(this.#options, isolates, this.#bounds().hard, {
      lost: (loss) => started && this.#lose(started, loss),
      sick: (reason, extension) => {
        if (started) this.#retire(started, 'runner_sick', reason);
        if (extension !== null) this.#options.sick(extension);
      },
    });
    return started;
  }

  #checkLimit(runner: RunnerHost): void {
    const { limit, catalog } = this.#options;
    if (runner.load > 0 || limit.fits(runner.pid, catalog.size)) return;
    this.#spare.drop();
    for (const each of this.#runners) void this.#renew(each, 'without a limit on its data');
  }

  #lose(runner: RunnerHost, loss: Loss): void {
    const member = this.#runners.delete(runner);
    const retiring = this.#retiring.delete(runner);
    if (!member && !retiring) return this.#spare.prepare(); // ended on purpose, or it was the spare
    this.#options.report('runner_lost', loss.error.message);
    this.#options.lost(loss);
    if (member) void this.#replace();
  }

  /** Many invocations may need much together; few may not. */
  #relieve(runner: RunnerHost, bytes: number): void {
    if (!this.#runners.has(runner)) return;
    if (runner.load <= FEW) this.#options.swollen(runner.present);
    this.#retire(runner, 'runner_sick', `it takes ${toMib(bytes)}`);
  }

  /** Gives a runner no more work; it ends when the work it has is done. */
  #retire(runner: RunnerHost, why: 'runner_sick' | 'runner_recycled', detail: string): void {
    if (!this.#runners.delete(runner)) return;
    this.#options.report(why, detail);
    if (runner.load === 0) this.#end(runner);
    else this.#retiring.add(runner);
    if (why === 'runner_sick') void this.#replace();
  }

  /** Replaces a runner that still works, so that there is no time without it. */
  async #renew(runner: RunnerHost, why: string): Promise<void> {
    if (this.#renewing.has(runner) || !this.#runners.has(runner)) return;
    this.#renewing.add(runner);
    await this.#replace();
    this.#retire(runner, 'runner_recycled', why);
    this.#renewing.delete(runner);
  }

  async #replace(): Promise<void> {
    try {
      if (this.#closed) return;
      const spare = this.#spare.take();
      if (spare) this.#admit(await this.#fill(spare));
      else await this.#startOne();
    } catch (error) {
      if (this.#closed) return;
      const { report } = this.#options;
      report('runner_lost', error instanceof Error ? error.message : 'it could not be made ready');
      await new Promise((resolve) => setTimeout(resolve, RESPAWN_MS).unref());
      await this.#replace();
    }
  }

  #end(runner: RunnerHost): void {
    this.#runners.delete(runner);
    this.#retiring.delete(runner);
    this.#ended.add(runner);
    runner.dismiss();
  }
}

function noRunner(): EntradaError {
  return new EntradaError('EXTENSION_RUNNER_LOST', 'there is no runner');
}

function toMib(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
