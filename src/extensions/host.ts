import type { Failure, JsonObject } from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';
import { EntradaError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import {
  askAuthenticate,
  type CredentialsSubject,
  type Judgement,
  judgeCredentials,
} from './authenticate.ts';
import { Breaker } from './breaker.ts';
import { Throttle } from './broker/throttle.ts';
import { describe } from './describe.ts';
import {
  type Exposure,
  type ExtensionLine,
  type HookRun,
  invoke,
  type DecidingHook,
  type Invoked,
  notRun,
  type InvokeParts,
  type Recorder,
  runHook,
  type SignInSubject,
} from './invoke.ts';
import { type Decided, type Enriched, gather, judge } from './judge.ts';
import { LineUp } from './line-up.ts';
import type { BuiltExtension } from './load.ts';
import { type BackgroundLimits, backgroundLimits, DEFAULT_RATE } from './limits.ts';
import { inWaves, sharedFor } from './order.ts';
import { holds, isAmong } from './when.ts';
import { RunnerPool } from './pool.ts';
import type { CodeCaches } from './pool/code-caches.ts';
import { RunnerPools } from './pools.ts';
import { type HookStats, RunStats } from './run-stats.ts';

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
  /** Runners that are there already, with the same platform; the host ends them. Default: it starts its own. */
  readonly pools?: RunnerPools;
  readonly measure?: boolean;
  readonly tap?: (frame: Buffer) => void;
  /** Keeps invocations: in recording mode. */
  readonly recorder?: Recorder;
  /** Where code caches come from, which whoever made them ends. Default: a place of its own. */
  readonly caches?: CodeCaches;
  /** For tests: what work in the background has at the least. */
  readonly background?: BackgroundLimits;
  /** For tests: how long a version that left stays loaded. Unit: milliseconds. */
  readonly graceMs?: number;
}

/** Extensions that are loaded at the same time. */
const LOADED_AT_ONCE = 4;

/**
 * Runs hooks of all extensions over a sign-in. Extensions see nothing of each other but what they share; a failure is
 * never an acceptance unless the operator wrote so for its kind.
 */
export class ExtensionHost implements AsyncDisposable {
  readonly #options: HostOptions;
  readonly #pools: RunnerPools;
  /** By id of an extension. */
  readonly #poolOf = new Map<string, RunnerPool>();
  readonly #hooks = new Map<string, ReadonlySet<string>>();
  readonly #parts: InvokeParts;
  readonly #breaker: Breaker;
  readonly #lineUp: LineUp;
  readonly #stats = new RunStats();
  /** By id of an extension that has run in the background. */
  readonly #background = new Map<string, Promise<RunnerPool>>();
  /** Runs that a person waits for now. */
  #awaited = 0;

