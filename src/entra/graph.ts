import type { Secret } from '../config/secret.ts';
import { header, headerValues, type HttpRequest, type HttpResponse } from '../net/http.ts';
import type { JsonObject } from '../../sandbox/contract.ts';
import { readAnswer, sendPatiently, type BackChannel } from './back-channel.ts';
import type { Budget } from './budget.ts';
import { readClaimsChallenge } from './challenge-header.ts';
import {
  EntraInteractionError,
  EntraSetupError,
  EntraUnavailableError,
  type EntraError,
} from './entra-error.ts';
import { toLogText } from './error-answer.ts';
import type { EntraLog } from './entra-log.ts';
import { readGuid } from './guid.ts';
import { isObject } from './json.ts';
import type { EntraLimits } from './limits.ts';

/** Reads from Graph on behalf of one person, within one sign-in. */
export interface Graph {
  /** Origin of Graph. */
  readonly origin: string;
  /**
   * @param url Absolute, at `origin`.
   * @throws {EntraInteractionError} `ENTRA_GRAPH_CHALLENGE` when the person has to do something more.
   * @throws {EntraSetupError} `ENTRA_GRAPH_FORBIDDEN` or `ENTRA_GRAPH_UNAUTHORIZED`.
   * @throws {EntraUnavailableError} `ENTRA_GRAPH_THROTTLED`, `ENTRA_GRAPH_UNREACHABLE`, `ENTRA_GRAPH_REFUSED`,
   *   `ENTRA_TIME_BUDGET`.
   */
  get(url: string): Promise<JsonObject>;
  /**
   * Calls an action that changes nothing, so that it may be sent again as a read may.
   *
   * @param url Absolute, at `origin`.
   * @throws {EntraError} As `get`; also `ENTRA_GROUPS_LIMIT` when the result would be larger than Graph gives at once.
   */
  post(url: string, body: JsonObject): Promise<JsonObject>;
}

export interface GraphParts {
  readonly channel: BackChannel;
  readonly limits: EntraLimits;
  readonly log: EntraLog;
  readonly origin: string;
}

/** Who asks, and how long it may take. */
export interface GraphCaller {
  readonly accessToken: Secret;
  readonly correlationId: string;
  readonly budget: Budget;
}

/** @see https://learn.microsoft.com/graph/use-the-api */
export function createGraph(parts: GraphParts, caller: GraphCaller): Graph {
  const { channel, limits, log, origin } = parts;

  async function ask(request: Asked): Promise<JsonObject> {
    const headers = { authorization: `Bearer ${caller.accessToken.reveal()}`, ...request.headers };
    const call = {
      request: { ...request, headers, maxBytes: limits.graphBytes },
      correlationId: caller.correlationId,
      unreachable: 'ENTRA_GRAPH_UNREACHABLE',
    } as const;
    const response = await sendPatiently(channel, () => call, caller.budget);
    log('debug', 'Graph answered', { status: response.status, requestId: requestIdOf(response) });
    const answer = response.status === 200 ? readAnswer(response) : undefined;
    if (answer === undefined) throw failureOf(response, caller.correlationId);
    return answer;
  }
  return {
    origin,
    get: (url) => ask({ method: 'GET', url }),
    post: (url, body) => ask({ method: 'POST', url, headers: AS_JSON, body: JSON.stringify(body) }),
  };
}

type Asked = Omit<HttpRequest, 'maxBytes' | 'timeoutMs'>;

const AS_JSON = { 'content-type': 'application/json' };

/**
 * What an answer of Graph that is none means.
 *
 * @param sent The id that the request carried, where Graph gives none of its own.
 * @see https://learn.microsoft.com/graph/errors
 */
export function failureOf(response: HttpResponse, sent: string): EntraError {
  const correlationId = requestIdOf(response) ?? sent;
  const make = FAILURES.get(response.status) ?? unexpected;
  return make(response, correlationId);
}

const requestIdOf = (response: HttpResponse): string | null =>
  readGuid(header(response, 'request-id')) ?? null;

type Make = (response: HttpResponse, correlationId: string) => EntraError;

const unavailable =
  (code: 'ENTRA_GRAPH_THROTTLED' | 'ENTRA_GRAPH_UNREACHABLE'): Make =>
  (response, correlationId) =>
    new EntraUnavailableError(code, `Graph answered ${describe(response)}`, {
      correlationId,
      next: 'Try again in a minute.',
    });

/** Statuses that are not here are none that a plain read has. */
const FAILURES: ReadonlyMap<number, Make> = new Map<number, Make>([
  [400, (response, id) => (isTooLarge(response) ? tooLarge : unexpected)(response, id)],
  [401, (response, id) => challengeOf(response, id) ?? unauthorized(response, id)],
  [403, (response, id) => challengeOf(response, id) ?? forbidden(response, id)],
  [429, unavailable('ENTRA_GRAPH_THROTTLED')],
  [500, unavailable('ENTRA_GRAPH_UNREACHABLE')],
  [502, unavailable('ENTRA_GRAPH_UNREACHABLE')],
  [503, unavailable('ENTRA_GRAPH_UNREACHABLE')],
  [504, unavailable('ENTRA_GRAPH_UNREACHABLE')],
]);

/** Conditional access speaks with either status. */
function challengeOf(response: HttpResponse, correlationId: string): EntraError | undefined {
  const claims = readClaimsChallenge(headerValues(response, 'www-authenticate'));
  if (claims === undefined) return undefined;
  const message = `Graph wants more of the person: ${describe(response)}`;
  return new EntraInteractionError('ENTRA_GRAPH_CHALLENGE', message, {
    correlationId,
    challenge: { claims },
  });
}

const unauthorized: Make = (response, correlationId) =>
  new EntraSetupError(
    'ENTRA_GRAPH_UNAUTHORIZED',
    `Graph does not accept its token: ${describe(response)}`,
    {
      actor: 'administrator',
      correlationId,
      next: 'Look the sign-in up in the sign-in log of the tenant.',
    },
  );

const forbidden: Make = (response, correlationId) =>
  new EntraSetupError('ENTRA_GRAPH_FORBIDDEN', `Graph answered ${describe(response)}`, {
    actor: 'administrator',
    correlationId,
    next: 'Grant the delegated permissions User.Read and GroupMember.Read.All, with admin consent.',
  });

const unexpected: Make = (response, correlationId) =>
  new EntraUnavailableError('ENTRA_GRAPH_REFUSED', `Graph answered ${describe(response)}`, {
    actor: 'operator',
    correlationId,
    next: 'Check that nothing on the way to Graph replaces its answers.',
  });

const isTooLarge = (response: HttpResponse): boolean =>
  codeOf(response) === 'Directory_ResultSizeLimitExceeded';

const tooLarge: Make = (response, correlationId) =>
  new EntraSetupError('ENTRA_GROUPS_LIMIT', `Graph answered ${describe(response)}`, {
    actor: 'administrator',
    correlationId,
    next: 'Use group_association: base-groups for people in so many groups.',
  });

/** Status and the code of Graph's error, as in `403 Authorization_RequestDenied`. */
function describe(response: HttpResponse): string {
  const code = codeOf(response);
  return code === undefined ? `${response.status}` : `${response.status} ${toLogText(code, 64)}`;
}

function codeOf(response: HttpResponse): string | undefined {
  const error = readAnswer(response)?.['error'];
  const code = isObject(error) ? error['code'] : undefined;
  return typeof code === 'string' ? code : undefined;
}
