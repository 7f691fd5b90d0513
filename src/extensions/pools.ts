import { CodeCaches } from './pool/code-caches.ts';
import { type PoolOptions, RunnerPool } from './pool.ts';

/** What says with whom an extension may share a process. */
export interface Trust {
  /** Name and hash. */
  readonly id: string;
  /** It holds raw tokens: nobody else's code may be in its process. */
  readonly dedicated: boolean;
  /** Who answers for its code; extensions of different owners share no process. Null: the operator, as for all such. */
  readonly owner: string | null;
}

export interface PoolsOptions extends Omit<PoolOptions, 'caches' | 'runners'> {
  /** Where code caches come from, which whoever made them ends. Default: a place of their own. */
  readonly caches?: CodeCaches;
  /** Of the pool that extensions without an owner of their own share. Default: one for each core, four at the most. */
  readonly runners?: number;
}

const SHARED = '';

/** True for those that share the runners of the operator's extensions. */
export const isShared = ({ dedicated, owner }: Omit<Trust, 'id'>): boolean =>
  !dedicated && owner === null;

/** What has a process, or several, of its own. */
function domainOf({ id, dedicated, owner }: Trust): string {
  if (dedicated) return `extension ${id}`;
  return owner === null ? SHARED : `owner ${owner}`;
}

/** Pools of runners, one for all extensions that trust each other. Code caches are made in one place for all of them. */
export class RunnerPools implements AsyncDisposable {
  readonly #options: PoolsOptions;
  readonly #caches: CodeCaches;
  readonly #ownCaches: boolean;
  readonly #pools = new Map<string, Promise<RunnerPool>>();
  /** And whether nobody waits for them. */
  readonly #started = new Map<RunnerPool, boolean>();

  constructor(options: PoolsOptions) {
    this.#options = options;
    const { platform, jitless = false, caches } = options;
    this.#caches = caches ?? new CodeCaches({ platform, jitless });
    this.#ownCaches = caches === undefined;
  }

  /**
   * Starts the pool that all share who may, before anybody asks for it. That it does not start is reported; whoever asks for
   * it then tries again.
   */
  prepare(): void {
    this.#find(SHARED, false).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#options.report('runner_lost', why);
    });
  }

  /**
   * The pool of an extension, started.
   *
   * @throws {EntradaError} `EXTENSION_RUNNER_LOST` when no runner starts; the next call tries again.
   */
  of(trust: Trust): Promise<RunnerPool> {
    return this.#find(domainOf(trust), false);
  }

  /**
   * The pool of an extension for work that nobody waits for: another process, which gives way to all others. Extensions
   * that share no process elsewhere share none here.
   *
   * @throws {EntradaError} `EXTENSION_RUNNER_LOST` when no runner starts; the next call tries again.
   */
  inBackground(trust: Trust): Promise<RunnerPool> {
    return this.#find(`background ${domainOf(trust)}`, true);
  }

  /** True when every pool that people wait for would take a job now. */
  get ready(): boolean {
    return [...this.#started].every(([{ ready }, inBackground]) => inBackground || ready);
  }

  /** Process ids of all runners. */
  get pids(): readonly number[] {
    return [...this.#started.keys()].flatMap(({ pids }) => pids);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...(this.#ownCaches ? [this.#caches] : []), ...this.#started.keys()];
    await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
  }

  async #find(domain: string, inBackground: boolean): Promise<RunnerPool> {
    const pool = this.#pools.get(domain) ?? this.#start(domain, inBackground);
    this.#pools.set(domain, pool);
    try {
      return await pool;
    } catch (error) {
      this.#pools.delete(domain);
      throw error;
    }
  }

  async #start(domain: string, inBackground: boolean): Promise<RunnerPool> {
    const { runners, ...common } = this.#options;
    const most = domain === SHARED ? runners : 1;
    const pool = new RunnerPool({
      ...common,
      inBackground,
      caches: this.#caches,
      ...(most === undefined ? {} : { runners: most }),
    });
    this.#started.set(pool, inBackground);
    try {
      await pool.start();
      return pool;
    } catch (error) {
      this.#started.delete(pool);
      await pool[Symbol.asyncDispose]();
      throw error;
    }
  }
}
