/** The second argument of `Request` and `fetch`. */
import type { AbortSignal } from './abort.ts';
import type { Extracted } from './body.ts';
import { extractBody } from './body.ts';
import { brands } from './brands.ts';
import { isToken } from './headers.ts';
import { parts } from './parts.ts';
import { NativeTypeError, StringToUpperCase } from './primordials.ts';
import { toByteString, toDOMString, toDictionary, toEnum, toUSVString } from './webidl.ts';

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
export interface RequestFields {
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

export const DEFAULTS: Omit<RequestFields, 'url'> = {
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

/** `RequestInit` after conversion; a member that was not given is undefined. */
export interface RequestInit extends Partial<Omit<RequestFields, 'url'>> {
  readonly body: Extracted | null | undefined;
  readonly streamed: boolean;
  readonly headers: unknown;
  readonly signal: AbortSignal | null | undefined;
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
  if (value === null || brands.isAbortSignal(value)) return value;
  throw new NativeTypeError('signal is not an AbortSignal');
}

/** Converts the members in the order of their names, as Web IDL has it. */
export function readRequestInit(init: unknown): RequestInit {
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
