/**
 * `fetch`: the isolate prepares the request and reads the answer; the gateway's broker decides and sends.
 *
 * @see https://fetch.spec.whatwg.org/#fetch-method
 */
import type { FetchCall, Json } from '../contract.ts';
import type { AbortSignal } from './abort.ts';
import { withBytes } from './body.ts';
import { entriesOf } from './headers.ts';
import { describe, madeOf } from './host-errors.ts';
import { parts } from './parts.ts';
import {
  ArrayPush,
  NativeTypeError,
  ObjectSetPrototypeOf,
  PromiseThen,
  SafePromise,
  StringSlice,
  Uint8ArrayToBase64,
} from './primordials.ts';
import { Request, requestState } from './request.ts';
import type { Response } from './response.ts';
import { responseOf, responseWith } from './response.ts';
import { host } from './services.ts';
import { requireArguments } from './webidl.ts';

/** A list that inherits nothing: `toJSON` and its like cannot be put on a prototype of it. */
function bare<T>(list: T[]): readonly T[] {
  return ObjectSetPrototypeOf(list, null) as readonly T[];
}

function headerList(request: Request): FetchCall['headers'] {
  const pairs: (readonly [string, string])[] = [];
  const entries = entriesOf(requestState(request).headers);
  for (let index = 0; index < entries.length; index++) {
    const { name, value } = entries[index]!;
    ArrayPush(pairs, bare([name, value]) as unknown as readonly [string, string]);
  }
  return bare(pairs);
}

/** The request as it crosses the bridge: plain data without prototypes. */
function callOf(request: Request, body: string | null): FetchCall {
  const { fields } = requestState(request);
  return {
    __proto__: null,
    url: fields.url,
    method: fields.method,
    headers: headerList(request),
    body,
    redirect: fields.redirect,
  } as FetchCall;
}

/** The body as base64. */
async function encodeBody(request: Request): Promise<string | null> {
  const { body } = requestState(request);
  return body === null ? null : withBytes(() => body, Uint8ArrayToBase64);
}

/** Answers `data:` URLs, for which nobody has to be asked. */
function readData(href: string, method: string): Response {
  const data = parts.dataUrl().readDataUrl(href);
  if (data === null) throw new NativeTypeError('The data: URL is malformed');
  const headers = [['Content-Type', data.type]] as const;
  const head = { url: href, redirected: false, status: 200, statusText: 'OK', headers };
  return responseWith(head, method === 'HEAD' ? null : data.bytes);
}

/** What its signal knows of a request. */
interface Leaving {
  aborted: boolean;
  giveUp: (() => void) | null;
}

async function send(request: Request, leaving: Leaving): Promise<Response> {
  const { url, method } = requestState(request).fields;
  if (StringSlice(url, 0, 5) === 'data:') return readData(url, method);
  const call = callOf(request, await encodeBody(request));
  if (leaving.aborted) return new SafePromise(() => {}); // while its body was read: whoever asked was told
  let answer: Json;
  try {
    answer = await host.call('fetch', call as never, (giveUp) => (leaving.giveUp = giveUp));
  } catch (error) {
    const { code, message } = describe(error);
    const failure = new NativeTypeError(`${message} (${code})`, { cause: error });
    throw madeOf(failure, error);
  }
  return responseOf(answer as never);
}

/** Settles as `work` does, unless the signal aborts first: then nothing leaves that has not left. */
function orAbort<T>(signal: AbortSignal, work: Promise<T>, leaving: Leaving): Promise<T> {
  const { abortedState, onAbort } = parts.abort();
  return new SafePromise((resolve, reject) => {
    const forget = onAbort(signal, () => {
      leaving.aborted = true;
      leaving.giveUp?.();
      reject(abortedState(signal).reason);
    });
    void PromiseThen(
      work,
      (value) => {
        forget();
        resolve(value);
      },
      (error: unknown) => {
        forget();
        reject(error);
      },
    );
  });
}

export async function fetch(input: unknown, init: unknown = undefined): Promise<Response> {
  requireArguments(arguments.length, 1, 'fetch');
  const request = new Request(input, init);
  const { signal } = requestState(request);
  const leaving: Leaving = { __proto__: null, aborted: false, giveUp: null } as Leaving;
  if (signal === null) return send(request, leaving);
  const { aborted, reason } = parts.abort().abortedState(signal);
  if (aborted) throw reason;
  return orAbort(signal, send(request, leaving), leaving);
}
