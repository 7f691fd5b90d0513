import { isUtf8 } from 'node:buffer';

import type { FetchAnswer, FetchCall, HostFault, JsonObject } from '../../../sandbox/contract.ts';
import { header, type HttpClient, type HttpResponse } from '../../net/http.ts';
import type { EffectiveGrant } from '../grant.ts';
import type { Limits } from '../limits.ts';
import type { HostCallRecord } from '../record.ts';
import { toAnswer } from './answer.ts';
import { type Allowed, authorise, authoriseHeld } from './authorise.ts';
import { type AllowedBatch, checkBatch, isBatch, withBatch } from './batch.ts';
import { type Handles, HANDLE } from './handles.ts';
import { type HeaderPair, isCredential, withoutBody } from './headers.ts';
import { HELD, type HeldLinks } from './held-links.ts';
import { holdIfGiven } from './hold.ts';
import { inBasic, prepare, type PreparedCall } from './prepare.ts';
import { refusalRecord, sendHop } from './send.ts';
import type { Throttle } from './throttle.ts';

/** How an extension's requests leave the gateway: both by the proxy of the method of this sign-in. */
export interface BrokerClients {
  /** Reaches addresses of the public internet alone. */
  readonly public: HttpClient;
  /** Reaches every address: for origins whose grant says so. */
  readonly any: HttpClient;
}

/** What `fetch` of one invocation works with. */
export interface FetchContext {
  /** Name of the extension. */
  readonly extension: string;
  readonly grant: EffectiveGrant;
  readonly handles: Handles;
  readonly links: HeldLinks;
  readonly clients: BrokerClients;
  readonly throttle: Throttle;
  readonly limits: Limits;
  /** Origin of the gateway, which extensions do not call. */
  readonly ownOrigin: string;
  /** Only GET and HEAD are sent; every other request is recorded and answered with an empty 202. */
  readonly shadow: boolean;
  readonly signal: AbortSignal;
  /** Told before a request leaves that may change something. */
  readonly changing: () => void;
  /** Takes the record of every request, refused ones too. */
  readonly record: (call: HostCallRecord) => void;
  /** Hears that an API wants the person to prove more at Entra before it takes its token. */
  readonly challenged: (resource: string, claims: JsonObject) => void;
}

/** A hop that may leave. */
export type AllowedHop = Allowed & {
  /** It may change something. */
  readonly changes: boolean;
  /** The requests that it carries in its body; null for one that carries none. */
  readonly batch: AllowedBatch | null;
};

/** What an extension is told instead of an answer. */
export type Refused = HostFault;

/** An answer for the extension, or the code and the sentence that it is told instead. */
export type FetchResult =
  | { readonly ok: true; readonly value: FetchAnswer }
  | ({ readonly ok: false } & Refused);

/** One request of an extension, followed as far as it is allowed to go. */
export async function brokeredFetch(call: FetchCall, context: FetchContext): Promise<FetchResult> {
  const prepared = prepare(call, context.handles, context.limits.requestBytes);
  if ('code' in prepared) {
    context.record(refusalRecord(call, prepared.code));
    return { ok: false, ...prepared };
  }
  return follow(prepared, context, 0, null);
}

/** The context for a hop that follows others: what they took of the time of the request is over. */
function withTimeLeft(context: FetchContext, before: number): FetchContext {
  const { limits } = context;
  const left = Math.ceil(limits.requestMs - (performance.now() - before));
  return { ...context, limits: { ...limits, requestMs: Math.max(1, left) } };
}

