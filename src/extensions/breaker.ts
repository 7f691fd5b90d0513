import type { Failure, FailureKind } from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';

/** Failures that a person waits for. The others come at once: failing faster would gain nothing. */
const SLOW: ReadonlySet<FailureKind> = new Set<FailureKind>(['timeout', 'cpu', 'dependency']);

/** So many in a row open it. */
const FAILURES = 5;

/** Of so many different people: one alone, whose data an extension stumbles over, must not lock out all others. */
const PEOPLE = 3;

/** No more of them are looked at. */
const REMEMBERED = 20;

/** How long nobody is kept waiting, before one invocation tries again. Unit: milliseconds. */
export const OPEN_MS: number = 10_000;

interface State {
  /** Whose sign-ins failed since the last success. */
  readonly people: string[];
  failure: Failure | null;
  /** When the next one may try. Unit: milliseconds since 1970-01-01 UTC; 0: closed. */
  openUntil: number;
}

/**
 * While an extension's service is down, every sign-in would wait for the same failure. After several of them in a row, the
 * failure is given at once for a while, of the kind that it had: what the operator decided for that kind holds as before,
 * so that latency changes and no verdict does.
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #changed: (hook: string, state: 'open' | 'closed') => void;
  readonly #states = new Map<string, State>();

  /** @param changed Hears when it opens and closes. */
  constructor(clock: Clock, changed: (hook: string, state: 'open' | 'closed') => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /**
   * The failure that an invocation gets at once; null when it may run. One of those that come after the pause may: the
   * others wait for what becomes of it.
   *
   * @param hook Extension and hook.
   */
  failFast(hook: string): Failure | null {
    const state = this.#states.get(hook);
    if (!state?.failure || state.openUntil === 0) return null;
    const now = this.#clock();
    if (now < state.openUntil) return fastFailure(state.failure, state.openUntil - now);
    state.openUntil = now + OPEN_MS;
    return null;
  }

  /** Notes what became of an invocation that ran. */
  note(hook: string, person: string, failure: Failure | null): void {
    if (!failure || !SLOW.has(failure.kind)) return this.#close(hook);
    const state = this.#states.get(hook) ?? { people: [], failure: null, openUntil: 0 };
    this.#states.set(hook, state);
    state.failure = failure;
    if (state.openUntil > 0) return;
    state.people.push(person);
    if (state.people.length > REMEMBERED) state.people.shift();
    if (state.people.length < FAILURES || new Set(state.people).size < PEOPLE) return;
    state.openUntil = this.#clock() + OPEN_MS;
    this.#changed(hook, 'open');
  }

  #close(hook: string): void {
    const state = this.#states.get(hook);
    this.#states.delete(hook);
    if (state && state.openUntil > 0) this.#changed(hook, 'closed');
  }
}

function fastFailure({ kind, message }: Failure, left: number): Failure {
  const seconds = Math.ceil(left / 1000);
  return {
    kind,
    code: 'FAILED_FAST',
    message: `the last ones failed so: ${message}; tried again in ${seconds} s`,
    frames: [],
  };
}
