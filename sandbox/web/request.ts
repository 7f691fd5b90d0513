/**
 * `Request`.
 *
 * @see https://fetch.spec.whatwg.org/#request-class
 */
import type { AbortSignal } from './abort.ts';
import type { Body, BodyHolder } from './body.ts';
import { cloneBody, defineBody, isUnusable } from './body.ts';
import { brands } from './brands.ts';
import { Headers, appendTo, copyHeaders, fill, setGuard, valueOf } from './headers.ts';
import { parts } from './parts.ts';
import { isPlainUrl } from './plain-url.ts';
import { NativeTypeError } from './primordials.ts';
import type { RequestFields, RequestInit } from './request-init.ts';
import { DEFAULTS, readRequestInit } from './request-init.ts';
import { defineInterface, isObject, requireArguments, toUSVString } from './webidl.ts';

interface State extends BodyHolder {
  readonly fields: RequestFields;
  readonly headers: Headers;
  /** The signal that the request's own one follows. */
  readonly source: AbortSignal | null;
  /** Made when it is first asked for. */
  signal: AbortSignal | null;
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

function checkFields({ mode, cache, method }: RequestFields, init: RequestInit): void {
  if (init.mode === 'navigate') throw new NativeTypeError('The mode cannot be "navigate"');
  if (cache === 'only-if-cached' && mode !== 'same-origin') {
    throw new NativeTypeError('"only-if-cached" needs the mode "same-origin"');
  }
  if (mode === 'no-cors' && method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
    throw new NativeTypeError(`The mode "no-cors" does not allow ${method}`);
  }
}

/** The body of a new request: the one that is given, or the one of the request that it is made of. */
function chooseBody(
  init: RequestInit,
  input: State | null,
  { method }: RequestFields,
): Body | null {
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
    return { content: body.content, stream: null, used: false };
  }
  const { TransformStream } = parts.streams();
  const stream = body.stream.pipeThrough(new TransformStream() as never);
  return { content: null, stream: stream as never, used: false };
}

function makeHeaders(init: RequestInit, input: State | null): Headers {
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
  const init = readRequestInit(options);
  const base = other === null ? { ...DEFAULTS, url: parseUrl(text) } : other.fields;
  const { body: _body, streamed: _streamed, headers: _headers, signal, ...changes } = init;
  const fields: RequestFields = { ...base, ...changes };
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
  fields: RequestFields,
  headers: Headers,
  body: Body | null,
  source: AbortSignal | null,
): State {
  const contentType = (): string | null => valueOf(headers, 'content-type');
  return { fields, headers, body, source, signal: null, contentType };
}

/** The request's own signal; made at the first use. */
function ownSignal(state: State): AbortSignal {
  state.signal ??= parts.abort().anySignal(state.source === null ? [] : [state.source]);
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
  readonly fields: RequestFields;
  readonly headers: Headers;
  readonly body: Body | null;
  /** The signal to watch; null when there is none that could abort. */
  readonly signal: AbortSignal | null;
} {
  const state = read(request);
  return { ...state, signal: signalOf(state) };
}

brands.isRequest = (value): value is Request => isObject(value) && isRequest(value);
