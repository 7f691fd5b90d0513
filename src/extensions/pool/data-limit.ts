import { memoryOf } from './process-memory.ts';
import { MAX_READY } from '../runner/max-ready.ts';

const MIB = 1024 * 1024;

/** What a runner itself is counted with: with compiled code, V8 reserves room for it. */
const BASE = { compiling: 1024 * MIB, jitless: 256 * MIB } as const;

/** What each isolate is counted with before it has done anything: half a gigabyte of room for code, or nothing of it. */
const ISOLATE = { compiling: 516 * MIB, jitless: 4 * MIB } as const;

/**
 * Data that a runner may allocate, for `ulimit -d`, on Linux. It counts what V8 only reserves, so that the limit follows
 * from the number of isolates: with compiled code it is a wall far out, that holds when the watch over memory does not;
 * without compiled code it is nearly as tight as the watch.
 */
export class DataLimit {
  readonly #mode: keyof typeof BASE;
  readonly #warn: (why: string) => void;
  #isOff = process.platform !== 'linux';

  /** @param warn Hears, once, why this machine does without. */
  constructor(jitless: boolean, warn: (why: string) => void) {
    this.#mode = jitless ? 'jitless' : 'compiling';
    this.#warn = warn;
  }

  /**
   * @param isolates How many there are in one runner at the most.
   * @param hard What the watch lets it take. Unit: bytes.
   * @returns Unit: bytes; null where there is no limit.
   */
  bytes(isolates: number, hard: number): number | null {
    return this.#isOff ? null : BASE[this.#mode] + isolates * ISOLATE[this.#mode] + hard;
  }

  /** Goes on without: a limit that does not work here must not keep anybody from signing in. */
  giveUp(why: string): void {
    if (this.#isOff) return;
    this.#isOff = true;
    this.#warn(why);
  }

  /**
   * Compares an idle runner with what the limit counts for it. A V8 that reserves more than we know would be stopped in
   * the middle of an ordinary day.
   *
   * @param isolates How many stand ready in it.
   * @returns False when the limit was given up because of it.
   */
  fits(pid: number | undefined, isolates: number): boolean {
    const memory = memoryOf(pid);
    const most = BASE[this.#mode] + (Math.min(isolates, MAX_READY) + 1) * ISOLATE[this.#mode];
    if (this.#isOff || !memory || memory.data <= most) return true;
    this.giveUp(`a runner at rest has ${toMib(memory.data)} MiB of data, not ${toMib(most)}`);
    return false;
  }
}

function toMib(bytes: number): number {
  return Math.round(bytes / MIB);
}
