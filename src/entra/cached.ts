import { isLately, type Clock } from '../clock.ts';

/** How long a loaded value serves. All in milliseconds. */
export interface Lifetimes {
  /** Younger: served as it is. Older: served, and loaded anew in the background. */
  readonly freshMs: number;
  /** Older: loaded anew first, and served only when that fails. */
  readonly staleMs: number;
  /** Older: never served. */
  readonly endMs: number;
  /** Time from a failed load to the next one that nobody waits for. */
  readonly retryMs: number;
}

/** How a loaded value is, for health checks. */
export interface Freshness {
  /** When the served value was loaded; null while there is none. Unit: milliseconds since 1970-01-01 UTC. */
  readonly loadedAt: number | null;
  /** Why the last load failed; null when it did not. */
  readonly failure: Error | null;
}

/** A value that is loaded when it is first asked for, and then kept fresh. */
export interface Cached<Value> {
  /** Waits for the network only without a usable value. */
  get(): Promise<Value>;
  /** Loads now; whoever asks meanwhile gets the same load. */
  refresh(): Promise<Value>;
  /** How many loads have succeeded. */
  readonly loads: number;
  readonly freshness: Freshness;
}

/**
 * Keeps one value: lazy, one load at a time, the last good value when loading fails.
 *
 * @param load Gives a checked value or throws; what it throws is remembered for health checks.
 */
export function createCached<Value>(
  load: () => Promise<Value>,
  lifetimes: Lifetimes,
  clock: Clock,
): Cached<Value> {
  let held: { readonly value: Value; readonly at: number } | undefined;
  let flight: Promise<Value> | undefined;
  let failure: { readonly error: Error; readonly at: number } | undefined;
  let loads = 0;

  async function loadOnce(): Promise<Value> {
    const at = clock();
    try {
      const value = await load();
      held = { value, at };
      failure = undefined;
      loads++;
      return value;
    } catch (error) {
      failure = { error: error instanceof Error ? error : new Error('unknown failure'), at };
      throw error;
    }
  }

  const refresh = (): Promise<Value> =>
    (flight ??= loadOnce().finally(() => {
      flight = undefined;
    }));
  const failedLately = (): boolean =>
    failure !== undefined && isLately(failure.at, lifetimes.retryMs, clock());

  async function get(): Promise<Value> {
    const last = held;
    const age = last === undefined ? Number.POSITIVE_INFINITY : clock() - last.at;
    if (last === undefined || age >= lifetimes.endMs) return refresh();
    const isFresh = isLately(last.at, lifetimes.freshMs, clock());
    if (isFresh || failedLately()) return last.value;
    const loading = refresh().catch(() => last.value);
    return age < lifetimes.staleMs ? last.value : loading;
  }

  return {
    get,
    refresh,
    get loads() {
      return loads;
    },
    get freshness() {
      return { loadedAt: held?.at ?? null, failure: failure?.error ?? null };
    },
  };
}
