import { SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { EntradaError } from '../../errors.ts';
import { bundleApart } from '../../extensions/bundler/bundler.ts';
import { failedJob, type Job, type JobResult, type JobRunner } from '../../extensions/job.ts';
import type { BuiltExtension } from '../../extensions/load.ts';
import { loadPlatform } from '../../extensions/load-platform.ts';
import { unloadable } from '../../extensions/pool.ts';
import { RunnerHost } from '../../extensions/pool/runner-host.ts';
import { Sources } from '../../extensions/source-map.ts';
import { Frontend, type StartPlace } from './frontend.ts';

const SELF = fileURLToPath(import.meta.url);

/** The program whose isolates have a debugger in them. */
const ENTRY = path.join(
  path.dirname(SELF),
  '../../extensions/runner',
  `debug${path.extname(SELF)}`,
);

/** Whoever looks at a line does not hurry. Unit: milliseconds. */
const PATIENCE_MS = 24 * 3_600_000;

/**
 * The extension as somebody steps through it: with all its variables, and as much time as that takes.
 *
 * @throws {EntradaError} `EXTENSION_BUILD_FAILED`, `EXTENSION_IMPORT_REFUSED`
 */
export async function forDebugging(extension: BuiltExtension): Promise<BuiltExtension> {
  const { config, manifest } = extension;
  const readable = await bundleApart(config.source, manifest.entry, true);
  const limits = { ...extension.limits, wallMs: PATIENCE_MS, cpuMs: PATIENCE_MS };
  return { ...extension, bundle: readable, sources: new Sources(readable.map), limits };
}

/** A process that stands ready, or why there is none. */
type Started = RunnerHost | EntradaError;

/** Runs an extension in processes that debug, one for each invocation: V8 does not survive the end of an isolate that was. */
export class DebugBench implements JobRunner, AsyncDisposable {
  readonly frontend: Frontend = new Frontend();
  #extension: BuiltExtension | undefined;
  #ready: Promise<Started> | undefined;
  #closed = false;

  /**
   * Puts an extension in the place of the one before; its isolate stands ready, and its script is known to the frontend.
   *
   * @throws {EntradaError} `EXTENSION_UNLOADABLE` when its script does not load.
   */
  async load(extension: BuiltExtension): Promise<void> {
    await endOf(this.#ready); // one that is still starting would take the frontend away from its successor
    this.frontend.detach();
    this.#extension = extension;
    this.#ready = this.#start(extension);
    const started = await this.#ready;
    if (started instanceof EntradaError) throw started;
  }

  async run(job: Job): Promise<JobResult> {
    const extension = this.#extension;
    const ready = this.#ready;
    if (!extension || !ready) return failedJob('unavailable', 'RUNNER_LOST', 'nothing is loaded');
    const host = await ready;
    if (host instanceof EntradaError) return failedJob('unavailable', 'RUNNER_LOST', host.message);
    const result = await host.run({ ...job, extension: nameFor(extension) });
    this.frontend.detach();
    host.kill('it has served');
    if (!this.#closed) this.#ready = this.#start(extension);
    return 'lost' in result ? failedJob('unavailable', 'RUNNER_LOST', result.lost.message) : result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await endOf(this.#ready);
  }

  async #start(extension: BuiltExtension): Promise<Started> {
    const { frontend } = this;
    const host = new RunnerHost(
      await loadPlatform(),
      {
        lost: () => undefined,
        sick: () => undefined,
        inspected: (message) => frontend.fromIsolate(message),
      },
      { jitless: false, dataLimit: null, entry: ENTRY },
    );
    try {
      await host.started();
      await loadInto(host, extension);
      await frontend.attach((message) => host.inspect(message));
      return host;
    } catch (error) {
      host.kill('it could not be made ready');
      return unloadable(nameFor(extension), error);
    }
  }
}

function loadInto(host: RunnerHost, extension: BuiltExtension): Promise<void> {
  return host.loadExtension({
    type: 'load',
    extension: nameFor(extension),
    source: debuggable(extension),
    memoryMb: extension.limits.memoryMb,
  });
}

async function endOf(ready: Promise<Started> | undefined): Promise<void> {
  const started = await ready;
  if (started instanceof RunnerHost) started.kill('it is not needed any more');
}

/** Where the bundle begins to be the author's own file. */
export function startOf({ name, bundle: { code, map }, manifest }: BuiltExtension): StartPlace {
  const sourceMap = new SourceMap(JSON.parse(map));
  const isOfEntry = (text: string, line: number): boolean => {
    const entry = sourceMap.findEntry(line, text.length);
    if (!('originalSource' in entry) || entry.generatedLine !== line) return false;
    return (
      path.normalize(entry.originalSource.replace(/^\.\.\//, '')) === path.normalize(manifest.entry)
    );
  };
  return { url: `entrada:${name}`, lineNumber: Math.max(0, code.split('\n').findIndex(isOfEntry)) };
}

/** The same for every build: breakpoints stay where they are. */
function nameFor({ name }: BuiltExtension): string {
  return name;
}

interface Map3 {
  readonly sources: readonly string[];
  readonly ignoreList?: readonly number[];
}

function isForeign(file: string): boolean {
  return file.includes('node_modules') || file.includes('\0');
}

/** The bundle with its source map in it: files of the author by their paths, and all others to be stepped over. */
function debuggable({ bundle: { code, map }, config: { source } }: BuiltExtension): string {
  const parsed: Map3 = JSON.parse(map);
  const files = parsed.sources.map((file) => path.normalize(file.replace(/^\.\.\//, '')));
  const placed = {
    ...parsed,
    sources: files.map((file) => pathToFileURL(path.resolve(source, file)).href),
    ignoreList: files.flatMap((file, index) => (isForeign(file) ? [index] : [])),
  };
  const url = Buffer.from(JSON.stringify(placed)).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${url}`;
}
