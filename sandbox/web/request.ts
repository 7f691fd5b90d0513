/**
 * `Request`.
 *
 * @see https://fetch.spec.whatwg.org/#request-class
 */
import { anySignal, isAbortSignal } from './abort.ts';
import type { AbortSignal } from './abort.ts';
import type { Body, BodyHolder, Extracted } from './body.ts';
import { cloneBody, defineBody, extractBody, isUnusable } from './body.ts';
import { brands } from './brands.ts';
import { Headers, appendTo, copyHeaders, fill, setGuard, isToken, valueOf } from './headers.ts';
import { parts } from './parts.ts';
import { isPlainUrl } from './plain-url.ts';
import { NativeTypeError, StringToUpperCase } from './primordials.ts';
import {
  defineInterface,
  isObject,
  requireArguments,
  toByteString,
  toDOMString,
  toDictionary,
  toEnum,
  toUSVString,
} from './webidl.ts';

const CACHES = [
  'default',
  'no-store',
  'reload',
  'no-cache',
  'force-cache',
  'only-if-cached',
] as const;
const CREDENTIALS = ['omit', 'same-origin', 'include'] as const;
const DUPLEX = ['half'] as const;
const MODES = ['navigate', 'same-origin', 'no-cors', 'cors'] as const;
const PRIORITIES = ['high', 'low', 'auto'] as const;
const REDIRECTS = ['follow', 'error', 'manual'] as const;
const POLICIES = [
  '',
  'no-referrer',
  'no-referrer-when-downgrade',
  'same-origin',
  'origin',
  'strict-origin',
  'origin-when-cross-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
] as const;

/** What is fixed when a request is made, beside its headers, body and signal. */
interface Fields {
  readonly url: string;
  readonly method: string;
  readonly mode: (typeof MODES)[number];
  readonly credentials: (typeof CREDENTIALS)[number];
  readonly cache: (typeof CACHES)[number];
  readonly redirect: (typeof REDIRECTS)[number];
  readonly referrer: string;
  readonly referrerPolicy: (typeof POLICIES)[number];
  readonly integrity: string;
  readonly keepalive: boolean;
}

const DEFAULTS: Omit<Fields, 'url'> = {
  method: 'GET',
  mode: 'cors',
  credentials: 'same-origin',
  cache: 'default',
  redirect: 'follow',
  referrer: 'about:client',
  referrerPolicy: '',
  integrity: '',
  keepalive: false,
};

interface State extends BodyHolder {
  readonly fields: Fields;
  readonly headers: Headers;
  /** The signal that the request's own one follows. */
  readonly source: AbortSignal | null;
  /** Made when it is first asked for. */
  signal: AbortSignal | null;
}

/** `RequestInit` after conversion; a member that was not given is undefined. */
interface Init extends Partial<Omit<Fields, 'url'>> {
  readonly body: Extracted | null | undefined;
  readonly streamed: boolean;
  readonly headers: unknown;
  readonly signal: AbortSignal | null | undefined;
}

let read: (request: Request) => State;
let isRequest: (value: object) => boolean;

/** The serialization of a URL that has no credentials. */
function parseUrl(text: string): string {
  if (isPlainUrl(text)) return text;
  const parsed = parts.url().normalizeUrl(text);
  if (parsed === null) throw new NativeTypeError(`"${text}" is not an absolute URL`);
  if (parsed.credentials) throw new NativeTypeError('A URL with credentials cannot be fetched');
  return parsed.href;
}

/** @see https://fetch.spec.whatwg.org/#concept-method-normalize */
function readMethod(text: string): string {
  if (!isToken(text)) throw new NativeTypeError(`"${text}" is not a method`);
  const upper = StringToUpperCase(text);
  if (upper === 'CONNECT' || upper === 'TRACE' || upper === 'TRACK') {
    throw new NativeTypeError(`The method ${upper} is not allowed`);
  }
  const normalized =
    upper === 'DELETE' ||
    upper === 'GET' ||
    upper === 'HEAD' ||
    upper === 'OPTIONS' ||
    upper === 'POST' ||
    upper === 'PUT';
  return normalized ? upper : text;
}

