/**
 * The isolate's end of the bridge: host calls and their answers, timers, lines of the log. One length-checked text crosses
 * each way; the callbacks that carry it are in a closure that guest code cannot reach.
 */
import type { Ask, HostFault, Json, LogLevel, Send } from './contract.ts';
import type { Host } from './web/host.ts';
import {
  JSONParse,
  JSONStringify,
  MapDelete,
  MapGet,
  MapSet,
  NativeError,
  PromiseReject,
  ReflectDefineProperty,
  SafeMap,
  SafePromise,
  SafeWeakMap,
  StringSlice,
  WeakMapGet,
  WeakMapSet,
} from './web/primordials.ts';

interface Pending {
  readonly resolve: (value: Json) => void;
  readonly reject: (error: unknown) => void;
}

/** What the runtime does with the host. */
export interface Bridge {
  readonly host: Host;
  /** Takes the answer of a host call. */
  answer(id: number, text: string): void;
  /** Plays something before there is an invocation: nothing goes to the host, and each call is answered with this text. */
  rehearse(play: () => void, answer: string): void;
  /**
   * The invocation begins: from here on messages go to the host, and of a rehearsal nothing is left.
   *
   * @param messageLength The longest message that is sent; before, it is none. Unit: UTF-16 code units.
   */
  begin(messageLength: number): void;
  /**
   * From here on it is another time.
   *
   * @param at Unit: milliseconds since 1970-01-01 UTC.
   * @param stands It stays that; else it goes on.
   */
  pretend(at: number, stands: boolean): void;
  /** How much time went by while it stood still. Unit: milliseconds. */
  stood(): number;
  /** The code of an error that the host answered with; undefined for every other value. */
  codeOf(error: unknown): string | undefined;
}

const codes = new SafeWeakMap<object, string>();
const { now } = Date;

/** An error that the host answered with, made here: nothing of the host's own is in it. */
export function hostError({ code, message, claims }: HostFault): Error {
  const error = new NativeError(message);
  ReflectDefineProperty(error, 'name', describe('HostError', false));
  ReflectDefineProperty(error, 'code', describe(code, true));
  if (claims) ReflectDefineProperty(error, 'claims', describe(claims, true));
  WeakMapSet(codes, error, code);
  return error;
}

/** A descriptor is read through its prototype, which guest code could have put a getter on: this one has none. */
function describe(value: unknown, enumerable: boolean): PropertyDescriptor {
  return { __proto__: null, value, enumerable, configurable: true, writable: true } as never;
}

export function createBridge(send: Send, ask: Ask, uncaught: (error: unknown) => void): Bridge {
  const pending = new SafeMap<number, Pending>();
  let carry = send;
  let lastCall = 0;
  let longest = 0;
  let shift = 0;
  let still: number | undefined;

  const call: Host['call'] = (op, argument, begun) => {
    const text = JSONStringify(argument);
    if (text.length > longest)
      return PromiseReject(hostError({ code: 'MESSAGE_TOO_LARGE', message: tooLarge(longest) }));
    const id = ++lastCall;
    return new SafePromise((resolve, reject) => {
      MapSet(pending, id, { resolve, reject });
      carry('call', id, op, text);
      begun?.(() => giveUp(id));
    });
  };

  const giveUp = (id: number): void => {
    if (!MapGet(pending, id)) return;
    MapDelete(pending, id);
    carry('drop', id, '', '');
  };

  const settle = (id: number, text: string): void => {
    const waiting = MapGet(pending, id);
    if (!waiting) return;
    MapDelete(pending, id);
    const answer = open(text);
    if (answer.ok) waiting.resolve(answer.value);
    else waiting.reject(answer.error);
  };

  const callSync = (op: string, argument: Json): Json => {
    const answer = open(ask(op, JSONStringify(argument)));
    if (!answer.ok) throw answer.error;
    return answer.value;
  };

  const host: Host = {
    call,
    callSync,
    setTimer: (id, ms) => carry('timer', id, '', `${ms}`),
    clearTimer: (id) => carry('clear', id, '', ''),
    log: (level: LogLevel, text) => carry('log', 0, level, StringSlice(text, 0, longest)),
    now: () => still ?? now() + shift,
    uncaught,
  };

  return {
    host,
    answer: settle,
    rehearse: (play, answer) => {
      carry = (_type, id) => settle(id, answer);
      longest = Infinity;
      play();
    },
    begin: (messageLength) => {
      carry = send;
      lastCall = 0;
      longest = messageLength;
    },
    pretend: (at, stands) => {
      shift = at - now();
      still = stands ? at : undefined;
    },
    stood: () => (still === undefined ? 0 : now() + shift - still),
    codeOf: (error) =>
      typeof error === 'object' && error !== null ? WeakMapGet(codes, error) : undefined,
  };
}

type Opened =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: Error };

/** Reads an answer of the host, which is trusted: its form is that of `HostAnswer`. */
function open(text: string): Opened {
  const answer = JSONParse(text);
  if (answer.ok === true) return { ok: true, value: answer.value };
  return { ok: false, error: hostError(answer.error) };
}

function tooLarge(longest: number): string {
  return `a call of the host has ${longest} characters at the most`;
}
