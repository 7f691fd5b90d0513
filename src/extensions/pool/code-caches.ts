import type { FromRunner } from '../../../sandbox/contract.ts';
import { RunnerProcess } from './runner-process.ts';

/** Code caches of an extension's bundle and of the platform for it, base64. */
export interface CodeCache {
  readonly cache: string;
  readonly platformCache: string;
}

const IDLE_MS = 5_000;

/** Longer than any script takes; loading goes on without a cache. Unit: milliseconds. */
const PATIENCE_MS = 5_000;

export interface CodeCachesOptions {
  /** The platform's script. */
  readonly platform: string;
  readonly jitless: boolean;
  /** The compiling process ends after so long without work. Unit: milliseconds. Default: 5,000. */
  readonly idleMs?: number;
}

/**
 * Makes code caches in a process that compiles and runs nothing of an extension: to V8 a cache is code that it need not
 * look at. They are kept in memory alone, for as long as this object: nothing is read from a file, and none ever comes from
 * an extension's folder. V8 refuses one that another version or other flags made; runners then compile for themselves.
 */
export class CodeCaches implements AsyncDisposable {
  readonly #options: CodeCachesOptions;
  readonly #known = new Map<string, Promise<CodeCache | undefined>>();
  readonly #asked = new Map<string, PromiseWithResolvers<CodeCache | undefined>>();
  #process: RunnerProcess | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: CodeCachesOptions) {
    this.#options = options;
  }

  /**
   * The caches of an extension; undefined when they cannot be made. Never rejects.
   *
   * @param extension Name and hash: the same code for ever.
   */
  of(extension: string, source: string): Promise<CodeCache | undefined> {
    const known = this.#known.get(extension) ?? this.#ask(extension, source);
    this.#known.set(extension, known);
    return known;
  }

  forget(extension: string): void {
    this.#known.delete(extension);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
  }

  /** Starts the process that will be needed soon. Each pool that starts says so. */
  prepare(): void {
    this.#started();
    if (this.#asked.size === 0) this.#rest();
  }

  async #ask(extension: string, source: string): Promise<CodeCache | undefined> {
    const answer = Promise.withResolvers<CodeCache | undefined>();
    const late = setTimeout(() => answer.resolve(undefined), PATIENCE_MS);
    this.#asked.set(extension, answer);
    clearTimeout(this.#idle);
    const process = this.#started();
    process?.keepAlive(true);
    process?.send({ type: 'compile', extension, source });
    if (!process) answer.resolve(undefined);
    const made = await answer.promise;
    clearTimeout(late);
    this.#asked.delete(extension);
    if (this.#asked.size === 0) this.#rest();
    return made;
  }

  /** Whoever waits for nothing must not be kept from ending. */
  #rest(): void {
    clearTimeout(this.#idle);
    this.#process?.keepAlive(false);
    this.#idle = setTimeout(() => this.#end(), this.#options.idleMs ?? IDLE_MS).unref();
  }

  /** Undefined when it cannot be started. */
  #started(): RunnerProcess | undefined {
    if (this.#process) return this.#process;
    const { platform, jitless } = this.#options;
    const listener = {
      message: (message: FromRunner) => this.#take(message),
      lost: () => this.#lose(),
    };
    try {
      this.#process = new RunnerProcess(listener, { jitless, compiles: true, dataLimit: null });
    } catch {
      return undefined; // what loads does without a cache
    }
    this.#process.send({ type: 'platform', source: platform });
    return this.#process;
  }

  #take(message: FromRunner): void {
    if (message.type !== 'compiled') return;
    const { extension, cache, platformCache } = message;
    this.#asked.get(extension)?.resolve({ cache, platformCache });
  }

  #lose(): void {
    this.#process = undefined;
    for (const answer of this.#asked.values()) answer.resolve(undefined);
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#process?.kill('it has nothing to do');
  }
}
