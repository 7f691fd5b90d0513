import { memoryOf } from './process-memory.ts';

const MIB = 1024 * 1024;

/** Memory is looked at so often while anything runs. Unit: milliseconds. */
const WATCH_MS = 50;

/** And so long after the last invocation ended: its isolate may still be at work. Unit: milliseconds. */
const AFTERMATH_MS = 1_000;

/** What a runner process may take. Unit: bytes. */
export interface MemoryBounds {
  /** Beyond this it gets no more work and is replaced. */
  readonly soft: number;
  /** Beyond this it is ended at once. */
  readonly hard: number;
  /** An idle one that kept so much more than it began with is replaced. */
  readonly growth: number;
}

/**
 * What a runner may take in which no isolate may have more than so much: an ordinary sign-in stays far below it, and one
 * isolate that uses all it may, with what V8 adds while it cleans up, does too.
 *
 * @param largestMb The largest `memory` of the extensions in it. Unit: MiB.
 */
export function memoryBounds(largestMb: number): MemoryBounds {
  const soft = (384 + largestMb) * MIB;
  return { soft, hard: 2 * soft, growth: 192 * MIB };
}

/** A process whose memory is watched. */
export interface Watched {
  readonly pid: number | undefined;
  /** Invocations that run now. */
  readonly load: number;
}

/** What the watch says. */
export interface MemoryEvents<Process extends Watched> {
  readonly tooMuch: (process: Process, bytes: number) => void;
  readonly muchTooMuch: (process: Process, bytes: number) => void;
  /** Idle, and larger than it should be. */
  readonly grown: (process: Process, bytes: number) => void;
}

/**
 * Looks at the memory of processes, on Linux; elsewhere it sees nothing. V8's own limits are soft: one native operation
 * takes a gigabyte before they are looked at.
 */
export class MemoryWatch<Process extends Watched> {
  readonly #processes: () => Iterable<Process>;
  readonly #bounds: () => MemoryBounds;
  readonly #events: MemoryEvents<Process>;
  readonly #atFirst = new WeakMap<Process, number>();
  #timer: NodeJS.Timeout | undefined;
  #busyUntil = 0;

  constructor(
    processes: () => Iterable<Process>,
    bounds: () => MemoryBounds,
    events: MemoryEvents<Process>,
  ) {
    this.#processes = processes;
    this.#bounds = bounds;
    this.#events = events;
  }

  /** Something runs: looks until it is over. */
  wake(): void {
    this.#busyUntil = performance.now() + AFTERMATH_MS;
    this.#timer ??= setInterval(() => this.#look(), WATCH_MS).unref();
  }

  /** Remembers what a process takes before it has worked. */
  settle(process: Process): void {
    const bytes = memoryOf(process.pid)?.resident;
    if (bytes !== undefined) this.#atFirst.set(process, bytes);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const processes = [...this.#processes()];
    if (processes.some(({ load }) => load > 0)) this.#busyUntil = performance.now() + AFTERMATH_MS;
    const last = performance.now() > this.#busyUntil;
    for (const process of processes) this.#judge(process, last);
    if (last) this.stop();
  }

  #judge(process: Process, last: boolean): void {
    const bytes = memoryOf(process.pid)?.resident;
    if (bytes === undefined) return;
    const { soft, hard, growth } = this.#bounds();
    const atFirst = this.#atFirst.get(process) ?? bytes;
    if (bytes > hard) this.#events.muchTooMuch(process, bytes);
    else if (bytes > soft) this.#events.tooMuch(process, bytes);
    else if (last && process.load === 0 && bytes > atFirst + growth)
      this.#events.grown(process, bytes);
  }
}
