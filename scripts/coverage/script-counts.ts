/** What V8 says of one script (Profiler.takePreciseCoverage). */
export interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly FunctionCoverage[];
}

export interface FunctionCoverage {
  readonly functionName: string;
  /** The function itself, then blocks of it that ran another number of times. */
  readonly ranges: readonly CountedRange[];
  readonly isBlockCoverage: boolean;
}

/** Offsets in UTF-16 code units. */
export interface CountedRange {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** A function of the script, or a block of one. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface NamedRange extends Range {
  readonly name: string;
}

/** The sum over many isolates that ran one script. */
export interface CountedScript {
  /** How often each character ran, as runs of `[length, count]`. */
  readonly runs: readonly (readonly [length: number, count: number])[];
  readonly functions: readonly NamedRange[];
  readonly blocks: readonly Range[];
}

/**
 * Adds up how often each character of one script ran. Two isolates see different blocks, since V8 names a block only
 * where its count differs from what is around it; characters can be added whatever the blocks are.
 */
export class ScriptCounts {
  #counts = new Float64Array(0);
  readonly #functions = new Map<string, NamedRange>();
  readonly #blocks = new Map<string, Range>();

  /** What one isolate ran. */
  add({ functions }: ScriptCoverage): void {
    const painted = new Float64Array(endOf(functions));
    for (const { functionName, ranges } of functions) {
      for (const [index, { startOffset: start, endOffset: end, count }] of ranges.entries()) {
        painted.fill(count, start, end);
        if (index > 0) this.#blocks.set(`${start}-${end}`, { start, end });
        else this.#functions.set(`${start}-${end}`, { name: functionName, start, end });
      }
    }
    this.#sum(painted);
  }

  /** What another process counted. */
  addCounted({ runs, functions, blocks }: CountedScript): void {
    for (const one of functions) this.#functions.set(`${one.start}-${one.end}`, one);
    for (const one of blocks) this.#blocks.set(`${one.start}-${one.end}`, one);
    const painted = new Float64Array(runs.reduce((length, [run]) => length + run, 0));
    let at = 0;
    for (const [length, count] of runs) painted.fill(count, at, (at += length));
    this.#sum(painted);
  }

  get isEmpty(): boolean {
    return this.#functions.size === 0;
  }

  /** How often the character at an offset ran. */
  at(offset: number): number {
    return this.#counts[offset] ?? 0;
  }

  toJSON(): CountedScript {
    const runs: [number, number][] = [];
    for (const count of this.#counts) {
      const last = runs.at(-1);
      if (last?.[1] === count) last[0]++;
      else runs.push([1, count]);
    }
    return { runs, functions: [...this.#functions.values()], blocks: [...this.#blocks.values()] };
  }

  #sum(painted: Float64Array): void {
    const [long, short] =
      painted.length > this.#counts.length ? [painted, this.#counts] : [this.#counts, painted];
    for (const [offset, count] of short.entries()) long[offset] = (long[offset] ?? 0) + count;
    this.#counts = new Float64Array(long);
  }
}

function endOf(functions: readonly FunctionCoverage[]): number {
  return Math.max(0, ...functions.map(({ ranges }) => ranges[0]?.endOffset ?? 0));
}
