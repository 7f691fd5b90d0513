import type { Failure } from '../../../sandbox/contract.ts';
import { Cell, compile, type CompiledScript } from './isolate.ts';

/** How long an answer takes to leave, at the least that a timer can wait. Unit: milliseconds. */
const TIDY_MS = 1;

/** A cell that is about to serve an invocation, and the name of its script. */
export interface TakenCell {
  readonly cell: Cell;
  readonly filename: string;
}

interface Loaded {
  readonly script: CompiledScript | null;
  readonly memoryMb: number;
  ready: Cell | undefined;
}

/**
 * The cells that stand ready: one for each extension, made in idle time, so that an invocation finds a pristine isolate
 * without waiting for it.
 */
export class Cells {
  readonly #loaded = new Map<string, Loaded>();
  readonly #isBusy: () => boolean;
  #platform: CompiledScript | undefined;
  readonly #served: Cell[] = [];
  #tidying = false;

  /** @param isBusy True while an invocation runs: preparing would delay its answers. */
  constructor(isBusy: () => boolean) {
    this.#isBusy = isBusy;
  }

  usePlatform(source: string): void {
    this.#platform = compile(source, 'entrada:platform');
  }

  /** Compiles an extension and makes its first cell; answers why it cannot be loaded, if it cannot. */
  load(extension: string, source: string, memoryMb: number): Failure | undefined {
    try {
      const script = compile(source, filenameOf(extension));
      const loaded: Loaded = { script, memoryMb, ready: undefined };
      loaded.ready = this.#make(loaded);
      this.unload(extension);
      this.#loaded.set(extension, loaded);
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: 'throw', code: 'UNLOADABLE', message: message.slice(0, 2_000), frames: [] };
    }
  }

  unload(extension: string): void {
    this.#loaded.get(extension)?.ready?.dispose();
    this.#loaded.delete(extension);
  }

  /** A cell for one invocation: the one that stands ready, or a new one. Undefined for an extension that is not loaded. */
  take(extension: string | null, memoryMb: number): TakenCell | undefined {
    if (extension === null)
      return { cell: this.#make({ script: null, memoryMb }), filename: 'entrada:evaluate' };
    const loaded = this.#loaded.get(extension);
    if (!loaded) return undefined;
    const cell = loaded.ready ?? this.#make(loaded);
    loaded.ready = undefined;
    return { cell, filename: filenameOf(extension) };
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

  #tidy(): void {
    for (const cell of this.#served.splice(0)) cell.dispose();
    this.#refillOne();
  }

  #refillOne(): void {
    if (this.#isBusy()) return;
    const missing = [...this.#loaded.values()].find((loaded) => loaded.ready === undefined);
    if (!missing) return;
    missing.ready = this.#make(missing);
    this.#tidyLater();
  }

  #make({ script, memoryMb }: Pick<Loaded, 'script' | 'memoryMb'>): Cell {
    if (!this.#platform) throw new Error('the platform has to come before an extension');
    return new Cell(this.#platform, script, memoryMb);
  }
}

function filenameOf(extension: string): string {
  return `entrada:${extension}`;
}
