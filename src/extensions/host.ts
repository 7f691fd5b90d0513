import type { JsonObject } from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import { Throttle } from './broker/throttle.ts';
import { describe } from './describe.ts';
import {
  type Exposure,
  type ExtensionLine,
  invoke,
  type InvokeParts,
  type SignInSubject,
} from './invoke.ts';
import { type Decided, type Enriched, gather, judge } from './judge.ts';
import type { BuiltExtension } from './load.ts';
import { DEFAULT_RATE } from './limits.ts';
import { RunnerPool } from './pool.ts';

export interface HostOptions {
  readonly extensions: readonly BuiltExtension[];
  /** The platform's script. */
  readonly platform: string;
  readonly ownOrigin: string;
  readonly clock: Clock;
  /** Where extensions keep values. */
  readonly store: Store;
  readonly log: (line: ExtensionLine) => void;
  /** Hears of every raw token that an extension is given. */
  readonly exposed: (exposure: Exposure) => void;
  readonly report: (event: string, detail: string) => void;
  /** Default: one for each core, four at the most. */
  readonly runners?: number;
  readonly jitless?: boolean;
  readonly measure?: boolean;
  readonly tap?: (frame: Buffer) => void;
}

/**
 * Runs hooks of all extensions over a sign-in. Extensions see nothing of each other but what they share; a failure is
 * never an acceptance unless the operator wrote so for its kind.
 */
export class ExtensionHost implements AsyncDisposable {
  readonly #options: HostOptions;
  readonly #shared: RunnerPool;
  readonly #dedicated = new Map<string, RunnerPool>();
  readonly #hooks = new Map<string, ReadonlySet<string>>();
  readonly #parts: InvokeParts;

  private constructor(options: HostOptions) {
    this.#options = options;
    this.#shared = this.#createPool(options.runners);
    this.#parts = {
      clock: options.clock,
      ownOrigin: options.ownOrigin,
      poolOf: (extension) => this.#dedicated.get(extension) ?? this.#shared,
      log: options.log,
      exposed: options.exposed,
      throttle: new Throttle(options.clock, DEFAULT_RATE),
      store: options.store,
      broken: (extension, error) =>
        options.report(
          'host_call_broken',
          `${extension}: ${error instanceof Error ? (error.stack ?? error.message) : 'no reason given'}`,
        ),
      measure: options.measure ?? false,
    };
  }

  /**
   * Starts runners and loads every extension into them.
   *
   * @throws {EntradaError} `EXTENSION_UNLOADABLE` when an extension does not load: nobody must get in because the
   *   extension that would have refused is missing. `EXTENSION_RUNNER_LOST` when no runner starts.
   */
  static async start(options: HostOptions): Promise<ExtensionHost> {
    const host = new ExtensionHost(options);
    try {
      await host.#shared.start();
      await Promise.all(options.extensions.map((extension) => host.#load(extension)));
      return host;
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** True when a hook would be run now. */
  get ready(): boolean {
    return this.#shared.ready && [...this.#dedicated.values()].every((pool) => pool.ready);
  }

  /** Process ids of all runners. */
  get pids(): readonly number[] {
    return [this.#shared, ...this.#dedicated.values()].flatMap(({ pids }) => pids);
  }

  /** Asks every `decide` hook at once. */
  async decide(subject: SignInSubject): Promise<Decided> {
    const extensions = this.#with('decide', subject);
    const invoked = await Promise.all(
      extensions.map((extension) => invoke(extension, 'decide', subject, {}, this.#parts)),
    );
    return judge(invoked);
  }

  /** Asks every `enrich` hook at once; patches count in the order of the configuration. */
  async enrich(subject: SignInSubject, shared: JsonObject): Promise<Enriched> {
    const extensions = this.#with('enrich', subject);
    const invoked = await Promise.all(
      extensions.map((extension) => invoke(extension, 'enrich', subject, shared, this.#parts)),
    );
    return gather(invoked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pools = [this.#shared, ...this.#dedicated.values()];
    await Promise.all(pools.map((pool) => pool[Symbol.asyncDispose]()));
  }

  #createPool(runners?: number): RunnerPool {
    const { platform, report, jitless = false, tap } = this.#options;
    const most = runners === undefined ? {} : { runners };
    return new RunnerPool({ platform, report, jitless, ...most, ...(tap ? { tap } : {}) });
  }

  async #load(extension: BuiltExtension): Promise<void> {
    const pool = extension.dedicated ? await this.#dedicate(extension) : this.#shared;
    const { id, bundle, limits } = extension;
    await pool.load({
      type: 'load',
      extension: id,
      source: bundle.code,
      memoryMb: limits.memoryMb,
    });
    this.#hooks.set(id, await describe(extension, pool, this.#options.clock));
  }

  /** A raw token must not share a process with anybody else's code. */
  async #dedicate(extension: BuiltExtension): Promise<RunnerPool> {
    const pool = this.#createPool(1);
    this.#dedicated.set(extension.id, pool);
    await pool.start();
    return pool;
  }

  #with(hook: 'decide' | 'enrich', { signIn }: SignInSubject): readonly BuiltExtension[] {
    return this.#options.extensions.filter(({ id, config }) => {
      const applies = config.appliesTo.length === 0 || config.appliesTo.includes(signIn.method.id);
      return applies && this.#hooks.get(id)?.has(hook);
    });
  }
}
