import { answerFailure } from '../http/failure-reply.ts';
import { type Reply, withDefaultHeaders } from '../http/reply.ts';
import { headerOf } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import type { Service } from '../http/service.ts';
import { batchRoute } from './batch.ts';
import { challengeReply } from './challenge.ts';
import { DRIVE_ROUTES } from './drive/drive-routes.ts';
import { TRANSFER_ROUTES } from './drive/transfer-routes.ts';
import { anyGraphError, graphError, type GraphErrorDetails } from './errors.ts';
import { type GraphRoute, serveGraph } from './graph-route.ts';
import { GROUP_ROUTES } from './groups.ts';
import { MANAGER_ROUTES } from './manager.ts';
import { MEMBERSHIP_ROUTES } from './memberships.ts';
import { ORGANIZATION_ROUTES } from './organization.ts';
import { PEOPLE_LIST_ROUTES } from './people-list.ts';
import { PEOPLE_ROUTES } from './people.ts';
import { PHOTO_ROUTES } from './photo.ts';
import { USERINFO_ROUTES } from './userinfo.ts';

const GRAPH_ROUTES: readonly GraphRoute[] = [
  ...PEOPLE_LIST_ROUTES,
  ...PEOPLE_ROUTES,
  ...MANAGER_ROUTES,
  ...MEMBERSHIP_ROUTES,
  ...PHOTO_ROUTES,
  ...GROUP_ROUTES,
  ...ORGANIZATION_ROUTES,
  ...DRIVE_ROUTES,
];

const ROUTES: readonly Route[] = [
  ...GRAPH_ROUTES.map(serveGraph),
  ...TRANSFER_ROUTES,
  ...USERINFO_ROUTES,
  batchRoute(() => ROUTES),
];

const DIAGNOSTIC = JSON.stringify({
  ServerInfo: {
    DataCenter: 'Emulator',
    Slice: 'E',
    Ring: '5',
    ScaleUnit: '000',
    RoleInstance: 'EMULATOR0000',
  },
});

/** Microsoft Graph. */
export const graphService: Service = {
  routes: ROUTES,
  notFound: (world, request) => {
    const segment = request.path.split('/')[2] ?? '';
    return graphError(world, request, 'BadRequest', {
      message: `Resource not found for the segment '${segment}'.`,
    });
  },
  methodNotAllowed: (world, request, allowed) =>
    graphError(world, request, 'Request_BadRequest', {
      status: 405,
      message: 'The HTTP method is not supported.',
      headers: { Allow: allowed.join(', ') },
    }),
  fail: (world, request, failure) =>
    answerFailure(failure, {
      graph: ({ graph, status, message, retryAfter }) =>
        anyGraphError(world, request, graph, details({ status, message, retryAfter })),
      challenge: ({ challenge, status }) =>
        challengeReply(world, request, undefined, challenge, status),
    }),
  decorate: (_world, request, reply) =>
    withDefaultHeaders(reply, {
      'Cache-Control': 'no-cache',
      'Strict-Transport-Security': 'max-age=31536000',
      'request-id': request.id,
      'client-request-id': headerOf(request, 'client-request-id') ?? request.id,
      'x-ms-ags-diagnostic': DIAGNOSTIC,
      'OData-Version': '4.0',
      'x-ms-resource-unit': '1',
    }),
};

interface FailureParts {
  readonly status: number | undefined;
  readonly message: string | undefined;
  readonly retryAfter: number | string | undefined;
}

const details = ({ status, message, retryAfter }: FailureParts): GraphErrorDetails => ({
  ...(status === undefined ? {} : { status }),
  ...(message === undefined ? {} : { message }),
  ...(retryAfter === undefined ? {} : { headers: retryHeaders(retryAfter) }),
});

const retryHeaders = (retryAfter: number | string): Reply['headers'] => ({
  'Retry-After': String(retryAfter),
});
