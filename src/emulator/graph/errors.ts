import { json, type Reply } from '../http/reply.ts';
import { type EmulatorRequest, headerOf } from '../http/request.ts';
import { graphTimestamp } from '../time.ts';
import type { World } from '../world.ts';

/** Errors of Graph by their code: status and usual text. */
const GRAPH_ERRORS = {
  BadRequest: [400, 'The request is malformed.'],
  Request_BadRequest: [400, 'Invalid request.'],
  Request_UnsupportedQuery: [400, 'The specified query is not supported.'],
  Directory_ResultSizeLimitExceeded: [
    400,
    'The specified result set exceeds the maximum size of 11000.',
  ],
  invalidRequest: [400, 'Invalid request'],
  invalidRange: [416, 'Optional fragment does not match the expected range.'],
  InvalidAuthenticationToken: [401, 'Access token validation failure.'],
  Authorization_RequestDenied: [403, 'Insufficient privileges to complete the operation.'],
  Authorization_IdentityNotFound: [
    403,
    'The identity of the calling application could not be established.',
  ],
  accessDenied: [403, 'Access denied'],
  Request_ResourceNotFound: [404, 'Resource not found.'],
  ResourceNotFound: [404, 'Resource could not be discovered.'],
  ImageNotFound: [404, 'The photo was not found.'],
  ErrorItemNotFound: [404, 'The specified object was not found in the store.'],
  itemNotFound: [404, 'The resource could not be found.'],
  nameAlreadyExists: [409, 'An item with the same name already exists'],
  TooManyRequests: [429, 'Too many requests'],
  UnknownError: [429, ''],
  generalException: [500, 'General exception while processing'],
  InternalServerError: [500, 'An internal error occurred.'],
  serviceNotAvailable: [503, 'The service is not available. Try the request again after a delay.'],
  GatewayTimeout: [504, 'The upstream service did not answer in time.'],
} as const;

/** Code of an error that Graph gives by itself. */
export type GraphErrorCode = keyof typeof GRAPH_ERRORS;

/** What an error says beside its code. */
export interface GraphErrorDetails {
  readonly message?: string;
  readonly status?: number;
  readonly headers?: Reply['headers'];
  /** Code inside `innerError`. */
  readonly innerCode?: string;
}

/** An error of Graph. */
export const graphError = (
  world: World,
  request: EmulatorRequest,
  code: GraphErrorCode,
  details: GraphErrorDetails = {},
): Reply => anyGraphError(world, request, code, details);

/** An error with any code: for faults on demand. */
export function anyGraphError(
  world: World,
  request: EmulatorRequest,
  code: string,
  details: GraphErrorDetails = {},
): Reply {
  const table: { readonly [code: string]: readonly [number, string] } = GRAPH_ERRORS;
  const [status, message] = table[code] ?? [500, ''];
  request.notes.error = code;
  return json(
    details.status ?? status,
    {
      error: {
        code,
        message: details.message ?? message,
        innerError: innerError(world, request, details),
      },
    },
    details.headers,
  );
}

const innerError = (
  world: World,
  request: EmulatorRequest,
  { innerCode }: GraphErrorDetails,
): object => ({
  ...(innerCode === undefined ? {} : { code: innerCode }),
  date: graphTimestamp(world.time.now()),
  'request-id': request.id,
  'client-request-id': headerOf(request, 'client-request-id') ?? request.id,
});
