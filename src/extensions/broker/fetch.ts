import type { FetchAnswer, FetchCall } from '../../../sandbox/contract.ts';
import { maskBytes, maskSecrets } from '../../config/masking.ts';
import type { Secret } from '../../config/secret.ts';
import { isEntradaError } from '../../errors.ts';
import { header, type HttpClient, type HttpResponse } from '../../net/http.ts';
import type { EffectiveGrant } from '../grant.ts';
import type { Limits } from '../limits.ts';
import type { HostCallRecord } from '../record.ts';
import { type Authorisation, authorise } from './authorise.ts';
import { type Handles, secretsOf } from './handles.ts';
import { type HeaderPair, joinHeaders, visibleHeaders } from './headers.ts';
import { hasHandle, prepare, type PreparedCall, putSecrets } from './prepare.ts';

/** How an extension's requests leave the gateway: both by the proxy of the method of this sign-in. */
export interface BrokerClients {
  /** Reaches addresses of the public internet alone. */
  readonly public: HttpClient;
  /** Reaches every address: for origins whose grant says so. */
  readonly any: HttpClient;
}

/** What `fetch` of one invocation works with. */
export interface FetchContext {
  readonly grant: EffectiveGrant;
  readonly handles: Handles;
  readonly clients: BrokerClients;
  readonly limits: Limits;
  /** Origin of the gateway, which extensions do not call. */
  readonly ownOrigin: string;
  /** Only GET and HEAD are sent; every other request is recorded and answered with an empty 202. */
  readonly shadow: boolean;
  readonly signal: AbortSignal;
  /** Told before a request leaves. */
  readonly sending: (method: string) => void;
  /** Takes the record of every request, refused ones too. */
  readonly record: (call: HostCallRecord) => void;
}

/** An answer for the extension, or the code and the sentence that it is told instead. */
export type FetchResult =
  | { readonly ok: true; readonly value: FetchAnswer }
  | { readonly ok: false; readonly code: string; readonly message: string };

type Allowed = Extract<Authorisation, { ok: true }>;

/** One request of an extension, followed as far as it is allowed to go. */
export async function brokeredFetch(call: FetchCall, context: FetchContext): Promise<FetchResult> {
  const prepared = prepare(call, context.handles, context.limits.requestBytes);
  if ('code' in prepared) {
    context.record(refusal(call, prepared.code));
    return { ok: false, ...prepared };
  }
  return follow(prepared, context, 0);
}

async function follow(
  call: PreparedCall,
  context: FetchContext,
  redirects: number,
): Promise<FetchResult> {
  const allowed = authorise(
    { url: call.url, method: call.method, resource: call.token?.resource ?? null },
    context.grant,
    context.ownOrigin,
  );
  if (!allowed.ok) {
    context.record(refusal(call, allowed.code));
    return { ok: false, code: allowed.code, message: allowed.message };
  }
  const response = await send(call, allowed, context);
  if ('code' in response) return { ok: false, ...response };
  const location = redirectTarget(response, allowed.url);
  if (location === undefined || call.redirect === 'manual') {
    return { ok: true, value: toAnswer(response, allowed, redirects, secretsOf(context.handles)) };
  }
  if (call.redirect === 'error') return refuse('REDIRECT_REFUSED', 'the answer is a redirect');
  if (redirects >= context.limits.redirects) {
    return refuse('REDIRECT_REFUSED', `more than ${context.limits.redirects} redirects`);
  }
  const next = redirected(call, response.status, location, allowed.url);
  if (next === undefined)
    return refuse('REDIRECT_REFUSED', 'a body with a secret is not sent elsewhere');
  return follow(next, context, redirects + 1);
}

type Failed = { readonly code: string; readonly message: string };

