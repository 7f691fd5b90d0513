/** The kinds of events that carry something: `CustomEvent`, `ErrorEvent`, `PromiseRejectionEvent`. */
import { Event, initialize, stateOf } from './event.ts';
import { defineInterface, requireArguments, toDOMString, toDictionary } from './webidl.ts';

export class CustomEvent extends Event {
  #detail: unknown;

  constructor(type: unknown, init: unknown = undefined) {
    requireArguments(arguments.length, 1, 'CustomEvent constructor');
    super(type, init);
    const { detail = null } = toDictionary(init, 'CustomEventInit');
    this.#detail = detail;
  }

  get detail(): unknown {
    return this.#detail;
  }

  initCustomEvent(
    type: unknown,
    bubbles: unknown = false,
    cancelable: unknown = false,
    detail: unknown = null,
  ): void {
    void this.#detail;
    requireArguments(arguments.length, 1, 'CustomEvent.initCustomEvent');
    if (initialize(stateOf(this), toDOMString(type), bubbles, cancelable)) this.#detail = detail;
  }
}
defineInterface(CustomEvent, 'CustomEvent');

export class ErrorEvent extends Event {
  readonly #message: string;
  readonly #filename: string;
  readonly #lineno: number;
  readonly #colno: number;
  readonly #error: unknown;

  constructor(type: unknown, init: unknown = undefined) {
    requireArguments(arguments.length, 1, 'ErrorEvent constructor');
    super(type, init);
    const { colno, error, filename, lineno, message } = toDictionary(init, 'ErrorEventInit');
    this.#colno = Number(colno ?? 0) >>> 0;
    this.#error = error;
    this.#filename = filename === undefined ? '' : toDOMString(filename);
    this.#lineno = Number(lineno ?? 0) >>> 0;
    this.#message = message === undefined ? '' : toDOMString(message);
  }

  get message(): string {
    return this.#message;
  }

  get filename(): string {
    return this.#filename;
  }

  get lineno(): number {
    return this.#lineno;
  }

  get colno(): number {
    return this.#colno;
  }

  get error(): unknown {
    return this.#error;
  }
}
defineInterface(ErrorEvent, 'ErrorEvent');

export class PromiseRejectionEvent extends Event {
  readonly #promise: unknown;
  readonly #reason: unknown;

  constructor(type: unknown, init: unknown) {
    requireArguments(arguments.length, 2, 'PromiseRejectionEvent constructor');
    super(type, init);
    const { promise, reason } = toDictionary(init, 'PromiseRejectionEventInit');
    if (promise === undefined) throw new TypeError('The member promise is missing');
    this.#promise = promise;
    this.#reason = reason;
  }

  get promise(): unknown {
    return this.#promise;
  }

  get reason(): unknown {
    return this.#reason;
  }
}
defineInterface(PromiseRejectionEvent, 'PromiseRejectionEvent');