function readReferrer(text: string): string {
  if (text === '') return '';
  const parsed = parts.url().normalizeUrl(text);
  if (parsed === null) throw new NativeTypeError('The referrer is not a URL');
  return parsed.href;
}

function readSignal(value: unknown): AbortSignal | null {
  if (value === null || isAbortSignal(value)) return value;
  throw new NativeTypeError('signal is not an AbortSignal');
}

/** Converts the members in the order of their names, as Web IDL has it. */
function readInit(init: unknown): Init {
  const given = toDictionary(init, 'RequestInit');
  const { body, cache, credentials, duplex, headers, integrity, keepalive } = given;
  const { method, mode, priority, redirect, referrer, referrerPolicy, signal, window } = given;
  if (duplex !== undefined) toEnum(duplex, DUPLEX, 'RequestDuplex');
  if (priority !== undefined) toEnum(priority, PRIORITIES, 'RequestPriority');
  if (window !== undefined && window !== null) throw new NativeTypeError('window must be null');
  return {
    body: body === undefined || body === null ? body : extractBody(body),
    streamed: brands.isReadableStream(body) && duplex === undefined,
    headers,
    signal: signal === undefined ? undefined : readSignal(signal),
    ...(cache === undefined ? {} : { cache: toEnum(cache, CACHES, 'RequestCache') }),
    ...(credentials === undefined
      ? {}
      : { credentials: toEnum(credentials, CREDENTIALS, 'RequestCredentials') }),
    ...(integrity === undefined ? {} : { integrity: toDOMString(integrity) }),
    ...(keepalive === undefined ? {} : { keepalive: Boolean(keepalive) }),
    ...(method === undefined ? {} : { method: readMethod(toByteString(method)) }),
    ...(mode === undefined ? {} : { mode: toEnum(mode, MODES, 'RequestMode') }),
    ...(redirect === undefined ? {} : { redirect: toEnum(redirect, REDIRECTS, 'RequestRedirect') }),
    ...(referrer === undefined ? {} : { referrer: readReferrer(toUSVString(referrer)) }),
    ...(referrerPolicy === undefined
      ? {}
      : { referrerPolicy: toEnum(referrerPolicy, POLICIES, 'ReferrerPolicy') }),
  };
}

function checkFields({ mode, cache, method }: Fields, init: Init): void {
  if (init.mode === 'navigate') throw new NativeTypeError('The mode cannot be "navigate"');
  if (cache === 'only-if-cached' && mode !== 'same-origin') {
    throw new NativeTypeError('"only-if-cached" needs the mode "same-origin"');
  }
  if (mode === 'no-cors' && method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
    throw new NativeTypeError(`The mode "no-cors" does not allow ${method}`);
  }
}

/** The body of a new request: the one that is given, or the one of the request that it is made of. */
function chooseBody(init: Init, input: State | null, { method }: Fields): Body | null {
  const given = init.body ?? null;
  const inherited = input?.body ?? null;
  if ((given !== null || inherited !== null) && (method === 'GET' || method === 'HEAD')) {
    throw new NativeTypeError(`A ${method} request has no body`);
  }
  if (init.streamed) throw new NativeTypeError('A stream as body needs duplex: "half"');
  if (given !== null) return given.body;
  if (inherited === null) return null;
  if (isUnusable(inherited)) throw new NativeTypeError('The body of the request was read already');
  return takeOver(inherited);
}

/** Moves a body to another holder; the first one counts as used. */
function takeOver(body: Body): Body {
  if (body.stream === null) {
    body.used = true;
    return { bytes: body.bytes, stream: null, used: false };
  }
  const { TransformStream } = parts.streams();
  const stream = body.stream.pipeThrough(new TransformStream() as never);
  return { bytes: null, stream: stream as never, used: false };
}

