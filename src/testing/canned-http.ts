import { EntradaError } from '../errors.ts';
import { matches, parsePattern, type Pattern } from '../extensions/pattern.ts';
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

/** Makes an answer of the request as it would leave the gateway: with tokens and secrets in it. */
export type Answerer = (request: HttpRequest) => CannedAnswer | Promise<CannedAnswer>;

/**
 * Answers by route. A route is `METHOD URL`; in the path `*` stands for one segment and `**` at the end for all that follow,
 * as in a grant. With a query it answers that query alone, without one it answers any. A list is answered from once each, in
 * order.
 *
 * ```ts
 * const http = {
 *   'GET https://graph.microsoft.com/v1.0/me': { json: { department: 'Finance' } },
 *   'GET https://hr.example.com/v2/people/*': [{ status: 503 }, { json: { teams: ['Ledgers'] } }],
 * };
 * ```
 */
export interface CannedRoutes {
  readonly [route: string]: CannedAnswer | Answerer | readonly (CannedAnswer | Answerer)[];
}

/** A client that answers from a table. */
export interface CannedHttp extends HttpClient {
  /** Routes that were never asked for, and how many answers of lists are left. */
  readonly unused: readonly string[];
  /** @throws {EntradaError} `EXTENSION_TEST_HTTP_UNUSED` when something is unused. */
  readonly assertUsed: () => void;
}

/**
 * Makes a client that answers from a table, after every check of grants that a real request passes. What is not in the table
 * is unreachable.
 *
 * @throws {EntradaError} `EXTENSION_TEST_ROUTE`
 */
export function cannedHttp(routes: CannedRoutes): CannedHttp {
  const all = Object.entries(routes).map(([text, answers]) => new Route(text, answers));
  // The narrower one wins: a query before none, whole segments before stars, the earlier before the later.
  const sorted = all.toSorted((one, other) => other.weight - one.weight);
  const client = async (request: HttpRequest): Promise<HttpResponse> => {
    const answer = sorted.find((route) => route.takes(request))?.next();
    if (answer === undefined) throw nothingFor(request);
    return toResponse(typeof answer === 'function' ? await answer(request) : answer, request);
  };
  const unused = (): readonly string[] => all.flatMap((route) => route.unused ?? []);
  const assertUsed = (): void => assertNone(unused());
  return Object.defineProperties(Object.assign(client, { assertUsed, unused: [] }), {
    unused: { get: unused },
  });
}

class Route {
  readonly #text: string;
  readonly #pattern: Pattern;
  readonly #origin: string;
  /** Sorted; null: any. */
  readonly #query: string | null;
  readonly #answers: readonly (CannedAnswer | Answerer)[];
  readonly #isList: boolean;
  #used = 0;

  constructor(text: string, answers: CannedRoutes[string]) {
    const [method = '', address = '', ...rest] = text.split(' ');
    const url = URL.parse(address);
    const pattern = url && parsePattern(`${method} ${url.pathname}`);
    if (!url || !pattern || rest.length > 0) throw invalidRoute(text);
    this.#text = text;
    this.#pattern = pattern;
    this.#origin = url.origin;
    this.#query = address.includes('?') ? sortedQuery(url) : null;
    this.#isList = isList(answers);
    this.#answers = isList(answers) ? answers : [answers];
  }

  get weight(): number {
    const stars = this.#pattern.segments?.filter((segment) => segment.startsWith('*')).length ?? 0;
    return (this.#query === null ? 0 : 1) - stars;
  }

  /** What a test did not use; undefined when it used all. */
  get unused(): string | undefined {
    const left = this.#answers.length - this.#used;
    if (left <= 0) return undefined;
    return this.#isList ? `${this.#text} (${left} of ${this.#answers.length} answers)` : this.#text;
  }

  takes({ method, url: address }: HttpRequest): boolean {
    const url = new URL(address);
    return (
      url.origin === this.#origin &&
      matches(this.#pattern, method, url) &&
      (this.#query === null || this.#query === sortedQuery(url)) &&
      (!this.#isList || this.#used < this.#answers.length)
    );
  }

  next(): CannedAnswer | Answerer | undefined {
    const answer = this.#answers[this.#isList ? this.#used : 0];
    this.#used += 1;
    return answer;
  }
}

function isList(answers: CannedRoutes[string]): answers is readonly (CannedAnswer | Answerer)[] {
  return Array.isArray(answers);
}

function sortedQuery({ searchParams }: URL): string {
  const sorted = new URLSearchParams(searchParams);
  sorted.sort();
  return sorted.toString();
}

function nothingFor({ method, url }: HttpRequest): NetError {
  const { origin, pathname, search, host } = new URL(url);
  const route = `${method} ${origin}${pathname}${search}`;
  return new NetError('NET_UNREACHABLE', `${host}: the test has no answer for ${route}`);
}

function invalidRoute(text: string): EntradaError {
  return new EntradaError('EXTENSION_TEST_ROUTE', `${text} is no route of a test`, {
    next: "Write method, space and URL, as in 'GET https://graph.microsoft.com/v1.0/me'.",
  });
}

function assertNone(unused: readonly string[]): void {
  if (unused.length === 0) return;
  throw new EntradaError('EXTENSION_TEST_HTTP_UNUSED', `nothing asked for ${unused.join(', ')}`, {
    next: 'Take the answers out of the test, or find out why the extension makes no such request.',
  });
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
