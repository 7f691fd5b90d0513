/** What can be said of a value that guest code threw: whatever it is, and whatever it does when it is looked at. */
import type { FailureKind, GuestFailure } from './contract.ts';
import {
  NativeError,
  ObjectSetPrototypeOf,
  ReflectGetOwnPropertyDescriptor,
  StringSlice,
} from './web/primordials.ts';

/** Texts of a failure are cut in the isolate. Unit: UTF-16 code units. */
const MAX_TEXT = 4 * 1024;

/** A failure with the kind that the runtime gives it. */
export interface NamedFailure {
  readonly kind: FailureKind;
  readonly failure: GuestFailure;
}

/**
 * @param code What the host says of the error, when it is one of its own.
 */
export function describeThrown(error: unknown, code: string | undefined): NamedFailure {
  const kind = code !== undefined && isOfDependency(code) ? 'dependency' : 'throw';
  const name = read(error, 'name') || 'Error';
  const message = read(error, 'message') || describe(error);
  return {
    kind,
    failure: {
      code: code ?? 'THROWN',
      message: `${name}: ${message}`,
      stack: read(error, 'stack'),
    },
  };
}

/** What the extension needs and did not get, and passed on: it is not its own fault. */
const isOfDependency = (code: string): boolean =>
  StringSlice(code, 0, 4) === 'NET_' || DEPENDENCIES[code] === true;

const DEPENDENCIES: { readonly [code: string]: true } = ObjectSetPrototypeOf(
  {
    TOKEN_UNAVAILABLE: true,
    CHALLENGE: true,
    SERVICE_THROTTLED: true,
    KV_UNAVAILABLE: true,
    SESSIONS_UNAVAILABLE: true,
  },
  null,
);

/** A failure that the runtime itself states. */
export function stated(kind: FailureKind, code: string, message: string): NamedFailure {
  return { kind, failure: { code, message, stack: '' } };
}

/** Getters that a class gives its errors are called; one that an object was given by hand is not. */
function read(error: unknown, property: 'name' | 'message' | 'stack'): string {
  try {
    if (typeof error !== 'object' || error === null || isGuarded(error, property)) return '';
    const value = (error as { readonly [name: string]: unknown })[property];
    return typeof value === 'string' ? StringSlice(value, 0, MAX_TEXT) : '';
  } catch {
    return ''; // a getter of the guest threw: there is nothing to say
  }
}

/** V8 gives every error the same accessor for its stack. */
function isGuarded(error: object, property: string): boolean {
  const getter = ReflectGetOwnPropertyDescriptor(error, property)?.get;
  return (
    getter !== undefined &&
    getter !== ReflectGetOwnPropertyDescriptor(new NativeError(), 'stack')?.get
  );
}

function describe(error: unknown): string {
  try {
    // oxlint-disable-next-line typescript/no-unnecessary-template-expression -- it is a text only after this
    return StringSlice(`${error as string}`, 0, MAX_TEXT);
  } catch {
    return `a value of type ${typeof error}`;
  }
}
