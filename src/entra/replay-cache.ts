import type { Clock } from '../clock.ts';

/** Remembers what was used, as long as it could be used again. */
export interface ReplayCache {
  /** True the first time; false while the first use is remembered. `until` in milliseconds since 1970-01-01 UTC. */
  admit(key: string, until: number): boolean;
  readonly size: number;
}

/** At 100 bytes each some 2 MB; more sign-ins than a gateway finishes in the hour that an ID token lives. */
const CAPACITY = 20_000;

/**
 * A belt beside the braces: state and nonce are used once already. When it is full the oldest uses are forgotten.
 *
 * @param capacity Entries that are kept.
 */
export function createReplayCache(clock: Clock, capacity: number = CAPACITY): ReplayCache {
  const used = new Map<string, number>();

  function forget(): void {
    for (const [key, until] of used) {
      if (used.size < capacity && until > clock()) return;
      used.delete(key);
    }
  }

  return {
    admit: (key, until) => {
      const usedUntil = used.get(key);
      if (usedUntil !== undefined && usedUntil > clock()) return false;
      forget();
      used.delete(key);
      used.set(key, until);
      return true;
    },
    get size() {
      return used.size;
    },
  };
}
