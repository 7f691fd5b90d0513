import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { EntradaError, type ErrorCode } from '../errors.ts';
import { header, type HttpClient, type HttpRequest, type HttpResponse } from '../net/http.ts';
import type { JsonObject } from '../../sandbox/contract.ts';
import type { Budget } from './budget.ts';
import { EntraUnavailableError } from './entra-error.ts';
import { parseObject } from './json.ts';

/** Waits. Unit: milliseconds. */
export type Sleep = (ms: number) => Promise<unknown>;

/** How the calls to Entra and Graph leave: the client of the method's proxy, and the time. */
export interface BackChannel {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/** The machine's own timer. */
export const systemSleep: Sleep = (ms) => sleepFor(ms);

/** A call to one host. */
export interface Call {
  readonly request: Omit<HttpRequest, 'timeoutMs'>;
  /** The GUID under which the host logs the call. */
  readonly correlationId: string;
  /** The code when the host cannot be reached. */
  readonly unreachable: ErrorCode;
}

/**
 * What every call carries. Never `Origin`: Entra refuses a client credential beside it. Never `Cookie`: nothing of an
 * earlier answer comes back.
 *
 * @see https://learn.microsoft.com/graph/best-practices-concept
 */
const commonHeaders = (correlationId: string): { readonly [name: string]: string } => ({
  accept: 'application/json',
  'user-agent': 'Entrada',
  'client-request-id': correlationId,
  'return-client-request-id': 'true',
});

/**
 * Sends once.
 *
 * @throws {EntraUnavailableError} The call's own code when nothing answers; `ENTRA_TIME_BUDGET` when no time is left.
 */
export async function send(
  channel: BackChannel,
  call: Call,
  timeoutMs: number,
): Promise<HttpResponse> {
  const headers = { ...commonHeaders(call.correlationId), ...call.request.headers };
  try {
    return await channel.http({ ...call.request, headers, timeoutMs });
  } catch (error) {
    throw unreachable(call, error);
  }
}

function unreachable(call: Call, error: unknown): EntraUnavailableError {
  const { host } = new URL(call.request.url);
  const known = error instanceof EntradaError ? error : undefined;
  return new EntraUnavailableError(
    call.unreachable,
    `${host} gave no answer (${known?.code ?? 'unknown failure'})`,
    {
      cause: error,
      actor: 'operator',
      correlationId: call.correlationId,
      ...(known?.next === undefined ? {} : { next: known.next }),
    },
  );
}

/** How often a status is tried again. A status that is not here is final. */
const RETRIES: { readonly [status: number]: number } = { 429: 3, 503: 3, 504: 3, 500: 1, 502: 1 };

/** First wait when the host names none. Unit: milliseconds. */
const FIRST_WAIT_MS = 500;

/**
 * Sends, and again while the host says "later" and the sign-in has the time. Statuses decide, never bodies: theirs vary.
 *
 * @param prepare Makes the call, anew for each attempt: some proofs must not be sent twice.
 * @param isTransient Answers that mean "later" although their status does not say so.
 * @returns The last answer, whatever its status.
 * @see https://learn.microsoft.com/graph/throttling
 */
export async function sendPatiently(
  channel: BackChannel,
  prepare: () => Call | Promise<Call>,
  budget: Budget,
  isTransient: (response: HttpResponse) => boolean = () => false,
): Promise<HttpResponse> {
  for (let attempt = 0; ; attempt++) {
    const response = await send(channel, await prepare(), budget.nextCall());
    const retries = RETRIES[response.status] ?? (isTransient(response) ? 1 : 0);
    if (attempt >= retries) return response;
    const waitMs = readRetryAfter(response, channel.clock()) ?? backoff(attempt);
    if (waitMs >= budget.remaining()) return response;
    await channel.sleep(waitMs);
  }
}

/** Doubles each time, and by up to as much again at random, so that gateways do not come back together. */
const backoff = (attempt: number): number => FIRST_WAIT_MS * 2 ** attempt * (1 + Math.random());

const SECONDS = /^\d{1,10}$/;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a host wants to be left alone. Unit: milliseconds; undefined when it does not say, or not in a known form.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
function readRetryAfter(response: HttpResponse, now: number): number | undefined {
  const value = header(response, 'retry-after')?.trim() ?? '';
  if (SECONDS.test(value)) return Number(value) * 1000;
  const date = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const JSON_TYPE = /^application\/(?:[\w.+-]*\+)?json[\t ]*(?:;|$)/i;

/** The object of a JSON answer; undefined when the answer is something else, whatever its status. */
export function readAnswer(response: HttpResponse): JsonObject | undefined {
  return JSON_TYPE.test(header(response, 'content-type') ?? '')
    ? parseObject(response.body)
    : undefined;
}
