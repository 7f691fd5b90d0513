/**
 * `Event` and its kinds.
 *
 * @see https://dom.spec.whatwg.org/#interface-event
 */
import { now } from './clock.ts';
import { ReflectDefineProperty } from './primordials.ts';
import {
  defineConstants,
  defineInterface,
  requireArguments,
  toDictionary,
  toDOMString,
} from './webidl.ts';

/** What dispatching has to know and change; reachable only through `stateOf`. */
export interface EventState {
  type: string;
  target: object | null;
  currentTarget: object | null;
  phase: 0 | 2;
  bubbles: boolean;
  cancelable: boolean;
  readonly composed: boolean;
  stopped: boolean;
  stoppedImmediately: boolean;
  canceled: boolean;
  inPassiveListener: boolean;
  initialized: boolean;
  dispatching: boolean;
  trusted: boolean;
  readonly timeStamp: number;
}

let read: (event: Event) => EventState;

/** The members that every dictionary of an event has. */
function newState(type: string, init: { readonly [member: string]: unknown }): EventState {
  const bubbles = Boolean(init['bubbles']);
  const cancelable = Boolean(init['cancelable']);
  return {
    type,
    target: null,
    currentTarget: null,
    phase: 0,
    bubbles,
    cancelable,
    composed: Boolean(init['composed']),
    stopped: false,
    stoppedImmediately: false,
    canceled: false,
    inPassiveListener: false,
    initialized: true,
    dispatching: false,
    trusted: false,
    timeStamp: now(),
  };
}

/** Sets what is set again before an event is dispatched once more. */
export function initialize(
  state: EventState,
  type: string,
  bubbles: unknown,
  cancelable: unknown,
): boolean {
  if (state.dispatching) return false;
  state.initialized = true;
  state.stopped = false;
  state.stoppedImmediately = false;
  state.canceled = false;
  state.trusted = false;
  state.target = null;
  state.type = type;
  state.bubbles = Boolean(bubbles);
  state.cancelable = Boolean(cancelable);
  return true;
}

function cancel(state: EventState): void {
  if (state.cancelable && !state.inPassiveListener) state.canceled = true;
}

export class Event {
  readonly #state: EventState;
  static {
    read = (event) => event.#state;
  }

  declare readonly isTrusted: boolean;

  constructor(type: unknown, init: unknown = undefined) {
    requireArguments(arguments.length, 1, 'Event constructor');
    const text = toDOMString(type);
    this.#state = newState(text, toDictionary(init, 'EventInit'));
    ReflectDefineProperty(this, 'isTrusted', TRUSTED);
  }

  get type(): string {
    return this.#state.type;
  }

  get target(): object | null {
    return this.#state.target;
  }

  get srcElement(): object | null {
    return this.#state.target;
  }

  get currentTarget(): object | null {
    return this.#state.currentTarget;
  }

  composedPath(): object[] {
    const { currentTarget } = this.#state;
    return currentTarget === null ? [] : [currentTarget];
  }

  get eventPhase(): number {
    return this.#state.phase;
  }

  stopPropagation(): void {
    this.#state.stopped = true;
  }

  get cancelBubble(): boolean {
    return this.#state.stopped;
  }

  set cancelBubble(value: unknown) {
    if (value) this.#state.stopped = true;
    else void this.#state;
  }

  stopImmediatePropagation(): void {
    this.#state.stopped = true;
    this.#state.stoppedImmediately = true;
  }

  get bubbles(): boolean {
    return this.#state.bubbles;
  }

  get cancelable(): boolean {
    return this.#state.cancelable;
  }

  get returnValue(): boolean {
    return !this.#state.canceled;
  }

  set returnValue(value: unknown) {
    const state = this.#state;
    if (!value) cancel(state);
  }

  preventDefault(): void {
    cancel(this.#state);
  }

  get defaultPrevented(): boolean {
    return this.#state.canceled;
  }

  get composed(): boolean {
    return this.#state.composed;
  }

  get timeStamp(): number {
    return this.#state.timeStamp;
  }

  initEvent(type: unknown, bubbles: unknown = false, cancelable: unknown = false): void {
    const state = this.#state;
    requireArguments(arguments.length, 1, 'Event.initEvent');
    initialize(state, toDOMString(type), bubbles, cancelable);
  }
}

/** `[LegacyUnforgeable]`: an own accessor of every event, with one getter for all of them. */
const TRUSTED = {
  __proto__: null,
  get: Object.getOwnPropertyDescriptor(
    {
      get isTrusted(): boolean {
        return read(this).trusted;
      },
    },
    'isTrusted',
  )!.get!,
  enumerable: true,
  configurable: false,
} as PropertyDescriptor;

/** The state of an event. Throws a TypeError for anything else. */
export function stateOf(event: Event): EventState {
  return read(event);
}

const PHASES = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 };
defineInterface(Event, 'Event');
defineConstants(Event, PHASES);
