import type { EndpointName } from '../endpoints.ts';
import { json, type Reply } from '../http/reply.ts';
import type { EmulatorRequest } from '../http/request.ts';
import type { PathParameters, Route } from '../http/route.ts';
import { graphInstead, tamperedGraphReply } from '../tamper/graph-replies.ts';
import type { World } from '../world.ts';
import { authenticateCaller, type GraphCaller } from './caller.ts';
import { challengeReply } from './challenge.ts';
import {
  anyGraphError,
  graphError,
  type GraphErrorCode,
  type GraphErrorDetails,
} from './errors.ts';

/** One call of Graph by a caller who is known. */
export interface GraphCall {
  readonly world: World;
  readonly request: EmulatorRequest;
  readonly caller: GraphCaller;
  readonly parameters: PathParameters;
  /** Public origin and version, as in `https://graph.microsoft.com/v1.0`: what every emitted URL begins with. */
  readonly base: string;
  readonly error: (code: GraphErrorCode, details?: GraphErrorDetails) => Reply;
}

/** What a call needs: one of these, of a person's token and of an application's. */
export interface Permissions {
  readonly delegated: readonly string[];
  readonly application: readonly string[];
}

/** One line of Graph's table; paths stand without the version. */
export interface GraphRoute {
  readonly endpoint: EndpointName;
  readonly methods: readonly string[];
  readonly path: string;
  readonly permissions: Permissions | ((call: GraphCall) => Permissions);
  readonly handle: (call: GraphCall) => Reply | Promise<Reply>;
}

/** The route as the service runs it: token, throttling, permission, authentication context, then the call itself. */
export const serveGraph = (route: GraphRoute): Route => ({
  ...route,
  path: `/:version${route.path}`,
  handle: async (world, request, parameters) => {
    const caller = await authenticateCaller(world, request);
    if ('status' in caller) return caller;
    const call = createCall(world, request, caller, parameters);
    const { tampering } = caller.tenant;
    const instead = graphInstead(tampering);
    if (instead !== undefined) return instead;
    const reply = refuseCall(call, route) ?? (await route.handle(call));
    return tamperedGraphReply(tampering, reply, { request, origin: world.cloud.graph });
  },
});

const createCall = (
  world: World,
  request: EmulatorRequest,
  caller: GraphCaller,
  parameters: PathParameters,
): GraphCall => ({
  world,
  request,
  caller,
  parameters,
  base: `${world.cloud.graph}/${parameters['version'] ?? 'v1.0'}`,
  error: (code, details) => graphError(world, request, code, details),
});

const VERSIONS: readonly string[] = ['v1.0', 'beta'];

function refuseCall(call: GraphCall, route: GraphRoute): Reply | undefined {
  if (!VERSIONS.includes(call.parameters['version'] ?? '')) {
    return call.error('BadRequest', { message: 'Invalid version' });
  }
  return refuseThrottled(call) ?? refusePermission(call, route) ?? refuseContext(call);
}

/** The three bodies that a 429 has been seen with. */
const THROTTLE_BODIES: { readonly [body: string]: GraphErrorDetails } = {
  TooManyRequests: {},
  UnknownError: { message: '' },
  accessDenied: { innerCode: 'throttledRequest' },
};

function refuseThrottled({ world, request, caller }: GraphCall): Reply | undefined {
  const { policies, variants } = caller.tenant;
  const throttle = policies.graphThrottle;
  if (throttle === null || !world.throttles.exceeds(`graph|${caller.appId}`, throttle))
    return undefined;
  const headers = {
    'Retry-After': String(throttle.retryAfterSeconds),
    'x-ms-throttle-limit-percentage': '1.0',
  };
  const details = THROTTLE_BODIES[variants.throttleBody] ?? {};
  return anyGraphError(world, request, variants.throttleBody, { ...details, status: 429, headers });
}

function refusePermission(call: GraphCall, route: GraphRoute): Reply | undefined {
  const { permissions, person } = call.caller;
  const needed =
    typeof route.permissions === 'function' ? route.permissions(call) : route.permissions;
  const accepted = person === null ? needed.application : needed.delegated;
  if (accepted.some((name) => permissions.has(name))) return undefined;
  return call.error('Authorization_RequestDenied');
}

/** Paths that a policy guards by an authentication context. */
function refuseContext({ world, request, caller }: GraphCall): Reply | undefined {
  const { policies } = caller.tenant;
  const rule = policies.authenticationContexts.find(({ path }) => request.path.startsWith(path));
  const satisfied: unknown = caller.claims['acrs'];
  if (rule === undefined || (Array.isArray(satisfied) && satisfied.includes(rule.context)))
    return undefined;
  const claims = { access_token: { acrs: { essential: true, value: rule.context } } };
  return challengeReply(world, request, caller.tenant, claims);
}

/** A JSON answer of Graph. */
export const graphJson = (body: object, status = 200, headers: Reply['headers'] = {}): Reply =>
  json(status, body, {
    'Content-Type':
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    'Transfer-Encoding': 'chunked',
    ...headers,
  });
