/**
 * `AbortController` and `AbortSignal`.
 *
 * @see https://dom.spec.whatwg.org/#interface-abortcontroller
 */
import { brands } from './brands.ts';
import type { DOMException } from './dom-exception.ts';
import { EventTarget, dispatchTrusted, handlerSlot } from './event-target.ts';
import type { HandlerSlot } from './event-target.ts';
import { Event } from './event.ts';
import { ENFORCED_UNSIGNED_LONG_LONG, toInteger } from './integer.ts';
import { makeDOMException } from './parts.ts';
import { ArrayIncludes, ArrayPush, ArraySplice, NativeTypeError } from './primordials.ts';
import { startTimer } from './timers.ts';
import { defineInterface, illegalConstructor, requireArguments, toSequence } from './webidl.ts';

interface SignalState {
  aborted: boolean;
  reason: unknown;
  /** What the platform does on abort, before listeners run. */
  algorithms: (() => void)[];
  /** The signals that abort together with this one; they depend on it directly. */
  dependents: AbortSignal[];
  /** The signals that this one was made of by `any`, none of which depends on others. */
  readonly sources: AbortSignal[];
  readonly handler: HandlerSlot;
}

const MAKE: unique symbol = Symbol('make');
let stateOf: (signal: AbortSignal) => SignalState;
let isSignal: (value: object) => boolean;

export class AbortSignal extends EventTarget {
  readonly #state: SignalState;
  static {
    stateOf = (signal) => signal.#state;
    isSignal = (value) => #state in value;
  }

  constructor(...given: unknown[]) {
    if (given[0] !== MAKE) illegalConstructor();
    super();
    this.#state = {
      aborted: false,
      reason: undefined,
      algorithms: [],
      dependents: [],
      sources: [],
      handler: handlerSlot(this, 'abort'),
    };
  }

  static abort(reason: unknown = undefined): AbortSignal {
    const signal = newSignal();
    stateOf(signal).aborted = true;
    stateOf(signal).reason = reason === undefined ? abortError() : reason;
    return signal;
  }

  static timeout(milliseconds: unknown): AbortSignal {
    requireArguments(arguments.length, 1, 'AbortSignal.timeout');
    const ms = toInteger(milliseconds, ENFORCED_UNSIGNED_LONG_LONG);
    const signal = newSignal();
    startTimer(ms, () => {
      abortSignal(signal, makeDOMException('The operation timed out', 'TimeoutError'));
    });
    return signal;
  }

  static any(signals: unknown): AbortSignal {
    requireArguments(arguments.length, 1, 'AbortSignal.any');
    return anySignal(toSequence(signals, asSignal, 'The list of signals'));
  }

  get aborted(): boolean {
    return this.#state.aborted;
  }

  get reason(): unknown {
    return this.#state.reason;
  }

  throwIfAborted(): void {
    if (this.#state.aborted) throw this.#state.reason;
  }

  get onabort(): unknown {
    return this.#state.handler.get();
  }

  set onabort(value: unknown) {
    this.#state.handler.set(value);
  }
}
defineInterface(AbortSignal, 'AbortSignal');

function abortError(): DOMException {
  return makeDOMException('The operation was aborted', 'AbortError');
}

export function newSignal(): AbortSignal {
  return new AbortSignal(MAKE);
}

/** True for every signal, whatever guest code did to its prototype. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && isSignal(value);
}

function asSignal(value: unknown): AbortSignal {
  if (!isAbortSignal(value)) throw new NativeTypeError('The value is not an AbortSignal');
  return value;
}

/** Makes a signal that aborts when the first of the sources does. */
export function anySignal(sources: readonly AbortSignal[]): AbortSignal {
  const result = newSignal();
  const state = stateOf(result);
  for (let index = 0; index < sources.length; index++) {
    const source = stateOf(sources[index]!);
    if (!source.aborted) continue;
    state.aborted = true;
    state.reason = source.reason;
    return result;
  }
  for (let index = 0; index < sources.length; index++) follow(result, sources[index]!);
  return result;
}

/** Makes a signal dependent on a source, or on the sources of that one. */
function follow(signal: AbortSignal, source: AbortSignal): void {
  const { sources } = stateOf(source);
  const direct = sources.length === 0 ? [source] : sources;
  const own = stateOf(signal).sources;
  for (let index = 0; index < direct.length; index++) {
    if (ArrayIncludes(own, direct[index])) continue;
    ArrayPush(own, direct[index]!);
    ArrayPush(stateOf(direct[index]!).dependents, signal);
  }
}

/** Aborts a signal: it and its dependents first become aborted, then everyone is told. */
export function abortSignal(signal: AbortSignal, reason: unknown = undefined): void {
  const state = stateOf(signal);
  if (state.aborted) return;
  state.aborted = true;
  state.reason = reason === undefined ? abortError() : reason;
  const told: AbortSignal[] = [signal];
  for (let index = 0; index < state.dependents.length; index++) {
    const dependent = stateOf(state.dependents[index]!);
    if (dependent.aborted) continue;
    dependent.aborted = true;
    dependent.reason = state.reason;
    ArrayPush(told, state.dependents[index]!);
  }
  state.dependents = [];
  for (let index = 0; index < told.length; index++) tell(told[index]!);
}

function tell(signal: AbortSignal): void {
  const state = stateOf(signal);
  const { algorithms } = state;
  state.algorithms = [];
  for (let index = 0; index < algorithms.length; index++) algorithms[index]!();
  dispatchTrusted(signal, new Event('abort'));
}

/**
 * Has an algorithm run when the signal aborts; at once when it is aborted already.
 *
 * @returns A function that takes the algorithm back.
 */
export function onAbort(signal: AbortSignal, algorithm: () => void): () => void {
  const state = stateOf(signal);
  if (state.aborted) {
    algorithm();
    return () => {};
  }
  ArrayPush(state.algorithms, algorithm);
  return () => {
    for (let index = 0; index < state.algorithms.length; index++) {
      if (state.algorithms[index] === algorithm) ArraySplice(state.algorithms, index, 1);
    }
  };
}

/** Whether the signal is aborted, and why, without a property that guest code could have changed. */
export function abortedState(signal: AbortSignal): {
  readonly aborted: boolean;
  readonly reason: unknown;
} {
  return stateOf(signal);
}

export class AbortController {
  readonly #signal: AbortSignal = newSignal();

  get signal(): AbortSignal {
    return this.#signal;
  }

  abort(reason: unknown = undefined): void {
    abortSignal(this.#signal, reason);
  }
}
defineInterface(AbortController, 'AbortController');

brands.isAbortSignal = isAbortSignal;
