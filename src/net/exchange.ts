import type { Dispatcher } from 'undici';
import zlib from 'node:zlib';

import { systemCode } from '../errors.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { NetError, toNetError } from './net-error.ts';

/**
 * One request and its answer, within its limits. The deadline is our own: neither an abort nor undici's timeouts reach a
 * proxy that accepts a connection and then says nothing, so the caller is answered whatever the connection does.
 *
 * @throws {NetError} Every code of `HttpClient`.
 */
export async function exchange(
  dispatcher: Dispatcher,
  request: HttpRequest,
): Promise<HttpResponse> {
  const host = new URL(request.url).host;
  const controller = new AbortController();
  const deadline = startDeadline(request, host, controller);
  try {
    return await Promise.race([send(dispatcher, request, controller.signal), deadline.reached]);
  } catch (error) {
    throw toNetError(error, host);
  } finally {
    deadline.clear();
    controller.abort();
  }
}

interface Deadline {
  readonly reached: Promise<never>;
  clear(): void;
}

function startDeadline(request: HttpRequest, host: string, controller: AbortController): Deadline {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined); // when nobody waits for it any more
  const end = (error: NetError): void => {
    reject(error);
    controller.abort(error);
  };
  const timer = setTimeout(
    () => end(new NetError('NET_TIMEOUT', `${host} took longer than ${request.timeoutMs} ms`)),
    request.timeoutMs,
  );
  const aborted = (): void =>
    end(new NetError('NET_ABORTED', `the exchange with ${host} was ended`));
  if (request.signal?.aborted) aborted();
  request.signal?.addEventListener('abort', aborted, { once: true });
  return {
    reached: promise,
    clear: () => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', aborted);
    },
  };
}

async function send(
  dispatcher: Dispatcher,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const answer = await sendOnceMore(dispatcher, request, signal);
  const headers = readHeaders(answer.headers);
  const raw = await readBody(answer.body, request, signal);
  return {
    status: answer.statusCode,
    statusText: answer.statusText,
    headers,
    body: await decode(raw, headers, request),
  };
}

/** A kept connection that the other side closed meanwhile is tried once more: only where nothing can happen twice. */
async function sendOnceMore(
  dispatcher: Dispatcher,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  try {
    return await sendOnce(dispatcher, request, signal);
  } catch (error) {
    if (!isRepeatable(request) || !wasClosedEarly(error)) throw error;
    return sendOnce(dispatcher, request, signal);
  }
}

function sendOnce(
  dispatcher: Dispatcher,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(request.url);
  return dispatcher.request({
    origin,
    path: pathname + search,
    method: request.method,
    headers: { 'accept-encoding': 'gzip, deflate, br', ...request.headers },
    body: request.body ?? null,
    signal,
    headersTimeout: request.timeoutMs,
    bodyTimeout: request.timeoutMs,
  });
}

function isRepeatable(request: HttpRequest): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && request.body === undefined;
}

function wasClosedEarly(error: unknown): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(systemCode(error));
}

function readHeaders(headers: Dispatcher.ResponseData['headers']): HttpResponse['headers'] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((one) => [name.toLowerCase(), one] as const),
  );
}

async function readBody(
  body: Dispatcher.ResponseData['body'],
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > request.maxBytes) throw tooLarge(request);
    chunks.push(chunk);
    signal.throwIfAborted();
  }
  return Buffer.concat(chunks, length);
}

function tooLarge(request: HttpRequest): NetError {
  const { host } = new URL(request.url);
  return new NetError('NET_TOO_LARGE', `${host} answered with more than ${request.maxBytes} bytes`);
}

type Decoder = (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: { readonly [encoding: string]: Decoder } = {
  gzip: promised(zlib.gunzip),
  'x-gzip': promised(zlib.gunzip),
  deflate: promised(zlib.inflate),
  br: promised(zlib.brotliDecompress),
};

type CallbackDecoder = (
  data: Buffer,
  options: { maxOutputLength: number },
  callback: (error: Error | null, result: Buffer) => void,
) => void;

function promised(decoder: CallbackDecoder): Decoder {
  return (data, options) =>
    new Promise((resolve, reject) => {
      decoder(data, options, (error, result) => (error ? reject(error) : resolve(result)));
    });
}

/** Undoes `Content-Encoding` (RFC 9110 section 8.4), never past the limit: a small body may be a large one packed. */
async function decode(
  body: Buffer,
  headers: HttpResponse['headers'],
  request: HttpRequest,
): Promise<Uint8Array> {
  const encoding = headers
    .find(([name]) => name === 'content-encoding')?.[1]
    .trim()
    .toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity' || body.length === 0)
    return body;
  const decoder = DECODERS[encoding];
  const { host } = new URL(request.url);
  if (!decoder)
    throw new NetError('NET_PROTOCOL', `${host} answered in an encoding that was not asked for`);
  try {
    return await decoder(body, { maxOutputLength: request.maxBytes });
  } catch (error) {
    if (systemCode(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(request);
    throw new NetError('NET_PROTOCOL', `${host} answered with a body that cannot be unpacked`, {
      cause: error,
    });
  }
}
