/**
 * Timers. The host counts the time; the callbacks stay in the isolate.
 *
 * @see https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers
 */
import { LONG, toInteger } from './integer.ts';
import {
  MapDelete,
  MapGet,
  MapHas,
  MapSet,
  NativeTypeError,
  ReflectApply,
  SafeMap,
  realm,
} from './primordials.ts';
import { callAndReport } from './reporting.ts';
import { host } from './services.ts';
import { requireArguments } from './webidl.ts';

interface Timer {
  readonly run: () => unknown;
  /** Unit: milliseconds; null for a timer that fires once. */
  readonly interval: number | null;
  /** How many timers were nested in each other when this one was set. */
  readonly level: number;
}

const timers: Map<number, Timer> = new SafeMap();
let lastId = 0;
let currentLevel = 0;

/** From this depth on, a timer waits at least `NESTED_MS`. */
const NESTED_LEVEL = 5;
const NESTED_MS = 4;

function arm(id: number, timer: Timer, ms: number): void {
  MapSet(timers, id, timer);
  host.setTimer(id, timer.level > NESTED_LEVEL && ms < NESTED_MS ? NESTED_MS : ms);
}

/** Sets a timer of the platform's own. */
export function startTimer(ms: number, run: () => unknown): number {
  const id = ++lastId;
  arm(id, { run, interval: null, level: 0 }, ms);
  return id;
}

function stopTimer(id: number): void {
  if (!MapHas(timers, id)) return;
  MapDelete(timers, id);
  host.clearTimer(id);
}

/** Runs the callback of a timer that the host says is due. */
export function timerFired(id: number): void {
  const timer = MapGet(timers, id);
  if (timer === undefined) return;
  if (timer.interval === null) MapDelete(timers, id);
  currentLevel = timer.level;
  callAndReport(timer.run);
  currentLevel = 0;
  if (timer.interval === null || MapGet(timers, id) !== timer) return;
  callAndReport(() => arm(id, { ...timer, level: timer.level + 1 }, timer.interval!));
}

function set(handler: unknown, timeout: unknown, rest: unknown[], repeat: boolean): number {
  if (typeof handler !== 'function') {
    throw new NativeTypeError('The callback of a timer must be a function');
  }
  const ms = toInteger(timeout, LONG);
  const delay = ms > 0 ? ms : 0;
  const id = ++lastId;
  const run = (): unknown => ReflectApply(handler, realm, rest);
  arm(id, { run, interval: repeat ? delay : null, level: currentLevel + 1 }, delay);
  return id;
}

export function setTimeout(handler: unknown, timeout: unknown = 0, ...rest: unknown[]): number {
  requireArguments(arguments.length, 1, 'setTimeout');
  return set(handler, timeout, rest, false);
}

export function setInterval(handler: unknown, timeout: unknown = 0, ...rest: unknown[]): number {
  requireArguments(arguments.length, 1, 'setInterval');
  return set(handler, timeout, rest, true);
}

export function clearTimeout(id: unknown = undefined): void {
  stopTimer(toInteger(id, LONG));
}

export function clearInterval(id: unknown = undefined): void {
  stopTimer(toInteger(id, LONG));
}
