import type { Failure, Scene, ToRunner } from '../../../sandbox/contract.ts';
import { Inspection } from './inspection.ts';
import { Cell, CompiledScript, type Inspected } from './isolate.ts';
import { MAX_READY } from './max-ready.ts';

/** How long an answer takes to leave, at the least that a timer can wait. Unit: milliseconds. */
const TIDY_MS = 1;

/** A cell that is about to serve an invocation, and the name of its script. */
export interface TakenCell {
  readonly cell: Cell;
  readonly filename: string;
}

type LoadMessage = Extract<ToRunner, { type: 'load' }>;

interface Loaded {
  readonly platform: CompiledScript;
  readonly script: CompiledScript;
  readonly memoryMb: number;
  /** One of its invocations fetched: the next ones will, too. */
  fetches: boolean;
  ready: Cell | undefined;
}

/**
 * The cells that stand ready: one for each extension, made in idle time, so that an invocation finds a pristine isolate
 * without waiting for it.
 */
export class Cells {
  /** The one that served last comes last. */
  readonly #loaded = new Map<string, Loaded>();
  readonly #isBusy: () => boolean;
  #platform = '';
  #bare: CompiledScript | undefined;
  readonly #inspected: Inspected | undefined;
  #inspection: Inspection | undefined;
  readonly #served: Cell[] = [];
  #tidying = false;

  /**
   * @param isBusy True while an invocation runs: preparing would delay its answers.
   * @param inspected Of a process that debugs.
   */
  constructor(isBusy: () => boolean, inspected?: Inspected) {
    this.#isBusy = isBusy;
    this.#inspected = inspected;
  }

  /** Hands a message to the debugger of the cell that was made for what was loaded last, ready or in use. */
  inspect(message: string): void {
    this.#inspection?.send(message);
  }

  usePlatform(source: string): void {
    this.#platform = source;
    this.#bare = undefined;
  }

  /** Compiles an extension and makes its first cell; answers why it cannot be loaded, if it cannot. */
  load({ extension, source, cache, platformCache, memoryMb }: LoadMessage): Failure | undefined {
    try {
      const script = CompiledScript.of(source, filenameOf(extension), cache);
      const platform = platformCache
        ? CompiledScript.of(this.#platform, PLATFORM, platformCache)
        : this.#barePlatform();
      const ready = this.#makeFirst(platform, script, memoryMb);
      this.unload(extension);
      this.#loaded.set(extension, { script, platform, memoryMb, fetches: false, ready });
      this.#endOldest();
      this.#tidyLater();
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : 'its script threw what is no error';
      return { kind: 'throw', code: 'UNLOADABLE', message: message.slice(0, 2_000), frames: [] };
    }
  }

  unload(extension: string): void {
    this.#loaded.get(extension)?.ready?.dispose();
    this.#loaded.delete(extension);
  }

  /** A cell for one invocation: the one that stands ready, or a new one. Undefined for an extension that is not loaded. */
  take(extension: string | null, memoryMb: number): TakenCell | undefined {
    if (extension === null) {
      const cell = new Cell(this.#barePlatform(), null, memoryMb);
      return { cell, filename: 'entrada:evaluate' };
    }
    const loaded = this.#loaded.get(extension);
    if (!loaded) return undefined;
    this.#loaded.delete(extension);
    this.#loaded.set(extension, loaded);
    const cell = loaded.ready ?? make(loaded);
    loaded.ready = undefined;
    return { cell, filename: filenameOf(extension) };
  }

  /** An invocation of an extension fetched: cells for it rehearse that from now on. */
  expectFetch(extension: string): void {
    const loaded = this.#loaded.get(extension);
    if (loaded) loaded.fetches = true;
  }

  /** Ends a cell that has served, and makes what is missing: both when the answer has surely left. */
  retire(cell: Cell): void {
    this.#served.push(cell);
    this.#tidyLater();
  }

  /**
   * After a write to the pipe, Linux runs the reader on the writer's own core as soon as the writer sleeps: whoever goes on
   * working keeps the gateway from reading its answer. So work that can wait lets one turn of the clock go by first.
   */
  #tidyLater(): void {
    if (this.#tidying) return;
    this.#tidying = true;
    setTimeout(() => {
      this.#tidying = false;
      this.#tidy();
    }, TIDY_MS);
  }

  /** One thing at a time, so that whoever comes meanwhile waits for no more than that. */
  #tidy(): void {
    for (const cell of this.#served.splice(0)) cell.dispose();
    if (this.#isBusy()) return;
    const recent = [...this.#loaded.values()].slice(-MAX_READY);
    if (this.#refillOne(recent) || this.#rehearseOne(recent)) this.#tidyLater();
  }

  /** Of those that served last, the first that has no cell; false when there is none. */
  #refillOne(recent: readonly Loaded[]): boolean {
    const missing = recent.findLast((loaded) => loaded.ready === undefined);
    if (!missing) return false;
    missing.ready = make(missing);
    this.#endOldest();
    return true;
  }

  /** Not where a debugger is: it may have asked to stop at whatever runs next. */
  #rehearseOne(recent: readonly Loaded[]): boolean {
    if (this.#inspected) return false;
    for (const loaded of recent.toReversed()) {
      const scene = scenesOf(loaded).find((one) => loaded.ready?.hasRehearsed(one) === false);
      if (scene === undefined) continue;
      loaded.ready?.rehearse(scene);
      return true;
    }
    return false;
  }

  #endOldest(): void {
    const ready = [...this.#loaded.values()].filter((loaded) => loaded.ready !== undefined);
    for (const loaded of ready.slice(0, Math.max(0, ready.length - MAX_READY))) {
      loaded.ready?.dispose();
      loaded.ready = undefined;
    }
  }

  /** The first cell of an extension is the one that is debugged, in a process that debugs. */
  #makeFirst(platform: CompiledScript, script: CompiledScript, memoryMb: number): Cell {
    if (!this.#inspected) return new Cell(platform, script, memoryMb);
    const inspection = new Inspection(this.#inspected);
    const cell = new Cell(platform, script, memoryMb, (message) => inspection.hear(message));
    inspection.connect((message) => cell.inspect(message));
    this.#inspection = inspection;
    return cell;
  }

  #barePlatform(): CompiledScript {
    if (this.#platform === '') throw new Error('the platform has to come before an extension');
    return (this.#bare ??= CompiledScript.of(this.#platform, PLATFORM, undefined));
  }
}

/** What invocations of an extension will surely do. */
function scenesOf({ fetches }: Loaded): readonly Scene[] {
  return fetches ? ['call', 'fetch'] : ['call'];
}

const PLATFORM = 'entrada:platform';

function make({ platform, script, memoryMb }: Loaded): Cell {
  return new Cell(platform, script, memoryMb);
}

function filenameOf(extension: string): string {
  return `entrada:${extension}`;
}
