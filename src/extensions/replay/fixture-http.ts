import type { HttpClient, HttpRequest, HttpResponse } from '../../net/http.ts';
import { NetError } from '../../net/net-error.ts';
import type { Fixture, FixtureAnswer } from './fixture.ts';

/** Answers from a fixture, and what was different from it. */
export interface FixtureHttp {
  readonly client: HttpClient;
  /** Requests without an answer, and bodies that are not those of the fixture. */
  readonly differences: readonly string[];
  /** Routes that nothing asked for, of a recording. */
  readonly unused: () => readonly string[];
}

/** Address of a destination that a fixture knows by its name alone. */
export function addressOf(name: string): string {
  return `https://${name}.destination.invalid/`;
}

/** A client that answers as a fixture says, after every check of grants that a real request passes. */
export function fixtureHttp({ http }: Pick<Fixture, 'http'>): FixtureHttp {
  const routes = Object.entries(http).map(([route, answers]) => new Route(route, answers));
  const differences: string[] = [];
  const client: HttpClient = async (request) => {
    const answer = takeAnswer(routes, request);
    if (!answer) {
      differences.push(`there is no answer for ${nameOf(request)}`);
      throw unanswered(request);
    }
    const different = differenceOf(request, answer);
    if (different !== undefined) differences.push(different);
    return answer.hangs ? unansweredIn(request) : toResponse(answer, request);
  };
  return { client, differences, unused: () => routes.flatMap((route) => route.unused) };
}

class Route {
  readonly #route: string;
  readonly #answers: readonly FixtureAnswer[];
  readonly #once: boolean;
  readonly hasQuery: boolean;
  #used = 0;

  constructor(route: string, answers: Fixture['http'][string]) {
    this.#route = route;
    this.hasQuery = route.includes('?');
    this.#once = isList(answers);
    this.#answers = isList(answers) ? answers : [answers];
  }

  takes(name: string): boolean {
    const asked = this.hasQuery ? name : name.replace(/\?.*$/, '');
    return asked === this.#route && (!this.#once || this.#used < this.#answers.length);
  }

  next(): FixtureAnswer | undefined {
    const index = this.#once ? this.#used : 0;
    this.#used++;
    return this.#answers[index];
  }

  get unused(): readonly string[] {
    const left = this.#answers.length - this.#used;
    return left > 0 ? [`nothing asked for ${this.#route}`] : [];
  }
}

function isList(answers: Fixture['http'][string]): answers is readonly FixtureAnswer[] {
  return Array.isArray(answers);
}

/** An address with its query goes before one that answers any query. */
function takeAnswer(routes: readonly Route[], request: HttpRequest): FixtureAnswer | undefined {
  const name = nameOf(request);
  const taking = routes.filter((route) => route.takes(name));
  return (taking.find(({ hasQuery }) => hasQuery) ?? taking[0])?.next();
}

const DESTINATION = /^https:\/\/([a-z][\w-]*)\.destination\.invalid\/$/;

/** How a fixture names a request. */
function nameOf({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
  const destination = DESTINATION.exec(url)?.[1];
  return `${method} ${destination === undefined ? url : `entrada:${destination}`}`;
}

function differenceOf(request: HttpRequest, { sent }: FixtureAnswer): string | undefined {
  if (sent === undefined) return undefined;
  const body = Buffer.from(request.body ?? '').toString();
  return body === sent ? undefined : `the body of ${nameOf(request)} is another one`;
}

function unanswered(request: HttpRequest): NetError {
  const { host } = new URL(request.url);
  return new NetError(
    'NET_UNREACHABLE',
    `${host}: the fixture has no answer for ${nameOf(request)}`,
  );
}

/** Ends with the run, as a server that does not answer in time. */
function unansweredIn({ signal }: HttpRequest): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new NetError('NET_ABORTED', 'as the fixture says'));
    signal?.addEventListener('abort', end, { once: true });
  });
}

function toResponse(answer: FixtureAnswer, request: HttpRequest): HttpResponse {
  const { status = 200, headers = {}, error } = answer;
  if (error !== undefined) throw new NetError(error, 'as the fixture says');
  const body = bodyOf(answer);
  if (body.length > request.maxBytes) throw new NetError('NET_TOO_LARGE', 'as the fixture says');
  const type = answer.json === undefined ? {} : { 'content-type': 'application/json' };
  const pairs = Object.entries({ ...type, ...headers });
  return {
    status,
    statusText: '',
    headers: pairs.map(([name, value]) => [name.toLowerCase(), value] as const),
    body,
  };
}

function bodyOf({ json, text = '', base64 }: FixtureAnswer): Buffer {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return Buffer.from(json === undefined ? text : JSON.stringify(json));
}
