import type { FailureKind } from '../../sandbox/contract.ts';
import type { Invoked } from './invoke.ts';

/** Runs of one hook whose times are remembered: the last ones. */
const REMEMBERED = 500;

/** How one hook of one extension has done since the gateway started. */
export interface HookStats {
  readonly hook: string;
  readonly runs: number;
  readonly failures: number;
  /** By kind; those that never happened are left out. */
  readonly kinds: { readonly [kind in FailureKind]?: number };
  /** Of the last runs; null before the first. Unit: milliseconds. */
  readonly p50: number | null;
  readonly p95: number | null;
}

interface Counts {
  runs: number;
  failures: number;
  readonly kinds: { [kind in FailureKind]?: number };
  readonly times: number[];
}

/** Counts runs and failures, and remembers how long the last runs took. By version: what another one did says nothing. */
export class RunStats {
  readonly #counts = new Map<string, Map<string, Counts>>();

  /** @param hook Its name, with that of the event for one. */
  note(hook: string, { extension, failure, durationMs }: Invoked): void {
    const counts = this.#of(extension.integrity, hook);
    counts.runs += 1;
    counts.times[(counts.runs - 1) % REMEMBERED] = durationMs;
    if (!failure) return;
    counts.failures += 1;
    counts.kinds[failure.kind] = (counts.kinds[failure.kind] ?? 0) + 1;
  }

  /** How the hooks of a version have done, in the order of their first runs. */
  of(integrity: string): readonly HookStats[] {
    return [...(this.#counts.get(integrity) ?? [])].map(([hook, counts]) => {
      const { runs, failures, kinds, times } = counts;
      const sorted = times.toSorted((one, other) => one - other);
      return {
        hook,
        runs,
        failures,
        kinds: { ...kinds },
        p50: at(sorted, 0.5),
        p95: at(sorted, 0.95),
      };
    });
  }

  #of(integrity: string, hook: string): Counts {
    const hooks = this.#counts.get(integrity) ?? new Map<string, Counts>();
    this.#counts.set(integrity, hooks);
    const counts = hooks.get(hook) ?? { runs: 0, failures: 0, kinds: {}, times: [] };
    hooks.set(hook, counts);
    return counts;
  }
}

/** The nearest rank, to a tenth. */
function at(sorted: readonly number[], part: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}
