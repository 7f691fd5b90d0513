import { setTimeout as sleep } from 'node:timers/promises';

import type { FetchCall } from '../../../sandbox/contract.ts';
import { maskSecrets } from '../../config/masking.ts';
import { isEntradaError } from '../../errors.ts';
import { header, type HttpRequest, type HttpResponse } from '../../net/http.ts';
import type { HostCallRecord } from '../record.ts';
import type { Allowed } from './authorise.ts';
import { partAnswers } from './batch-answer.ts';
import { challengeOf } from './challenge.ts';
import type { AllowedHop, FetchContext, Refused } from './fetch.ts';
import { hiddenFrom } from './handles.ts';
import { joinHeaders } from './headers.ts';
import { hasHandle, type PreparedCall, putSecrets } from './prepare.ts';
import type { Throttle } from './throttle.ts';

/** Sends one hop: secrets are put in, the service is not hurried, and what happened is recorded. */
export async function sendHop(
  call: PreparedCall,
  hop: AllowedHop,
  context: FetchContext,
): Promise<HttpResponse | Refused> {
  const filled = hop.secrets ? { ...call, ...putSecrets(call, context.handles) } : call;
  if (hasHandle(filled)) {
    context.record(refusalRecord(call, 'SECRET_MISPLACED'));
    return { code: 'SECRET_MISPLACED', message: 'a secret stands where its grant does not put it' };
  }
  const before = performance.now();
  const done = (status: number | null, code: string | null): void =>
    context.record(hopRecord(call, hop, status, code, performance.now() - before));
  if (context.shadow && hop.changes) {
    done(null, 'SHADOW_NOT_SENT');
    return SHADOW_ANSWER;
  }
  const tooOften = await waitForTurn(hop, context);
  if (tooOften) {
    done(null, tooOften.code);
    return tooOften;
  }
  return perform(filled, hop, context, done);
}

const SHADOW_ANSWER: HttpResponse = {
  status: 202,
  statusText: 'Accepted',
  headers: [['entrada-shadow', 'not-sent']],
  body: new Uint8Array(0),
};

/** Waits until the extension may call the origin again; refuses when that is later than the request may take. */
async function waitForTurn(hop: Allowed, context: FetchContext): Promise<Refused | undefined> {
  const { throttle, extension, limits, signal } = context;
  const { origin } = hop.url;
  const paused = pauseOf(hop, throttle);
  if (paused) return paused;
  const wait = throttle.reserve(extension, origin);
  if (wait > limits.requestMs) {
    throttle.release(extension, origin);
    return { code: 'RATE_LIMITED', message: `this extension calls ${nameOf(hop)} too often` };
  }
  if (wait === 0) return undefined;
  await sleep(wait, undefined, { signal }).catch(() => undefined); // the signal says why
  if (signal.aborted) return { code: 'NET_ABORTED', message: 'nobody waits for it any more' };
  return pauseOf(hop, throttle); // others were answered meanwhile
}

function pauseOf(hop: Allowed, throttle: Throttle): Refused | undefined {
  const paused = throttle.pauseOf(hop.url.origin);
  if (paused === 0) return undefined;
  const seconds = Math.ceil(paused / 1000);
  return {
    code: 'SERVICE_THROTTLED',
    message: `${nameOf(hop)} wants to be left alone for ${seconds} s`,
  };
}

/** The host of a secret URL is a part of the secret. */
function nameOf({ url, alias }: Allowed): string {
  return alias ?? url.origin;
}

async function perform(
  call: PreparedCall,
  hop: AllowedHop,
  context: FetchContext,
  done: (status: number | null, code: string | null) => void,
): Promise<HttpResponse | Refused> {
  const client = hop.privateAddresses ? context.clients.any : context.clients.public;
  if (hop.changes) context.changing();
  try {
    const response = await client(toRequest(call, hop, context));
    const answers = [response, ...(hop.batch ? partAnswers(response) : [])];
    for (const answer of answers) heed(answer, hop, context);
    const challenge = answers
      .map((answer) => challengeOf(answer, call, context))
      .find((found) => found !== undefined);
    done(response.status, challenge?.code ?? null);
    return challenge ?? response;
  } catch (error) {
    if (!isEntradaError(error)) throw error;
    done(null, error.code);
    return { code: error.code, message: messageFor(error.message, hop, context) };
  }
}

/** A service that asks for a pause gets it. */
function heed(answer: HttpResponse, { url }: Allowed, { throttle }: FetchContext): void {
  throttle.answered(url.origin, answer.status, header(answer, 'retry-after'));
}

function messageFor(message: string, { alias }: Allowed, context: FetchContext): string {
  return alias === null ? maskSecrets(message, hiddenFrom(context)) : `${alias} cannot be reached`;
}

function toRequest(
  call: PreparedCall,
  hop: AllowedHop,
  { limits, signal }: FetchContext,
): HttpRequest {
  return {
    method: call.method,
    url: hop.url.href,
    headers: {
      'user-agent': 'Entrada',
      ...joinHeaders(call.headers),
      ...(call.token ? { authorization: `Bearer ${call.token.token.reveal()}` } : {}),
    },
    ...(call.body ? { body: call.body } : {}),
    maxBytes: limits.responseBytes,
    timeoutMs: limits.requestMs,
    signal,
  };
}

/** What records and the extension name a hop by: never a secret URL, never the values of a query. */
function describeHop({ url, alias }: Pick<Allowed, 'url' | 'alias'>): string {
  return alias ?? url.origin + url.pathname;
}

function hopRecord(
  { method }: PreparedCall,
  hop: Allowed,
  status: number | null,
  code: string | null,
  ms: number,
): HostCallRecord {
  return {
    method,
    url: describeHop(hop),
    status,
    rule: hop.rule,
    code,
    ms: Math.round(ms * 10) / 10,
  };
}

/** The record of a request that never left. */
export function refusalRecord(
  { method, url }: Pick<FetchCall, 'method' | 'url'>,
  code: string,
): HostCallRecord {
  const parsed = URL.parse(url);
  const shown = parsed ? parsed.origin + parsed.pathname : '(no URL)';
  const named = url.startsWith('entrada:') ? url.slice(0, 100) : shown.slice(0, 1_000);
  return { method: method.slice(0, 20), url: named, status: null, rule: null, code, ms: 0 };
}
