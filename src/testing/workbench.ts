import type { Fault } from '../config/config.ts';
import type { Finding } from '../config/document/finding.ts';
import { readConfig } from '../config/load.ts';
import { systemClock } from '../clock.ts';
import { describe } from '../extensions/describe.ts';
import type { Job, JobResult, JobRunner } from '../extensions/job.ts';
import { buildExtension, type BuiltExtension } from '../extensions/load.ts';
import { loadPlatform } from '../extensions/load-platform.ts';
import { readManifest } from '../extensions/manifest.ts';
import { RunnerPool } from '../extensions/pool.ts';
import { asAsked, type FixtureEntry } from '../extensions/replay/as-asked.ts';
import { type Fixture, NOTHING_GIVEN } from '../extensions/replay/fixture.ts';
import {
  type FixtureListener,
  type FixtureRun,
  runFixture,
} from '../extensions/replay/run-fixture.ts';

/** An extension that can be run, or all that is wrong with it. */
export type Built =
  | { readonly ok: true; readonly extension: BuiltExtension }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Gives what is wrong with a fixture its place in the fixture's file. */
export type FixtureReport = (findings: readonly Finding[]) => readonly Fault[];

/** Without a file there is no place. */
const WITHOUT_FILE: FixtureReport = (findings) =>
  readConfig('{}', '', { environment: {} })
    .report(findings)
    .map(({ position: _position, line: _line, ...fault }) => ({
      ...fault,
      next: 'Write a fixture that says config, and name it with --event.',
    }));

/**
 * Builds an extension with what a fixture gives it: its config, its secrets, and all that its manifest asks for.
 *
 * @param report Where the fixture stands; left out: in no file.
 */
export async function buildFor(
  folder: string,
  fixture: FixtureEntry = NOTHING_GIVEN,
  report: FixtureReport = WITHOUT_FILE,
): Promise<Built> {
  const read = await readManifest(folder);
  if (!read.ok) return read;
  const config = asAsked(folder, read.manifest, fixture);
  const { extension, findings, faults } = await buildExtension(config, 0, true);
  if (extension) return { ok: true, extension };
  // What `entrada.yaml` says below `extensions[0]`, a fixture says at its top.
  const placed = findings.map((finding) => ({ ...finding, path: finding.path.slice(2) }));
  return { ok: false, faults: [...faults, ...report(placed)] };
}

/**
 * A runner that stands ready, and the extension that an author works on: built again and again, and run as at a gateway,
 * in an isolate of its own with its grants and limits.
 */
export class Workbench implements JobRunner, AsyncDisposable {
  readonly #pool: RunnerPool;
  #loaded: string | undefined;

  private constructor(pool: RunnerPool) {
    this.#pool = pool;
  }

  /** Starts the runner. */
  static async start(): Promise<Workbench> {
    const platform = await loadPlatform();
    // A code cache takes longer to make than it saves where each build is run once.
    const pool = new RunnerPool({ platform, runners: 1, caches: null, report: () => undefined });
    await pool.start();
    return new Workbench(pool);
  }

  /**
   * Puts an extension in the place of the one before.
   *
   * @throws {EntradaError} `EXTENSION_UNLOADABLE` when its script does not load.
   */
  async load({ id, bundle, limits }: BuiltExtension): Promise<void> {
    if (this.#loaded === id) return;
    await this.#pool.load({
      type: 'load',
      extension: id,
      source: bundle.code,
      memoryMb: limits.memoryMb,
    });
    if (this.#loaded !== undefined) this.#pool.unload(this.#loaded);
    this.#loaded = id;
  }

  /**
   * Hooks that an extension has; events as `event NAME`.
   *
   * @throws {EntradaError} `EXTENSION_UNLOADABLE` when it does not load, or throws while it does.
   */
  async hooksOf(extension: BuiltExtension): Promise<ReadonlySet<string>> {
    await this.load(extension);
    return describe(extension, this.#pool, systemClock);
  }

  /** Runs a fixture. */
  async replay(
    extension: BuiltExtension,
    fixture: Fixture,
    listener?: FixtureListener,
  ): Promise<FixtureRun> {
    await this.load(extension);
    return runFixture(extension, fixture, this, listener);
  }

  run(job: Job): Promise<JobResult> {
    return this.#pool.run(job);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }
}
