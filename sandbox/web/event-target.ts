/**
 * `EventTarget`. There is no tree in an isolate: the path of an event is its target alone.
 *
 * @see https://dom.spec.whatwg.org/#interface-eventtarget
 */
import type { AbortSignal } from './abort.ts';
import { brands } from './brands.ts';
import { Event, stateOf } from './event.ts';
import type { EventState } from './event.ts';
import { makeDOMException, parts } from './parts.ts';
import {
  ArrayPush,
  ArraySlice,
  ArraySplice,
  NativeTypeError,
  ReflectApply,
} from './primordials.ts';
import { reportException } from './reporting.ts';
import { defineInterface, isObject, requireArguments, toDOMString } from './webidl.ts';

interface Listener {
  readonly type: string;
  readonly callback: object;
  readonly capture: boolean;
  readonly passive: boolean;
  readonly once: boolean;
  removed: boolean;
}

let listenersOf: (target: EventTarget) => Listener[];

function remove(listeners: Listener[], type: string, callback: unknown, capture: boolean): void {
  for (let index = 0; index < listeners.length; index++) {
    const listener = listeners[index]!;
    if (listener.type !== type || listener.callback !== callback) continue;
    if (listener.capture !== capture) continue;
    listener.removed = true;
    ArraySplice(listeners, index, 1);
    return;
  }
}

/** Adds a listener unless the same one is there already. */
function add(listeners: Listener[], listener: Listener): void {
  for (let index = 0; index < listeners.length; index++) {
    const other = listeners[index]!;
    if (other.type !== listener.type || other.callback !== listener.callback) continue;
    if (other.capture === listener.capture) return;
  }
  ArrayPush(listeners, listener);
}

/** The `capture` of the third argument, which may be a boolean or a dictionary. */
function flatten(options: unknown): boolean {
  return isObject(options) ? Boolean((options as { capture?: unknown }).capture) : Boolean(options);
}

interface AddOptions {
  readonly capture: boolean;
  readonly once: boolean;
  readonly passive: boolean;
  readonly signal: AbortSignal | null;
}

function readSignal(value: unknown): AbortSignal | null {
  if (value === undefined) return null;
  if (brands.isAbortSignal(value)) return value;
  throw new NativeTypeError('signal is not an AbortSignal');
}

function readAddOptions(options: unknown): AddOptions {
  const capture = flatten(options);
  if (!isObject(options)) return { capture, once: false, passive: false, signal: null };
  const { once, passive, signal } = options as { [member: string]: unknown };
  return {
    capture,
    once: Boolean(once),
    passive: Boolean(passive),
    signal: readSignal(signal),
  };
}

function readCallback(value: unknown): object | null {
  if (value === undefined || value === null) return null;
  if (isObject(value)) return value;
  throw new NativeTypeError('The listener is neither an object nor a function');
}

/** Calls one listener as the callback interface `EventListener` is called. */
function invoke(listener: Listener, target: object, event: Event): void {
  const { callback } = listener;
  if (typeof callback === 'function') {
    ReflectApply(callback, target, [event]);
    return;
  }
  const { handleEvent } = callback as { handleEvent?: unknown };
  if (typeof handleEvent !== 'function') {
    throw new NativeTypeError('The listener has no handleEvent function');
  }
  ReflectApply(handleEvent, callback, [event]);
}

function invokeAll(
  { listeners, shown }: { listeners: Listener[]; shown: object },
  event: Event,
  state: EventState,
  capture: boolean,
): void {
  const snapshot = ArraySlice(listeners);
  for (let index = 0; index < snapshot.length; index++) {
    const listener = snapshot[index]!;
    if (listener.removed || listener.type !== state.type || listener.capture !== capture) continue;
    if (listener.once) remove(listeners, listener.type, listener.callback, capture);
    state.inPassiveListener = listener.passive;
    try {
      invoke(listener, shown, event);
    } catch (error) {
      reportException(error);
    }
    state.inPassiveListener = false;
    if (state.stoppedImmediately) return;
  }
}

