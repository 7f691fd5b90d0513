import { randomUUID } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';

import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyRequest, FastifyServerOptions, RouteOptions } from 'fastify';

import { EntradaError } from '../errors.ts';
import { serve } from './access.ts';
import { createClientAddress, networkOf } from './client-address.ts';
import type { ClientAddress } from './client-address.ts';
import { askerOf, queryOf, send, toIncoming } from './exchange.ts';
import { explain } from './explain-error.ts';
import { MAX_FORM_BYTES, readFormBody } from './form-body.ts';
import type { Parts } from './parts.ts';
import { refuse } from './respond.ts';
import { methodsAt } from './route-methods.ts';
import type { Route } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For the log and for metrics. */
    readonly routeName?: string;
  }
}

/** How many sign-ins one address may begin. */
export interface SignInLimit {
  readonly max: number;
  /** Unit: milliseconds. */
  readonly windowMs: number;
}

/** What the router is made of. */
export interface AppOptions {
  readonly parts: Parts;
  readonly routes: readonly Route[];
  readonly limit: SignInLimit;
  /** Makes the server that the router listens to. */
  readonly createServer: (listener: RequestListener) => Server;
}

/** The router, with everything that goes with each answer. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { parts, routes } = options;
  const addressOf = createClientAddress(parts.config.server.trustedProxies);
  const app = newRouter(options);
  await addPlugins(app, addressOf);
  addBodies(app);
  addErrors(app, options);
  addLog(app, parts, addressOf);
  for (const route of routes) app.route(toFastify(route, options, addressOf));
  await app.ready();
  return app;
}

function newRouter({ createServer }: AppOptions): FastifyInstance {
  return fastify({
    serverFactory: createServer,
    genReqId: () => randomUUID(),
    bodyLimit: MAX_FORM_BYTES,
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: NO_SCHEMAS },
    routerOptions: {
      caseSensitive: true,
      ignoreTrailingSlash: false,
      constraints: { redirectUri: REDIRECT_URI },
      // Routes read the query themselves, each as strictly as it must.
      querystringParser: () => ({}),
    },
  });
}

const neverAsked = (): never => {
  throw new TypeError('no route has a schema');
};

/** What is asked and answered is checked elsewhere: compilers of schemas, which take long to load, have nothing to do. */
const NO_SCHEMAS = { buildValidator: neverAsked, buildSerializer: neverAsked } as const;

/** Tells the redirect URI from `/` by the raw query: `/?redirect-…`. Every route says which of the two it is. */
const REDIRECT_URI: Strategy = {
  name: 'redirectUri',
  deriveConstraint: ({ url = '' }) => String(url.startsWith('/?redirect-')),
  storage: () => {
    const handlers = new Map<string, Handler>();
    return {
      get: (value) => handlers.get(value) ?? null,
      set: (value, handler) => void handlers.set(value, handler),
    };
  },
};

type RouterOptions = NonNullable<FastifyServerOptions['routerOptions']>;
type Strategy = NonNullable<RouterOptions['constraints']>[string];
type Handler = NonNullable<ReturnType<ReturnType<Strategy['storage']>['get']>>;

async function addPlugins(app: FastifyInstance, addressOf: ClientAddress): Promise<void> {
  await app.register(cookie);
  await app.register(rateLimit, {
    global: false,
    keyGenerator: ({ raw }) => networkOf(addressOf(raw)),
    errorResponseBuilder: () =>
      new EntradaError('SERVER_RATE_LIMITED', 'too many sign-ins were begun from one address'),
  });
}

function addBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    async ({ headers }: FastifyRequest, body: Buffer) =>
      readFormBody(headers['content-type'], body),
  );
}

function addErrors(app: FastifyInstance, { parts, routes }: AppOptions): void {
  app.setErrorHandler((error, request, reply) => {
    const code = explain(error, { requestId: request.id, log: parts.log });
    return send(reply, refuse({ code, requestId: request.id }, askerOf(request)));
  });
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsAt(request.raw.url ?? '', routes, parts.config);
    const code = methods.length === 0 ? 'SERVER_NOT_FOUND' : 'SERVER_METHOD_REFUSED';
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    return send(reply, refuse({ code, requestId: request.id }, askerOf(request)));
  });
}

/** One line for each request, with its path and nothing of its query. */
function addLog(app: FastifyInstance, { log, metrics }: Parts, addressOf: ClientAddress): void {
  app.addHook('onResponse', async (request, reply) => {
    const { id, method, raw, routeOptions } = request;
    const [path] = (raw.url ?? '').split('?', 1);
    const route = routeOptions.config.routeName ?? 'none';
    const { statusCode: status, elapsedTime } = reply;
    const ms = Math.round(elapsedTime * 10) / 10;
    metrics.count('entrada_http_requests_total', { route, status: String(status) });
    log.info(
      { requestId: id, method, path, route, status, ms, address: addressOf(raw) },
      'request',
    );
  });
}

function toFastify(
  route: Route,
  { parts, limit }: AppOptions,
  addressOf: ClientAddress,
): RouteOptions {
  const { beginsSignIn } = route;
  const counted = {
    max: limit.max,
    timeWindow: limit.windowMs,
    allowList: (request: FastifyRequest) => !beginsSignIn?.({ query: queryOf(request) }),
  };
  return {
    method: route.method,
    url: route.path.replaceAll(':', '::'),
    constraints: { redirectUri: String(route.onRedirectUri ?? false) },
    config: { routeName: route.name, ...(beginsSignIn ? { rateLimit: counted } : {}) },
    handler: async (request, reply) =>
      send(reply, await serve(route, toIncoming(request, addressOf), parts)),
  };
}
