/**
 * `Response`.
 *
 * @see https://fetch.spec.whatwg.org/#response-class
 */
import type { FetchAnswer } from '../contract.ts';
import type { Body, BodyHolder, Extracted } from './body.ts';
import { bodyOf, cloneBody, defineBody, extractBody, isUnusable } from './body.ts';
import { Headers, appendTo, copyHeaders, fill, setGuard, headersOf, valueOf } from './headers.ts';
import { UNSIGNED_SHORT, toInteger } from './integer.ts';
import { parts } from './parts.ts';
import { isPlainUrl } from './plain-url.ts';
import {
  JSONStringify,
  NativeRangeError,
  NativeTypeError,
  RegExpExec,
  StringIndexOf,
  StringSlice,
  Uint8ArrayFromBase64,
} from './primordials.ts';
import {
  defineInterface,
  requireArguments,
  toByteString,
  toDictionary,
  toUSVString,
} from './webidl.ts';

interface Fields {
  readonly type: 'basic' | 'default' | 'error';
  readonly url: string;
  readonly redirected: boolean;
  readonly status: number;
  readonly statusText: string;
}

interface State extends BodyHolder {
  readonly fields: Fields;
  readonly headers: Headers;
}

const REASON = /^[\t\x20-\x7e\x80-\xff]*$/;

let read: (response: Response) => State;

function isNullBodyStatus(status: number): boolean {
  return status === 101 || status === 103 || status === 204 || status === 205 || status === 304;
}

function isRedirectStatus(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function makeState(fields: Fields, headers: Headers, body: Body | null): State {
  return { fields, headers, body, contentType: () => valueOf(headers, 'content-type') };
}

interface Init {
  readonly headers: unknown;
  readonly status: number;
  readonly statusText: string;
}

function readInit(init: unknown): Init {
  const { headers, status, statusText } = toDictionary(init, 'ResponseInit');
  return {
    headers,
    status: status === undefined ? 200 : toInteger(status, UNSIGNED_SHORT),
    statusText: statusText === undefined ? '' : toByteString(statusText),
  };
}

/** @see https://fetch.spec.whatwg.org/#initialize-a-response */
function initialize(
  { headers: given, status, statusText }: Init,
  extracted: Extracted | null,
): State {
  if (status < 200 || status > 599) {
    throw new NativeRangeError(`The status ${status} is not between 200 and 599`);
  }
  if (RegExpExec(REASON, statusText) === null) {
    throw new NativeTypeError('The status text has characters that HTTP does not allow');
  }
  const headers = new Headers();
  setGuard(headers, 'response');
  if (given !== undefined) fill(headers, given);
  if (extracted !== null) {
    if (isNullBodyStatus(status)) {
      throw new NativeTypeError(`A response of status ${status} has no body`);
    }
    if (extracted.type !== null && valueOf(headers, 'content-type') === null) {
      appendTo(headers, 'Content-Type', extracted.type);
    }
  }
  const fields = { type: 'default', url: '', redirected: false, status, statusText } as const;
  return makeState(fields, headers, extracted?.body ?? null);
}

/** What the platform makes a response of. */
class Made {
  readonly state: State;
  constructor(state: State) {
    this.state = state;
  }
}

export class Response {
  readonly #state: State;
  static {
    read = (response) => response.#state;
  }

  constructor(body: unknown = undefined, init: unknown = undefined) {
    if (body instanceof Made) {
      this.#state = body.state;
      return;
    }
    const extracted = body === undefined || body === null ? null : extractBody(body);
    this.#state = initialize(readInit(init), extracted);
  }

  static error(): Response {
    const fields = {
      type: 'error',
      url: '',
      redirected: false,
      status: 0,
      statusText: '',
    } as const;
    return new Response(new Made(makeState(fields, headersOf([], 'immutable'), null)));
  }

  static json(data: unknown, init: unknown = undefined): Response {
    requireArguments(arguments.length, 1, 'Response.json');
    const text = JSONStringify(data) as string | undefined;
    if (text === undefined) throw new NativeTypeError('The value cannot be written as JSON');
    const extracted = { body: bodyOf(text), type: 'application/json' };
    return new Response(new Made(initialize(readInit(init), extracted)));
  }

  static redirect(url: unknown, status: unknown = 302): Response {
    requireArguments(arguments.length, 1, 'Response.redirect');
    const text = toUSVString(url);
    const code = toInteger(status, UNSIGNED_SHORT);
    const href = isPlainUrl(text) ? text : parts.url().normalizeUrl(text)?.href;
    if (href === undefined) throw new NativeTypeError(`"${text}" is not an absolute URL`);
    if (!isRedirectStatus(code)) throw new NativeRangeError(`${code} is not a redirect`);
    const fields = {
      type: 'default',
      url: '',
      redirected: false,
      status: code,
      statusText: '',
    } as const;
    const headers = headersOf([['Location', href]], 'immutable');
    return new Response(new Made(makeState(fields, headers, null)));
  }

  get type(): string {
    return this.#state.fields.type;
  }

  get url(): string {
    const { url } = this.#state.fields;
    const fragment = StringIndexOf(url, '#');
    return fragment < 0 ? url : StringSlice(url, 0, fragment);
  }

  get redirected(): boolean {
    return this.#state.fields.redirected;
  }

  get status(): number {
    return this.#state.fields.status;
  }

  get ok(): boolean {
    const { status } = this.#state.fields;
    return status >= 200 && status <= 299;
  }

  get statusText(): string {
    return this.#state.fields.statusText;
  }

  get headers(): Headers {
    return this.#state.headers;
  }

  clone(): Response {
    const state = this.#state;
    if (isUnusable(state.body)) throw new NativeTypeError('The body was read already');
    const immutable = state.fields.type !== 'default';
    const headers = copyHeaders(state.headers, immutable ? 'immutable' : 'response');
    return new Response(new Made(makeState(state.fields, headers, cloneBody(state.body))));
  }
}
defineInterface(Response, 'Response');
defineBody(Response, (response: Response) => read(response));

/** Makes a response to a request, of a text, or of bytes that nobody else holds. */
export function responseWith(
  head: Omit<FetchAnswer, 'body' | 'isText'>,
  content: Uint8Array | string | null,
): Response {
  const { url, redirected, status, statusText } = head;
  const fields = { type: 'basic', url, redirected, status, statusText } as const;
  const body = content === null || isNullBodyStatus(status) ? null : bodyOf(content);
  return new Response(new Made(makeState(fields, headersOf(head.headers, 'immutable'), body)));
}

/** Makes the response of what the host answered to `fetch`. */
export function responseOf(answer: FetchAnswer): Response {
  const { body, isText } = answer;
  return responseWith(answer, isText ? body : Uint8ArrayFromBase64(body));
}