/** Dispatches an event to the listeners of `target`, which see `shown` as its target; true unless it was canceled. */
function dispatch(target: EventTarget, event: Event, shown: object): boolean {
  const state = stateOf(event);
  const path = { listeners: listenersOf(target), shown };
  state.dispatching = true;
  state.target = shown;
  state.currentTarget = shown;
  state.phase = 2;
  if (!state.stopped) invokeAll(path, event, state, true);
  if (!state.stopped) invokeAll(path, event, state, false);
  state.phase = 0;
  state.currentTarget = null;
  state.dispatching = false;
  state.stopped = false;
  state.stoppedImmediately = false;
  return !state.canceled;
}

/** Dispatches an event of the platform's own on an object that stands for the target; true unless it was canceled. */
export function dispatchAs(shown: object, target: EventTarget, event: Event): boolean {
  stateOf(event).trusted = true;
  return dispatch(target, event, shown);
}

/** Dispatches an event of the platform's own; true unless it was canceled. */
export function dispatchTrusted(target: EventTarget, event: Event): boolean {
  return dispatchAs(target, target, event);
}

export class EventTarget {
  readonly #listeners: Listener[] = [];
  static {
    listenersOf = (target) => target.#listeners;
  }

  addEventListener(type: unknown, callback: unknown, options: unknown = undefined): void {
    const listeners = this.#listeners;
    requireArguments(arguments.length, 2, 'EventTarget.addEventListener');
    const name = toDOMString(type);
    const listener = readCallback(callback);
    const { capture, once, passive, signal } = readAddOptions(options);
    if (listener === null || (signal !== null && parts.abort().abortedState(signal).aborted))
      return;
    add(listeners, { type: name, callback: listener, capture, passive, once, removed: false });
    if (signal === null) return;
    parts.abort().onAbort(signal, () => remove(listeners, name, listener, capture));
  }

  removeEventListener(type: unknown, callback: unknown, options: unknown = undefined): void {
    const listeners = this.#listeners;
    requireArguments(arguments.length, 2, 'EventTarget.removeEventListener');
    const name = toDOMString(type);
    const listener = readCallback(callback);
    remove(listeners, name, listener, flatten(options));
  }

  dispatchEvent(event: unknown): boolean {
    void this.#listeners;
    requireArguments(arguments.length, 1, 'EventTarget.dispatchEvent');
    if (!isObject(event) || !(event instanceof Event)) {
      throw new NativeTypeError('The argument is not an Event');
    }
    const state = stateOf(event);
    if (state.dispatching || !state.initialized) {
      throw makeDOMException('The event is being dispatched', 'InvalidStateError');
    }
    state.trusted = false;
    return dispatch(this, event, this);
  }
}
defineInterface(EventTarget, 'EventTarget');

/** An event handler attribute: `get` and `set` of `onabort` and its like. */
export interface HandlerSlot {
  get(): unknown;
  set(value: unknown): void;
}

/** How a handler is called for an event, where it is not called with the event alone. */
type Shape = (event: Event) => { arguments: unknown[]; cancelOn: boolean } | null;

/** Makes the slot of an event handler attribute: it is a listener that takes its place when it is first set. */
export function handlerSlot(
  target: EventTarget,
  type: string,
  shape: Shape = () => null,
): HandlerSlot {
  let handler: object | null = null;
  let added = false;
  const callback = function (this: unknown, event: Event): void {
    if (typeof handler !== 'function') return;
    const shaped = shape(event);
    const result: unknown = ReflectApply(handler, this, shaped?.arguments ?? [event]);
    if (result === (shaped?.cancelOn ?? false)) stateOf(event).canceled = true;
  };
  const listener = { type, callback, capture: false, passive: false, once: false };
  return {
    get: () => handler,
    set(value) {
      handler = isObject(value) ? value : null;
      if (handler === null) remove(listenersOf(target), type, callback, false);
      else if (!added) add(listenersOf(target), { ...listener, removed: false });
      added = handler !== null;
    },
  };
}
