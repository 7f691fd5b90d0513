import type { BuiltExtension } from '../extensions/load.ts';
import { loadPlatform } from '../extensions/load-platform.ts';
import { RunnerPool } from '../extensions/pool.ts';

/** A runner, and the extensions that were loaded into it. */
export class TestRunner implements AsyncDisposable {
  readonly #starting: Promise<RunnerPool>;
  readonly #loading = new Map<string, Promise<void>>();

  constructor() {
    this.#starting = start();
  }

  /** The pool, with the extension loaded once. */
  async with(extension: BuiltExtension | null): Promise<RunnerPool> {
    const pool = await this.#starting;
    if (extension) await this.#load(pool, extension);
    return pool;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pool = await this.#starting;
    await pool[Symbol.asyncDispose]();
  }

  #load(pool: RunnerPool, { id, bundle, limits }: BuiltExtension): Promise<void> {
    const known = this.#loading.get(id);
    if (known) return known;
    const loading = pool.load({
      type: 'load',
      extension: id,
      source: bundle.code,
      memoryMb: limits.memoryMb,
    });
    this.#loading.set(id, loading);
    return loading;
  }
}

async function start(): Promise<RunnerPool> {
  const pool = new RunnerPool({
    platform: await loadPlatform(),
    runners: 1,
    report: () => undefined,
  });
  await pool.start();
  return pool;
}

let shared: TestRunner | undefined;

/**
 * The runner that all hosts of this process share: starting one takes longer than a test should. Invocations see nothing
 * of each other in it, so that tests see no difference; it ends with the process.
 */
export function sharedRunner(): TestRunner {
  shared ??= new TestRunner();
  return shared;
}
