/**
 * What the web platform needs of the runner, and what it gives to the runtime. The runtime implements `Host` over the
 * bridge and keeps it in a closure: no object of this interface is ever reachable by guest code.
 */
import type { Json, LogLevel } from '../contract.ts';

/** The operations that `Host.callSync` has to serve. */
type SyncOp = 'random' | 'idna.toASCII' | 'text.decode';

/** The services of the runner. All of them are plain functions of the isolate's own realm. */
export interface Host {
  /**
   * Starts an operation of the host.
   *
   * @param argument Plain data without prototypes, so that nothing that guest code put on one can change it.
   * @param begun Gets what gives the operation up, at once: what has not left yet never does. Nobody is answered then.
   * @returns The value, or a rejection with the runtime's own error, which carries `code` and `message`.
   */
  call(op: string, argument: Json, begun?: (giveUp: () => void) => void): Promise<Json>;
  /** Short pure operations that have to be synchronous. Throws the runtime's own error. */
  callSync(op: SyncOp, argument: Json): Json;
  /** Asks for `Platform.timerFired(id)` once, not before `ms` milliseconds from now. */
  setTimer(id: number, ms: number): void;
  clearTimer(id: number): void;
  log(level: LogLevel, text: string): void;
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Takes what nobody caught: an exception of a timer, a listener or a microtask, or the value given to `reportError`. */
  uncaught(error: unknown): void;
}

/** What the runtime gets of the platform. */
export interface Platform {
  /** Runs the callback of a timer. Never throws. */
  timerFired(id: number): void;
  /** Makes a signal that only the runtime can abort. */
  makeSignal(): { readonly signal: AbortSignal; abort(reason: unknown): void };
  /** Text for a log line: strings as they are, everything else as `console.log` shows it. */
  format(values: readonly unknown[]): string;
  /** Freezes plain data through and through, in place. */
  freeze<T>(value: T): T;
  /**
   * The host's error behind an error that the platform made of it (`fetch` rejects with a TypeError, Web Cryptography
   * with a DOMException). Undefined for every other value.
   */
  hostErrorBehind(error: unknown): unknown;
}