/** @param via The name of the secret URL that leads here; null for a hop that the extension named, or any other host. */
async function follow(
  call: PreparedCall,
  context: FetchContext,
  redirects: number,
  via: string | null,
): Promise<FetchResult> {
  const allowed = allow(call, context);
  if ('code' in allowed) return refuseHop(call, allowed, via, context);
  const before = performance.now();
  const sent = allowed.batch ? withBatch(call, allowed.batch) : call;
  const response = await sendHop(sent, allowed, context);
  if ('code' in response) return { ok: false, ...response };
  const location = redirectTarget(response, allowed.url);
  if (location === undefined || call.redirect === 'manual') {
    return { ok: true, value: toAnswer(response, call, allowed, redirects > 0, context) };
  }
  const next = nextHop(call, response.status, location, allowed, redirects, context);
  if ('code' in next) return { ok: false, ...next };
  return follow(next, withTimeLeft(context, before), redirects + 1, allowed.alias);
}

/** Where a secret URL leads tells of that URL. */
function refuseHop(
  call: PreparedCall,
  fault: Refused,
  via: string | null,
  { record }: FetchContext,
): FetchResult {
  const told = via === null ? fault : refused(`${via} leads to what is not granted`);
  record(refusalRecord({ method: call.method, url: via ?? call.url }, told.code));
  return { ok: false, ...told };
}

/** The decision about one hop: its destination, and for a batch every part of it. */
function allow(call: PreparedCall, context: FetchContext): AllowedHop | Refused {
  const { grant, ownOrigin, links } = context;
  const resource = call.token?.resource ?? null;
  const destination = { url: call.url, method: call.method, resource };
  const answer = call.url.startsWith(HELD)
    ? authoriseHeld(destination, links, ownOrigin)
    : authorise(destination, grant, ownOrigin);
  if (!answer.ok) return { code: answer.code, message: answer.message };
  if (!isBatch(answer.url)) return { ...answer, changes: !isRead(call.method), batch: null };
  const batch = checkBatch(call, answer.url, grant, ownOrigin);
  return 'code' in batch ? batch : { ...answer, changes: batch.changes, batch };
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function redirectTarget(response: HttpResponse, from: URL): string | undefined {
  if (!REDIRECTS.has(response.status)) return undefined;
  const given = header(response, 'location');
  if (given === undefined) return undefined;
  const location = asText(given);
  return URL.parse(location, from)?.href ?? location;
}

/** A place that is not encoded is UTF-8, of which a header has the bytes: so browsers read it. */
function asText(location: string): string {
  const bytes = Buffer.from(location, 'latin1');
  return isUtf8(bytes) && bytes.toString('latin1') === location ? bytes.toString() : location;
}

function nextHop(
  call: PreparedCall,
  status: number,
  location: string,
  from: Allowed,
  redirects: number,
  context: FetchContext,
): PreparedCall | Refused {
  const { limits } = context;
  if (call.redirect === 'error') return refused('the answer is a redirect');
  if (redirects >= limits.redirects) return refused(`more than ${limits.redirects} redirects`);
  return (
    redirected(call, status, location, from, context) ??
    refused('a body with a secret is not sent elsewhere')
  );
}

function refused(message: string): Refused {
  return { code: 'REDIRECT_REFUSED', message };
}

/**
 * Fetch standard, HTTP-redirect fetch: what is kept on the way to the next hop. To another origin go neither a token nor
 * a secret; undefined when that cannot be kept.
 */
function redirected(
  call: PreparedCall,
  status: number,
  location: string,
  from: Allowed,
  context: FetchContext,
): PreparedCall | undefined {
  const becomesGet =
    status === 303 ? call.method !== 'HEAD' : status < 303 && call.method === 'POST';
  const next = becomesGet ? asGet(call) : call;
  if (URL.parse(location)?.origin === from.url.origin) return { ...next, url: location };
  if (HANDLE.test(next.body?.toString('latin1') ?? '')) return undefined;
  const url = isRead(next.method) ? holdIfGiven(location, call, from, context) : location;
  return { ...next, url, headers: next.headers.filter(mayTravel), token: null };
}

function asGet(call: PreparedCall): PreparedCall {
  return { ...call, method: 'GET', headers: withoutBody(call.headers), body: null };
}

function mayTravel(header_: HeaderPair): boolean {
  return !isCredential(header_) && !HANDLE.test(inBasic(header_[1]) ?? header_[1]);
}
