import type { Dispatcher } from 'undici';

import { endedKeptConnection } from './connector.ts';
import { decodeBody, tooLarge } from './content-encoding.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { describe, NetError, toNetError } from './net-error.ts';

/** A dispatcher that leads to the host of a request. */
export interface Attempt {
  readonly dispatcher: Dispatcher;
  /** Told when this way led nowhere and the next one is tried. */
  failed(): void;
}

/** The ways to the host of a URL, the first to be tried first. Asked within the time of the request. */
export type FindWays = (url: URL) => readonly Attempt[] | Promise<readonly Attempt[]>;

/**
 * One request and its answer, within its limits. The deadline is our own: neither an abort nor undici's timeouts reach a
 * proxy that accepts a connection and then says nothing, so the caller is answered whatever the connection does.
 *
 * @throws {NetError} Every code of `HttpClient`.
 */
export async function exchange(findWays: FindWays, request: HttpRequest): Promise<HttpResponse> {
  const url = new URL(request.url);
  const controller = new AbortController();
  const deadline = startDeadline(request, url.host, controller);
  try {
    return await Promise.race([
      takeWays(findWays, url, request, controller.signal),
      deadline.reached,
    ]);
  } catch (error) {
    throw toNetError(error, url.host);
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
    () => end(describe('NET_TIMEOUT', `${host} took longer than ${request.timeoutMs} ms`)),
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

/** One way after the other, as long as nothing of the request left. */
async function takeWays(
  findWays: FindWays,
  url: URL,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const ways = await findWays(url);
  const failures: NetError[] = [];
  for (const way of ways) {
    signal.throwIfAborted();
    try {
      // oxlint-disable-next-line no-await-in-loop -- the next way is for when this one fails
      return await send(way.dispatcher, request, signal);
    } catch (error) {
      const failure = toNetError(error, url.host);
      failures.push(failure);
      if (!failure.mayDetour) break;
      way.failed();
    }
  }
  throw summary(failures, url.host);
}

/** One failure as it is; of several the last, which tells of all. */
function summary(failures: readonly NetError[], host: string): NetError {
  const last = failures.at(-1);
  if (!last) return describe('NET_PROXY', `no way leads to ${host}`);
  if (failures.length === 1) return last;
  const told = failures.map(({ message }) => message).join('; ');
  return describe(last.code, `no way leads to ${host}: ${told}`, {
    cause: new AggregateError(failures),
    ...(last.next === undefined ? {} : { next: last.next }),
    ...(last.proxyStatus === null ? {} : { proxyStatus: last.proxyStatus }),
  });
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
    body: await decodeBody(raw, headers, request),
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
    if (!isRepeatable(request) || !endedKeptConnection(error)) throw error;
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
