import type { IncomingHttpHeaders } from 'node:http';

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
  const cutoff = new Cutoff(request, url.host);
  try {
    return await Promise.race([takeWays(findWays, url, request, cutoff), cutoff.reached]);
  } catch (error) {
    const failure = toNetError(error, url.host);
    cutoff.end(failure);
    throw failure;
  } finally {
    cutoff.clear();
  }
}

/** Ends an exchange before its answer is there: when its time is over, or when nobody wants it any more. */
class Cutoff {
  readonly #reached = Promise.withResolvers<never>();
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  readonly #aborted: () => void;
  #reason: NetError | null = null;
  #cut: (reason: NetError) => void = () => undefined;

  constructor({ timeoutMs, signal }: HttpRequest, host: string) {
    this.#reached.promise.catch(() => undefined); // when nobody waits for it any more
    this.#signal = signal;
    this.#aborted = () =>
      this.end(new NetError('NET_ABORTED', `the exchange with ${host} was ended`));
    this.#timer = setTimeout(
      () => this.end(describe('NET_TIMEOUT', `${host} took longer than ${timeoutMs} ms`)),
      timeoutMs,
    );
    if (signal?.aborted) this.#aborted();
    signal?.addEventListener('abort', this.#aborted, { once: true });
  }

  /** Rejects when it is over. */
  get reached(): Promise<never> {
    return this.#reached.promise;
  }

  /** Ends it now; what was ended before has its reason already. */
  end(reason: NetError): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#reached.reject(reason);
    this.#cut(reason);
  }

  throwIfOver(): void {
    if (this.#reason !== null) throw this.#reason;
  }

  /** What is cut when it ends, at once when it has ended; one at a time. */
  set cut(cut: (reason: NetError) => void) {
    this.#cut = cut;
    if (this.#reason !== null) cut(this.#reason);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#aborted);
  }
}

/** One way after the other, as long as nothing of the request left. */
async function takeWays(
  findWays: FindWays,
  url: URL,
  request: HttpRequest,
  cutoff: Cutoff,
): Promise<HttpResponse> {
  const ways = await findWays(url);
  const failures: NetError[] = [];
  for (const way of ways) {
    cutoff.throwIfOver();
    try {
      // oxlint-disable-next-line no-await-in-loop -- the next way is for when this one fails
      return await send(way.dispatcher, url, request, cutoff);
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
  url: URL,
  request: HttpRequest,
  cutoff: Cutoff,
): Promise<HttpResponse> {
  const { status, statusText, headers, raw } = await sendOnceMore(dispatcher, url, request, cutoff);
  return { status, statusText, headers, body: await decodeBody(raw, headers, request) };
}

/** A kept connection that the other side closed meanwhile is tried once more: only where nothing can happen twice. */
async function sendOnceMore(
  dispatcher: Dispatcher,
  url: URL,
  request: HttpRequest,
  cutoff: Cutoff,
): Promise<Received> {
  const receiver = new Receiver(request, cutoff);
  try {
    return await sendOnce(dispatcher, url, request, receiver);
  } catch (error) {
    if (receiver.hasBegun || !isRepeatable(request) || !endedKeptConnection(error)) throw error;
    return sendOnce(dispatcher, url, request, new Receiver(request, cutoff));
  }
}

function sendOnce(
  dispatcher: Dispatcher,
  { origin, pathname, search }: URL,
  request: HttpRequest,
  receiver: Receiver,
): Promise<Received> {
  const options = {
    origin,
    path: pathname + search,
    method: request.method,
    headers: { 'accept-encoding': encodingsFor(request), ...request.headers },
    body: request.body ?? null,
    headersTimeout: request.timeoutMs,
    bodyTimeout: request.timeoutMs,
  };
  dispatcher.dispatch(options, receiver);
  return receiver.received;
}

/** Fetch standard, HTTP-network-or-cache fetch: a part of a packed body is nothing that can be unpacked. */
function encodingsFor({ headers = {} }: HttpRequest): string {
  const isPart = Object.keys(headers).some((name) => name.toLowerCase() === 'range');
  return isPart ? 'identity' : 'gzip, deflate, br';
}

function isRepeatable(request: HttpRequest): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && request.body === undefined;
}

/** An answer whose body is still packed. */
interface Received extends Omit<HttpResponse, 'body'> {
  readonly raw: Buffer;
}

/**
 * Takes an answer from undici piece by piece. Its streams are for bodies that nobody wants in memory; here each one is
 * bounded and wanted whole.
 */
class Receiver implements Dispatcher.DispatchHandler {
  readonly #received = Promise.withResolvers<Received>();
  readonly #chunks: Buffer[] = [];
  readonly #request: HttpRequest;
  readonly #cutoff: Cutoff;
  #head: Omit<Received, 'raw'> | null = null;
  #length = 0;

  constructor(request: HttpRequest, cutoff: Cutoff) {
    this.#request = request;
    this.#cutoff = cutoff;
  }

  get received(): Promise<Received> {
    return this.#received.promise;
  }

  /** True once something of the answer came. */
  get hasBegun(): boolean {
    return this.#head !== null;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#cutoff.cut = (reason) => controller.abort(reason);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusText = '',
  ): void {
    if (status >= 200) this.#head = { status, statusText, headers: readHeaders(headers) };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length <= this.#request.maxBytes) this.#chunks.push(chunk);
    else controller.abort(tooLarge(this.#request));
  }

  onResponseEnd(): void {
    if (this.#head === null) return;
    this.#received.resolve({ ...this.#head, raw: Buffer.concat(this.#chunks, this.#length) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#received.reject(error);
  }
}

function readHeaders(headers: IncomingHttpHeaders): HttpResponse['headers'] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((one) => [name.toLowerCase(), one] as const),
  );
}