async function send(
  call: PreparedCall,
  allowed: Allowed,
  context: FetchContext,
): Promise<HttpResponse | Failed> {
  const filled = allowed.secrets ? putSecrets(call, context.handles) : call;
  if (hasHandle(filled)) {
    const code = 'SECRET_MISPLACED';
    context.record(refusal(call, code));
    return { code, message: 'a secret stands where its grant does not put it' };
  }
  const before = performance.now();
  const record = (status: number | null, code: string | null): void =>
    context.record({
      method: call.method,
      url: describeUrl(allowed),
      status,
      rule: allowed.rule,
      code,
      ms: Math.round((performance.now() - before) * 10) / 10,
    });
  if (context.shadow && !isSafe(call.method)) {
    record(null, 'SHADOW_NOT_SENT');
    return SHADOW_ANSWER;
  }
  try {
    const client = allowed.privateAddresses ? context.clients.any : context.clients.public;
    context.sending(call.method);
    const response = await client(toRequest({ ...call, ...filled }, allowed, context));
    record(response.status, null);
    return response;
  } catch (error) {
    if (!isEntradaError(error)) throw error;
    record(null, error.code);
    return { code: error.code, message: maskSecrets(error.message, secretsOf(context.handles)) };
  }
}

/** RFC 9110 section 9.2.1: requests that ask for nothing to be changed. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

const SHADOW_ANSWER: HttpResponse = {
  status: 202,
  statusText: 'Accepted',
  headers: [['entrada-shadow', 'not-sent']],
  body: new Uint8Array(0),
};

function toRequest(
  call: PreparedCall,
  allowed: Allowed,
  { limits, signal }: FetchContext,
): Parameters<HttpClient>[0] {
  return {
    method: call.method,
    url: allowed.url.href,
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

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function redirectTarget(response: HttpResponse, from: URL): string | undefined {
  if (!REDIRECTS.has(response.status)) return undefined;
  const location = header(response, 'location');
  if (location === undefined) return undefined;
  return URL.parse(location, from)?.href ?? location;
}

/**
 * Fetch standard, HTTP-redirect fetch: what is kept on the way to the next hop. To another origin go neither a token nor
 * a secret; undefined when that cannot be kept.
 */
function redirected(
  call: PreparedCall,
  status: number,
  location: string,
  from: URL,
): PreparedCall | undefined {
  const becomesGet =
    status === 303 ? call.method !== 'HEAD' : status < 303 && call.method === 'POST';
  const next = becomesGet ? { ...call, method: 'GET', body: null } : call;
  if (URL.parse(location)?.origin === from.origin) return { ...next, url: location };
  if (hasHandle({ headers: [], body: next.body })) return undefined;
  return { ...next, url: location, headers: next.headers.filter(mayTravel), token: null };
}

function mayTravel(pair: HeaderPair): boolean {
  return pair[0].toLowerCase() !== 'authorization' && !hasHandle({ headers: [pair], body: null });
}

function toAnswer(
  response: HttpResponse,
  allowed: Allowed,
  redirects: number,
  secrets: readonly Secret[],
): FetchAnswer {
  const body = maskBytes(response.body, secrets);
  return {
    url: describeUrl(allowed, true),
    redirected: redirects > 0,
    status: response.status,
    statusText: maskSecrets(response.statusText, secrets),
    headers: visibleHeaders(response.headers).map(([name, value]) => [
      name,
      maskSecrets(value, secrets),
    ]),
    body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'),
  };
}

/** A destination with a secret URL is named by its name. Records keep no query: its values may be anybody's. */
function describeUrl({ url, alias }: Allowed, whole = false): string {
  if (alias !== null) return alias;
  return whole ? url.href.replace(/#.*/, '') : url.origin + url.pathname;
}

function refusal({ method, url }: Pick<FetchCall, 'method' | 'url'>, code: string): HostCallRecord {
  const parsed = URL.parse(url);
  const shown = parsed ? parsed.origin + parsed.pathname : '(no URL)';
  const named = url.startsWith('entrada:') ? url.slice(0, 100) : shown;
  return { method: method.slice(0, 20), url: named, status: null, rule: null, code, ms: 0 };
}

function refuse(code: string, message: string): FetchResult {
  return { ok: false, code, message };
}
