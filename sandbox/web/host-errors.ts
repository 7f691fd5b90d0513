/** Remembers which error of the host stands behind an error that the platform made of it. */
import { SafeWeakMap, WeakMapGet, WeakMapSet } from './primordials.ts';
import { isObject } from './webidl.ts';

const behind: WeakMap<object, unknown> = new SafeWeakMap();

/** Notes that `error` was made of `cause`; returns `error`. */
export function madeOf<E extends object>(error: E, cause: unknown): E {
  WeakMapSet(behind, error, cause);
  return error;
}

export function hostErrorBehind(error: unknown): unknown {
  return isObject(error) ? WeakMapGet(behind, error) : undefined;
}

/** The code and message of an error of the host; it comes from the runtime, so both are there. */
export function describe(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return {
    code: typeof code === 'string' ? code : 'HOST',
    message: typeof message === 'string' ? message : 'The host failed',
  };
}
