/** `ctx`: what a hook may do. Everything in it is frozen; what needs the host goes over the bridge. */
import { type Bridge, hostError } from './bridge.ts';
import type { Call, LogLevel } from './contract.ts';
import type { Context, Log } from './sdk.ts';
import { plain } from './plain.ts';
import { createKv } from './kv.ts';
import { createSessionPower } from './sessions.ts';
import { createSign } from './sign.ts';
import type { Platform } from './web/host.ts';
import {
  MathMax,
  ObjectFreeze,
  ReflectGetOwnPropertyDescriptor,
  StringSlice,
  realm,
} from './web/primordials.ts';

/** The signal is aborted so long before the end, so that a hook can still decide. Unit: milliseconds. */
const GRACE_MS = 250;

/** Id of the runtime's own timer; those of the platform are positive. */
export const DEADLINE_TIMER = -1;

/** A context, and what the runtime does with it. */
export interface MadeContext {
  readonly context: Context;
  /** The deadline is near. */
  abort(): void;
}

/** What every context has alike. It is made before there is a call: whoever waits for one does not wait for this. */
export function createContexts(bridge: Bridge, platform: Platform): (call: Call) => MadeContext {
  const { host } = bridge;
  const same = {
    log: createLog(bridge, platform),
    kv: createKv(host),
    sign: createSign(host),
    sessions: createSessionPower(host),
  };
  return (call) => createContext(call, bridge, platform, same);
}

/** @param call Frozen. */
function createContext(
  call: Call,
  bridge: Bridge,
  platform: Platform,
  same: Pick<Context, 'log' | 'kv' | 'sign' | 'sessions'>,
): MadeContext {
  const { host } = bridge;
  const { deadline } = call;
  let made: ReturnType<Platform['makeSignal']> | undefined;
  const signal = (): AbortSignal => {
    if (!made) {
      made = platform.makeSignal();
      const left = deadline - host.now() - bridge.stood();
      host.setTimer(DEADLINE_TIMER, MathMax(0, left - GRACE_MS));
    }
    return made.signal;
  };
  const context: Context = {
    config: call.config as Context['config'],
    secrets: call.secrets,
    token: (resource) => tokenOf(call, resource),
    get fetch() {
      return realm.fetch; // at its first use, since a part of the platform is evaluated then
    },
    log: same.log,
    kv: same.kv,
    sign: same.sign,
    sessions: same.sessions,
    share: async (key, value) => void (await host.call('share', { key, value: plain(value) })),
    enqueue: async (event, payload = null, options = {}) => {
      const { delay } = options;
      const later = delay === undefined ? {} : { delay };
      await host.call('enqueue', { event, payload: plain(payload), ...later });
    },
    remaining: () => MathMax(0, deadline - host.now()),
    get signal() {
      return signal();
    },
  };
  return {
    context: ObjectFreeze(context),
    abort: () => made?.abort(hostError({ code: 'DEADLINE', message: `${GRACE_MS} ms are left` })),
  };
}

function tokenOf({ tokens, unavailable }: Call, resource: string): string {
  const own = ReflectGetOwnPropertyDescriptor(tokens, resource);
  if (own) return own.value as string;
  const reason = unavailable && ReflectGetOwnPropertyDescriptor(unavailable, resource);
  if (!reason) {
    const message = `no token of ${resource} is granted to this extension`;
    throw hostError({ code: 'TOKEN_NOT_GRANTED', message });
  }
  if (reason.value === 'EXTENSION_TOKEN_ENDED') {
    const message = `the session that the token of ${resource} came of has ended`;
    throw hostError({ code: 'TOKEN_ENDED', message });
  }
  const message = `the token of ${resource} cannot be had now (${reason.value as string})`;
  throw hostError({ code: 'TOKEN_UNAVAILABLE', message });
}

/** A line is cut in the isolate, so that no giant string crosses. Unit: UTF-16 code units. */
const MAX_LINE = 8 * 1024;

function createLog({ host }: Bridge, platform: Platform): Log {
  const line =
    (level: LogLevel) =>
    (...values: readonly unknown[]): void => {
      const text = platform.format(values);
      host.log(level, StringSlice(text, 0, MAX_LINE));
    };
  return ObjectFreeze({
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
  });
}