function makeHeaders(init: Init, input: State | null): Headers {
  if (init.headers === undefined && input !== null) return copyHeaders(input.headers, 'request');
  const headers = new Headers();
  setGuard(headers, 'request');
  if (init.headers !== undefined) fill(headers, init.headers);
  return headers;
}

/** The steps of the constructor. */
function create(input: unknown, options: unknown): State {
  const other = brands.isRequest(input) ? read(input) : null;
  const text = other === null ? toUSVString(input) : '';
  const init = readInit(options);
  const base = other === null ? { ...DEFAULTS, url: parseUrl(text) } : other.fields;
  const { body: _body, streamed: _streamed, headers: _headers, signal, ...changes } = init;
  const fields: Fields = { ...base, ...changes };
  checkFields(fields, init);
  const headers = makeHeaders(init, other);
  const body = chooseBody(init, other, fields);
  const type = init.body?.type ?? null;
  if (type !== null && valueOf(headers, 'content-type') === null) {
    appendTo(headers, 'Content-Type', type);
  }
  return makeState(fields, headers, body, signal === undefined ? signalOf(other) : signal);
}

function signalOf(state: State | null): AbortSignal | null {
  return state === null ? null : (state.signal ?? state.source);
}

function makeState(
  fields: Fields,
  headers: Headers,
  body: Body | null,
  source: AbortSignal | null,
): State {
  const contentType = (): string | null => valueOf(headers, 'content-type');
  return { fields, headers, body, source, signal: null, contentType };
}

/** The request's own signal; made at the first use. */
function ownSignal(state: State): AbortSignal {
  state.signal ??= anySignal(state.source === null ? [] : [state.source]);
  return state.signal;
}

/** What `clone` makes a request of. */
class Made {
  readonly state: State;
  constructor(state: State) {
    this.state = state;
  }
}

export class Request {
  readonly #state: State;
  static {
    read = (request) => request.#state;
    isRequest = (value) => #state in value;
  }

  constructor(input: unknown, init: unknown = undefined) {
    requireArguments(arguments.length, 1, 'Request constructor');
    this.#state = input instanceof Made ? input.state : create(input, init);
  }

  get method(): string {
    return this.#state.fields.method;
  }

  get url(): string {
    return this.#state.fields.url;
  }

  get headers(): Headers {
    return this.#state.headers;
  }

  get destination(): string {
    return (void this.#state, '');
  }

  get referrer(): string {
    return this.#state.fields.referrer;
  }

  get referrerPolicy(): string {
    return this.#state.fields.referrerPolicy;
  }

  get mode(): string {
    return this.#state.fields.mode;
  }

  get credentials(): string {
    return this.#state.fields.credentials;
  }

  get cache(): string {
    return this.#state.fields.cache;
  }

  get redirect(): string {
    return this.#state.fields.redirect;
  }

  get integrity(): string {
    return this.#state.fields.integrity;
  }

  get keepalive(): boolean {
    return this.#state.fields.keepalive;
  }

  get isReloadNavigation(): boolean {
    return (void this.#state, false);
  }

  get isHistoryNavigation(): boolean {
    return (void this.#state, false);
  }

  get signal(): AbortSignal {
    return ownSignal(this.#state);
  }

  get duplex(): string {
    return (void this.#state, 'half');
  }

  clone(): Request {
    const state = this.#state;
    if (isUnusable(state.body)) throw new NativeTypeError('The body was read already');
    const headers = copyHeaders(state.headers, 'request');
    const body = cloneBody(state.body);
    return new Request(new Made(makeState(state.fields, headers, body, ownSignal(state))));
  }
}
defineInterface(Request, 'Request');
defineBody(Request, (request: Request) => read(request));

/** What `fetch` sends. */
export function requestState(request: Request): {
  readonly fields: Fields;
  readonly headers: Headers;
  readonly body: Body | null;
  /** The signal to watch; null when there is none that could abort. */
  readonly signal: AbortSignal | null;
} {
  const state = read(request);
  return { ...state, signal: signalOf(state) };
}

brands.isRequest = (value): value is Request => isObject(value) && isRequest(value);