  private constructor(options: HostOptions) {
    this.#options = options;
    this.#pools = options.pools ?? createPools(options);
    this.#lineUp = new LineUp(
      options.extensions,
      (extension) => this.#unload(extension),
      options.graceMs,
    );
    this.#breaker = new Breaker(options.clock, (hook, state) =>
      options.report(`extension_${state === 'open' ? 'fails_fast' : 'recovered'}`, hook),
    );
    this.#parts = {
      clock: options.clock,
      ownOrigin: options.ownOrigin,
      poolOf: (extension) => this.#poolOf.get(extension)!, // all that are asked were loaded
      hooksOf: (extension) => this.#hooks.get(extension),
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
      ...(options.recorder ? { recorder: options.recorder } : {}),
    };
  }

  /**
   * Loads every extension into runners, which are started with the first one.
   *
   * @throws {EntradaError} `EXTENSION_UNLOADABLE` when an extension does not load: nobody must get in because the
   *   extension that would have refused is missing. `EXTENSION_RUNNER_LOST` when no runner starts.
   */
  static async start(options: HostOptions): Promise<ExtensionHost> {
    const host = new ExtensionHost(options);
    try {
      await host.#loadAll(options.extensions);
      return host;
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** True when a hook would be run now. */
  get ready(): boolean {
    return this.#pools.ready;
  }

  /** Process ids of all runners. */
  get pids(): readonly number[] {
    return this.#pools.pids;
  }

  /** Asks every `decide` hook, at once where none reads what another one shares. */
  async decide(subject: SignInSubject): Promise<Decided> {
    return judge(await this.#inOrder('decide', subject, {}));
  }

  /** Asks every `enrich` hook likewise; patches count in the order of the configuration. */
  async enrich(subject: SignInSubject, shared: JsonObject): Promise<Enriched> {
    return gather(await this.#inOrder('enrich', subject, shared));
  }

  /**
   * Asks the `authenticate` hook of one extension; undefined when there is none of that name. Whoever is shown a password is
   * told to the log.
   */
  async authenticate(name: string, subject: CredentialsSubject): Promise<Judgement | undefined> {
    const extension = this.#lineUp.now.find((one) => one.name === name);
    if (!extension?.manifest.requests.password) return undefined;
    const known = this.#breaker.failFast(`${name}.authenticate`);
    const invoked = known ? notRun(extension, known) : await this.#showPassword(extension, subject);
    return judgeCredentials(invoked, subject);
  }

  async #showPassword(extension: BuiltExtension, subject: CredentialsSubject): Promise<Invoked> {
    const { name } = extension;
    const shown = `${name} is shown the password of sign-in ${subject.told.id}`;
    this.#options.report('password_shown', shown);
    const invoked = await this.#awaiting(extension, () =>
      askAuthenticate(extension, subject, this.#parts),
    );
    this.#stats.note('authenticate', invoked);
    this.#breaker.note(`${name}.authenticate`, subject.told.username, invoked.failure);
    return invoked;
  }

  /** Counted down also when the gateway itself breaks in it, or work in the background would give way for ever. */
  async #awaiting(extension: BuiltExtension, run: () => Promise<Invoked>): Promise<Invoked> {
    this.#awaited += 1;
    try {
      return await this.#lineUp.during(extension, run);
    } finally {
      this.#awaited -= 1;
    }
  }

  /** How many runs there are now that a person waits for. */
  get awaited(): number {
    return this.#awaited;
  }

  /** Extensions for work in the background. */
  get extensions(): readonly BuiltExtension[] {
    return this.#lineUp.now;
  }

  /** How the hooks of a version have done since the gateway started. */
  statsOf({ integrity }: Pick<BuiltExtension, 'integrity'>): readonly HookStats[] {
    return this.#stats.of(integrity);
  }

  /**
   * Puts other extensions in the place of those that run, in one step: versions that are new are loaded first, and when one
   * of them does not load nothing changes. Sign-ins that have begun end with the versions that they began with.
   *
   * @throws {EntradaError} As `start`.
   */
  async take(next: readonly BuiltExtension[]): Promise<void> {
    const fresh = new Set<BuiltExtension>();
    try {
      // One that left a while ago and comes back may be unloaded while others load: who is not loaded would not be asked.
      for (let missing = this.#missingOf(next); missing.length > 0;) {
        for (const extension of missing) fresh.add(extension);
        // oxlint-disable-next-line no-await-in-loop -- mostly once
        await this.#loadAll(missing);
        missing = this.#missingOf(next);
      }
    } catch (error) {
      for (const extension of fresh) this.#unload(extension);
      throw error;
    }
    this.#lineUp.replace(next);
  }

  #missingOf(extensions: readonly BuiltExtension[]): readonly BuiltExtension[] {
    return extensions.filter(({ id }) => !this.#hooks.has(id));
  }

  /** True when an extension has a hook, by its name: `schedule`, or `event` and the name of an event. */
  has({ id }: Pick<BuiltExtension, 'id'>, hook: string): boolean {
    return this.#hooks.get(id)?.has(hook) ?? false;
  }

  /** Runs a hook that nobody waits for, with the limits of the background. Never rejects. */
  async runInBackground(extension: BuiltExtension, work: HookRun): Promise<Invoked> {
    const limits = backgroundLimits(extension.limits, this.#options.background);
    const invoked = await this.#lineUp.during(extension, async () => {
      const pool = await this.#backgroundPoolOf(extension);
      if (!(pool instanceof RunnerPool)) return notRun(extension, pool);
      return runHook({ ...extension, limits }, work, { ...this.#parts, poolOf: () => pool });
    });
    this.#stats.note(work.name ?? work.hook, invoked);
    return invoked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lineUp.stop();
    await this.#pools[Symbol.asyncDispose]();
  }

  /**
   * A few at a time: among hundreds at once, each would wait for all the others until its time is up. When one does not load,
   * none is under way any more.
   */
  async #loadAll(extensions: readonly BuiltExtension[]): Promise<void> {
    const failures: unknown[] = [];
    const waiting = extensions.values();
    const load = async (): Promise<void> => {
      for (const extension of waiting) {
        if (failures.length > 0) return;
        // oxlint-disable-next-line no-await-in-loop -- the next one is taken when one is done
        await this.#load(extension).catch((error: unknown) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: LOADED_AT_ONCE }, load));
    if (failures.length > 0) throw failures[0];
  }

  async #load(extension: BuiltExtension): Promise<void> {
    const { id, bundle, limits } = extension;
    const pool = await this.#pools.of(extension);
    this.#poolOf.set(id, pool);
    await pool.load({
      type: 'load',
      extension: id,
      source: bundle.code,
      memoryMb: limits.memoryMb,
    });
    const hooks = await describe(extension, pool, this.#options.clock);
    if (extension.manifest.requests.password && !hooks.has('authenticate')) {
      throw new EntradaError(
        'EXTENSION_UNLOADABLE',
        `${extension.name} asks for passwords and has no authenticate hook`,
      );
    }
    this.#hooks.set(id, hooks);
  }

  /** With the extension loaded, which happens at its first run; or why it is not, so that the next run tries again. */
  async #backgroundPoolOf(extension: BuiltExtension): Promise<RunnerPool | Failure> {
    const { id } = extension;
    const loading = this.#background.get(id) ?? this.#loadInBackground(extension);
    this.#background.set(id, loading);
    try {
      return await loading;
    } catch (error) {
      this.#background.delete(id);
      return lost(error);
    }
  }

  async #loadInBackground({ id, bundle, limits, ...trust }: BuiltExtension): Promise<RunnerPool> {
    const pool = await this.#pools.inBackground({ id, ...trust });
    const { memoryMb } = limits;
    await pool.load({ type: 'load', extension: id, source: bundle.code, memoryMb });
    return pool;
  }

  #unload({ id }: BuiltExtension): void {
    this.#poolOf.get(id)?.unload(id);
    this.#poolOf.delete(id);
    void this.#background
      .get(id)
      ?.then((pool) => pool.unload(id))
      .catch(() => undefined); // it was not loaded, which whoever ran it was told
    this.#background.delete(id);
    this.#hooks.delete(id);
  }

  async #inOrder(
    hook: DecidingHook,
    subject: SignInSubject,
    shared: JsonObject,
  ): Promise<readonly Invoked[]> {
    const all = this.#lineUp.of(subject);
    const extensions = this.#with(hook, subject);
    const invoked = new Map<BuiltExtension, Invoked>();
    let known = shared;
    for (const wave of inWaves(extensions)) {
      const told = known;
      const run = async (one: BuiltExtension): Promise<void> =>
        void invoked.set(one, await this.#run(one, hook, subject, sharedFor(one, told, all)));
      await Promise.all(wave.map(run));
      known = Object.assign({}, known, ...wave.map((one) => invoked.get(one)?.shared));
    }
    return extensions.flatMap((extension) => invoked.get(extension) ?? []);
  }

  async #run(
    extension: BuiltExtension,
    hook: DecidingHook,
    subject: SignInSubject,
    shared: JsonObject,
  ): Promise<Invoked> {
    const name = `${extension.name}.${hook}`;
    const known = this.#failFast(extension, name);
    if (known) return notRun(extension, known);
    const invoked = await this.#awaiting(extension, () =>
      invoke(extension, hook, subject, shared, this.#parts),
    );
    this.#stats.note(hook, invoked);
    this.#breaker.note(name, subject.signIn.principal.oid, invoked.failure);
    return invoked;
  }

  /**
   * A failure that is forgiven is never given without a run: who would have been denied by it would get in, because of what
   * others failed with.
   */
  #failFast({ config }: BuiltExtension, hook: string): Failure | null {
    const known = this.#breaker.failFast(hook);
    return known && config.onFailure[known.kind] === 'deny' ? known : null;
  }

  #with(hook: DecidingHook, subject: SignInSubject): readonly BuiltExtension[] {
    const { signIn } = subject;
    return this.#lineUp
      .of(subject)
      .filter(
        ({ id, config, manifest }) =>
          isAmong(signIn.method.id, config.appliesTo) &&
          holds(manifest.when, signIn) &&
          this.#hooks.get(id)?.has(hook),
      );
  }
}

const lost = (error: unknown): Failure => ({
  kind: 'unavailable',
  code: 'RUNNER_LOST',
  message: error instanceof Error ? error.message : 'no runner could be made ready for it',
  frames: [],
});

function createPools(options: HostOptions): RunnerPools {
  const { platform, report, runners, jitless, caches, tap } = options;
  return new RunnerPools({
    platform,
    report,
    ...(runners === undefined ? {} : { runners }),
    ...(jitless === undefined ? {} : { jitless }),
    ...(caches ? { caches } : {}),
    ...(tap ? { tap } : {}),
  });
}
