import { availableParallelism } from 'node:os';

import type { Failure } from '../../sandbox/contract.ts';
import { EntradaError } from '../errors.ts';
import { again } from './pool/again.ts';
import { CodeCaches } from './pool/code-caches.ts';
import { DataLimit } from './pool/data-limit.ts';
import { failedJob, type Job, type JobResult } from './job.ts';
import type { Loss, Lost, Present } from './pool/lost.ts';
import { RunnerSet } from './pool/runner-set.ts';
import { SolitaryRunners } from './pool/solitary-runners.ts';
import type { LoadMessage, RunnerEvent, RunnerParts } from './pool/start-runner.ts';
import { Suspects } from './pool/suspects.ts';

/** How many run in one runner at the same time: most of them wait for an API. */
const PLACES = 32;

/** Bystanders of a loss are run again, so many at a time. */
const RETRIALS = 2;

/** Processes for one extension that is kept apart. */
const APART = 2;

export interface PoolOptions {
  /** The platform's script. */
  readonly platform: string;
  /** Default: one for each core, four at the most. */
  readonly runners?: number;
  /** No machine code is made of guest code: slower, and without most of V8's attack surface. */
  readonly jitless?: boolean;
  /** Its runners get what others leave of the processors. */
  readonly inBackground?: boolean;
  /** Hears of runners that are lost, for the log. */
  readonly report: (event: RunnerEvent, detail: string) => void;
  /** Where code caches come from; null: nowhere. Default: the pool's own. */
  readonly caches?: CodeCaches | null;
  /** For tests: every frame on the pipes. */
  readonly tap?: (frame: Buffer) => void;
  /** For tests: another program than the runner's own. */
  readonly entry?: string;
}

/**
 * Runner processes, and the extensions that are loaded into each of them. A job goes to the runner with the least to do; a
 * runner that is lost is replaced, and jobs that were only bystanders are run once more, each alone. An extension that
 * took a runner down, or keeps being there when one goes down, is kept apart: it can only harm itself.
 */
export class RunnerPool implements AsyncDisposable {
  readonly #catalog = new Map<string, LoadMessage>();
  readonly #suspects = new Suspects();
  readonly #parts: RunnerParts;
  readonly #caches: CodeCaches | null;
  readonly #ownCaches: boolean;
  readonly #shared: RunnerSet;
  readonly #retrials: SolitaryRunners;
  readonly #apart = new Map<string, SolitaryRunners>();

  constructor(options: PoolOptions) {
    const { platform, report, jitless = false, inBackground = false, tap, entry } = options;
    this.#parts = {
      platform,
      jitless,
      ...(inBackground ? { givesWay: 'at work' } : {}),
      limit: new DataLimit(jitless, (why) => report('runner_unlimited', why)),
      catalog: this.#catalog,
      report,
      ...(tap ? { tap } : {}),
      ...(entry === undefined ? {} : { entry }),
    };
    this.#ownCaches = options.caches === undefined;
    this.#caches =
      options.caches === undefined ? new CodeCaches({ platform, jitless }) : options.caches;
    this.#shared = new RunnerSet({
      ...this.#parts,
      runners: options.runners ?? Math.min(availableParallelism(), 4),
      places: PLACES,
      lost: (loss) => this.#judge(loss),
      swollen: (present) => this.#doubt(present),
      sick: (extension) => this.#convict(extension),
    });
    this.#retrials = new SolitaryRunners({
      ...this.#parts,
      runners: RETRIALS,
      keptApart: false,
    });
  }

  /** Starts every runner. Rejects when one of them does not start. */
  start(): Promise<void> {
    this.#caches?.prepare();
    return this.#shared.start();
  }

  /** Processes that hold isolates now. */
  get pids(): readonly number[] {
    return [this.#shared, this.#retrials, ...this.#apart.values()].flatMap(({ pids }) => pids);
  }

  /** True when a job would be taken now. */
  get ready(): boolean {
    return this.#shared.ready;
  }

  /**
   * Loads an extension into every runner.
   *
   * @throws {EntradaError} `EXTENSION_UNLOADABLE` when its bundle does not load.
   */
  async load(message: LoadMessage): Promise<void> {
    const { extension, source } = message;
    const cached = { ...message, ...(await this.#caches?.of(extension, source)) };
    this.#catalog.set(extension, cached);
    try {
      await this.#shared.load(cached);
    } catch (error) {
      this.#catalog.delete(extension);
      throw unloadable(extension, error);
    }
  }

  unload(extension: string): void {
    this.#catalog.delete(extension);
    this.#caches?.forget(extension);
    this.#suspects.forget(extension);
    this.#shared.unload(extension);
    void this.#apart.get(extension)?.[Symbol.asyncDispose]();
    this.#apart.delete(extension);
  }

  /** Runs a job. Never rejects: whatever happens is a result. */
  async run(job: Job): Promise<JobResult> {
    const began = performance.now();
    const result = await this.#runnersFor(job).run(job);
    if (!('lost' in result)) return result;
    if (result.guilty) return guiltyOf(result);
    if (!job.repeatable()) return unavailable(result);
    return this.#runAgain(again(job, performance.now() - began), result);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [this.#shared, this.#retrials, ...this.#apart.values()];
    if (this.#ownCaches) await this.#caches?.[Symbol.asyncDispose]();
    await Promise.all(all.map((runners) => runners[Symbol.asyncDispose]()));
  }

  #runnersFor({ extension }: Job): RunnerSet | SolitaryRunners {
    if (extension === null || !this.#suspects.isApart(extension)) return this.#shared;
    const apart =
      this.#apart.get(extension) ??
      new SolitaryRunners({ ...this.#parts, runners: APART, keptApart: true });
    this.#apart.set(extension, apart);
    return apart;
  }

  /** Alone in a runner of its own: if that one is lost too, there is no doubt left whose fault it is. */
  async #runAgain(job: Job, first: Lost): Promise<JobResult> {
    const result = await this.#retrials.run(job);
    const { extension } = job;
    if (!('lost' in result)) {
      if (extension !== null) this.#suspects.absolve(extension, first.lost);
      return result;
    }
    if (!result.guilty) return unavailable(result);
    if (extension !== null) this.#convict(extension);
    return guiltyOf(result);
  }

  #judge({ error, present }: Loss): void {
    for (const extension of this.#suspects.accuse(error, present)) this.#keptApart(extension);
  }

  /** Those that run are more likely the reason than those that ended before; without any, there are only these. */
  #doubt({ running, recent }: Present): void {
    const present = { running, recent: running.size > 0 ? NOBODY : recent };
    for (const extension of this.#suspects.doubt({}, present)) this.#keptApart(extension);
  }

  #convict(extension: string): void {
    if (this.#suspects.convict(extension)) this.#keptApart(extension);
  }

  #keptApart(extension: string): void {
    this.#parts.report('extension_kept_apart', `${extension} runs in a process of its own now`);
  }
}

const NOBODY: ReadonlySet<string | null> = new Set();

function guiltyOf({ lost }: Lost): JobResult {
  return failedJob('memory', 'RUNNER_CRASHED', `it took its runner down: ${lost.message}`);
}

function unavailable({ lost }: Lost): JobResult {
  return failedJob('unavailable', 'RUNNER_LOST', lost.message);
}

/** The error of an extension that does not load, by what a runner said of it. */
export function unloadable(extension: string, error: unknown): EntradaError {
  if (error instanceof EntradaError) return error;
  const message = isFailure(error) ? error.message : String(error);
  return new EntradaError('EXTENSION_UNLOADABLE', `${extension} does not load: ${message}`);
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'kind' in error && 'message' in error;
}
