import type { HttpClient, HttpRequest, HttpResponse } from '../net/http.ts';
import { NetError } from '../net/net-error.ts';

/** An answer that a test has ready. */
export interface CannedAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  /** Becomes the body, as JSON. */
  readonly json?: unknown;
  /** Becomes the body as it is. */
  readonly text?: string;
}

/** Answers by `METHOD URL`, the URL without its query; or functions that make them of the request. */
export interface CannedRoutes {
  readonly [route: string]:
    | CannedAnswer
    | ((request: HttpRequest) => CannedAnswer | Promise<CannedAnswer>);
}

/**
 * A client that answers from a table, after every check of grants that a real request passes. What is not in the table is
 * unreachable.
 */
export function cannedHttp(routes: CannedRoutes): HttpClient {
  return async (request) => {
    const { origin, pathname, host } = new URL(request.url);
    const route = `${request.method} ${origin}${pathname}`;
    const canned = Object.hasOwn(routes, route) ? routes[route] : undefined;
    if (canned === undefined) {
      throw new NetError('NET_UNREACHABLE', `${host}: the test has no answer for ${route}`);
    }
    return toResponse(typeof canned === 'function' ? await canned(request) : canned, request);
  };
}

function toResponse(
  { status = 200, headers = {}, json, text }: CannedAnswer,
  request: HttpRequest,
): HttpResponse {
  const body = Buffer.from(json === undefined ? (text ?? '') : JSON.stringify(json));
  if (body.length > request.maxBytes)
    throw new NetError('NET_TOO_LARGE', 'the canned answer is too large');
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  const pairs = Object.entries({ ...type, ...headers }).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return { status, statusText: '', headers: pairs, body };
}
