/** An isolate whose thread ran for so long, or waited for a core to run on. Unit: milliseconds. */
export interface Counted {
  readonly runMs: number;
}

interface Share {
  /** What its counter said when it was last looked at. */
  ran: number;
  used: number;
}

/**
 * How much of the process's CPU time each isolate took. Its own counter goes on while its thread waits for a core, which on a
 * busy machine is most of the time; what the operating system counted is of all isolates together. Between two looks it is
 * divided among them as their counters went on: none is charged for what another one did, nor more than its counter says.
 */
export class CpuShares {
  readonly #processMs: () => number;
  readonly #running = new Map<Counted, Share>();
  #seen: number;

  /** @param processMs CPU time of the process so far. Unit: milliseconds. */
  constructor(processMs: () => number = ownCpuMs) {
    this.#processMs = processMs;
    this.#seen = processMs();
  }

  /** From here on it has its share. */
  add(isolate: Counted): void {
    this.look();
    this.#running.set(isolate, { ran: isolate.runMs, used: 0 });
  }

  /** It ended, and is forgotten. */
  remove(isolate: Counted): void {
    this.look();
    this.#running.delete(isolate);
  }

  /** Divides what was used since the last look. The longer it is ago, the coarser. */
  look(): void {
    const now = this.#processMs();
    const went = [...this.#running].map(([isolate, share]) => isolate.runMs - share.ran);
    const all = went.reduce((sum, ms) => sum + ms, 0);
    const part = all > 0 ? Math.min(1, (now - this.#seen) / all) : 0;
    for (const share of this.#running.values()) {
      const ms = went.shift() ?? 0;
      share.ran += ms;
      share.used += ms * part;
    }
    this.#seen = now;
  }

  /** As of the last look. Unit: milliseconds. */
  usedBy(isolate: Counted): number {
    return this.#running.get(isolate)?.used ?? 0;
  }
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
