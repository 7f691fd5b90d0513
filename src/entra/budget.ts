import type { Clock } from '../clock.ts';
import { EntraUnavailableError } from './entra-error.ts';
import type { EntraLimits } from './limits.ts';

/** The time that the calls of one sign-in share. */
export interface Budget {
  /** Unit: milliseconds; never negative. */
  remaining(): number;
  /**
   * The limit of the next call. Unit: milliseconds.
   *
   * @throws {EntraUnavailableError} `ENTRA_TIME_BUDGET` when nothing is left.
   */
  nextCall(): number;
  /**
   * Waits for work that others share, and whose own limit is therefore not this one's.
   *
   * @throws {EntraUnavailableError} `ENTRA_TIME_BUDGET` when it takes longer than what is left.
   */
  within<Value>(work: Promise<Value>): Promise<Value>;
}

/** Starts the time of one sign-in. */
export function createBudget(clock: Clock, limits: EntraLimits): Budget {
  const end = clock() + limits.backChannelMs;
  const remaining = (): number => Math.max(0, end - clock());
  return {
    remaining,
    nextCall: () => {
      const left = Math.floor(remaining());
      if (left === 0) throw overspent();
      return Math.min(left, limits.requestMs);
    },
    within: (work) => before(work, remaining()),
  };
}

async function before<Value>(work: Promise<Value>, ms: number): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(overspent()), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function overspent(): EntraUnavailableError {
  return new EntraUnavailableError(
    'ENTRA_TIME_BUDGET',
    'the calls to Entra and Graph took all the time of a sign-in',
    { next: 'Check how long the hosts of Entra take to answer, and the proxy on the way to them.' },
  );
}
