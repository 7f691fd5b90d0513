/** `DOMException`: real error objects with a stack, as browsers make them. */
import { brands } from './brands.ts';
import {
  NativeError,
  NativeRangeError,
  NativeTypeError,
  NumberIsFinite,
  ObjectSetPrototypeOf,
  ReflectConstruct,
  ReflectDefineProperty,
  ReflectDeleteProperty,
  SafeWeakMap,
  WeakMapGet,
  WeakMapHas,
  WeakMapSet,
} from './primordials.ts';
import {
  defineConstants,
  defineInterface,
  illegalInvocation,
  toDOMString,
  toDictionary,
} from './webidl.ts';

interface State {
  readonly message: string;
  readonly name: string;
}

const states: WeakMap<object, State> = new SafeWeakMap();

/** @see https://webidl.spec.whatwg.org/#dfn-error-names-table */
const CODES: { readonly [name: string]: number } = {
  __proto__: null,
  IndexSizeError: 1,
  HierarchyRequestError: 3,
  WrongDocumentError: 4,
  InvalidCharacterError: 5,
  NoModificationAllowedError: 7,
  NotFoundError: 8,
  NotSupportedError: 9,
  InUseAttributeError: 10,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidModificationError: 13,
  NamespaceError: 14,
  InvalidAccessError: 15,
  TypeMismatchError: 17,
  SecurityError: 18,
  NetworkError: 19,
  AbortError: 20,
  URLMismatchError: 21,
  QuotaExceededError: 22,
  TimeoutError: 23,
  InvalidNodeTypeError: 24,
  DataCloneError: 25,
} as never;

function stateOf(exception: unknown): State {
  const state = WeakMapGet(states, exception as object);
  if (state === undefined) throw illegalInvocation();
  return state;
}

/** The second argument: a name, or V8's error options beside a name. */
function readName(options: unknown): { name: string; cause?: { value: unknown } } {
  if (typeof options !== 'object' || options === null) return { name: toDOMString(options) };
  const { name = 'Error' } = options as { name?: unknown };
  const text = toDOMString(name);
  return 'cause' in options ? { name: text, cause: { value: options.cause } } : { name: text };
}

export class DOMException {
  declare readonly stack: string;

  constructor(message: unknown = '', name: unknown = 'Error') {
    const text = toDOMString(message);
    const read = readName(name);
    const error = ReflectConstruct(NativeError, [text], new.target) as this;
    // V8 took the message for the head of the stack; from here on the prototype's getter gives it.
    ReflectDeleteProperty(error, 'message');
    WeakMapSet(states, error, { message: text, name: read.name });
    if (read.cause) {
      ReflectDefineProperty(error, 'cause', {
        __proto__: null,
        value: read.cause.value,
        writable: true,
        configurable: true,
      } as PropertyDescriptor);
    }
    return error;
  }

  get name(): string {
    return stateOf(this).name;
  }

  get message(): string {
    return stateOf(this).message;
  }

  get code(): number {
    return CODES[stateOf(this).name] ?? 0;
  }
}

defineInterface(DOMException, 'DOMException');
ObjectSetPrototypeOf(DOMException.prototype, NativeError.prototype);
defineConstants(DOMException, {
  INDEX_SIZE_ERR: 1,
  DOMSTRING_SIZE_ERR: 2,
  HIERARCHY_REQUEST_ERR: 3,
  WRONG_DOCUMENT_ERR: 4,
  INVALID_CHARACTER_ERR: 5,
  NO_DATA_ALLOWED_ERR: 6,
  NO_MODIFICATION_ALLOWED_ERR: 7,
  NOT_FOUND_ERR: 8,
  NOT_SUPPORTED_ERR: 9,
  INUSE_ATTRIBUTE_ERR: 10,
  INVALID_STATE_ERR: 11,
  SYNTAX_ERR: 12,
  INVALID_MODIFICATION_ERR: 13,
  NAMESPACE_ERR: 14,
  INVALID_ACCESS_ERR: 15,
  VALIDATION_ERR: 16,
  TYPE_MISMATCH_ERR: 17,
  SECURITY_ERR: 18,
  NETWORK_ERR: 19,
  ABORT_ERR: 20,
  URL_MISMATCH_ERR: 21,
  QUOTA_EXCEEDED_ERR: 22,
  TIMEOUT_ERR: 23,
  INVALID_NODE_TYPE_ERR: 24,
  DATA_CLONE_ERR: 25,
});

/** True for every `DOMException`, whatever guest code did to its prototype. */
brands.isDOMException = (value): value is DOMException =>
  typeof value === 'object' && value !== null && WeakMapHas(states, value);

function readAmount(value: unknown, name: string): number | null {
  if (value === undefined) return null;
  const amount = (value as number) * 1;
  if (!NumberIsFinite(amount)) throw new NativeTypeError(`${name} is not a finite number`);
  if (amount < 0) throw new NativeRangeError(`${name} is negative`);
  return amount;
}

/** @see https://webidl.spec.whatwg.org/#quotaexceedederror */
export class QuotaExceededError extends DOMException {
  readonly #quota: number | null;
  readonly #requested: number | null;

  constructor(message: unknown = '', options: unknown = undefined) {
    super(message, 'QuotaExceededError');
    const { quota, requested } = toDictionary(options, 'QuotaExceededErrorOptions');
    this.#quota = readAmount(quota, 'quota');
    this.#requested = readAmount(requested, 'requested');
    if (this.#quota !== null && this.#requested !== null && this.#requested < this.#quota) {
      throw new NativeRangeError('requested is less than quota');
    }
  }

  get quota(): number | null {
    return this.#quota;
  }

  get requested(): number | null {
    return this.#requested;
  }
}
defineInterface(QuotaExceededError, 'QuotaExceededError');
