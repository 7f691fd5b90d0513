/** Installs the web platform into an isolate. */
import { startClock } from './clock.ts';
import { defineGlobals } from './globals.ts';
import type { Host, Platform } from './host.ts';
import { hostErrorBehind } from './host-errors.ts';
import { parts } from './parts.ts';
import { ObjectFreeze, ObjectIsFrozen, ReflectOwnKeys } from './primordials.ts';
import { useHost } from './services.ts';
import { timerFired } from './timers.ts';

/** Freezes plain data through and through. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ObjectIsFrozen(value)) return value;
  ObjectFreeze(value);
  const keys = ReflectOwnKeys(value);
  for (let index = 0; index < keys.length; index++) {
    freeze((value as { [key: PropertyKey]: unknown })[keys[index]!]);
  }
  return value;
}

/**
 * Defines the lazily evaluated globals. Called once per isolate, before guest code.
 *
 * @param global The global object of the context.
 */
export function installPlatform(global: object, host: Host): Platform {
  useHost(host);
  startClock();
  defineGlobals(global);
  return {
    timerFired,
    makeSignal() {
      const { abortSignal, newSignal } = parts.abort();
      const signal = newSignal();
      return { signal: signal as never, abort: (reason) => abortSignal(signal, reason) };
    },
    format: (values) => parts.format().format(values),
    freeze,
    hostErrorBehind,
  };
}
