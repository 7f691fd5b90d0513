import type { Config, ServiceConfig } from '../config/config.ts';
import { EntradaError } from '../errors.ts';
import { SIGN_IN, startAddress } from './addresses.ts';
import type { Answer } from './answer.ts';
import { begin } from './begin.ts';
import { chainOf, defaultService, homeOf, SERVICE_NAMES, serviceAt } from './chain.ts';
import type { Incoming } from './incoming.ts';
import { signInPage } from './pages/sign-in-page.ts';
import type { Parts } from './parts.ts';
import { giveJson, showPage } from './respond.ts';
import { safeReturnTo } from './return-to.ts';
import type { Route } from './route.ts';

/**
 * `GET /__chsps__/login`: a link for each method of a service, and with `method` the link itself.
 *
 * Query: `service` (path of the service), `returnTo` (page to go to afterwards), `method` (begins), `signedOut` (says that
 * signing out has worked).
 */
export function signInRoute(parts: Parts): Route {
  return {
    name: 'sign-in',
    method: 'GET',
    path: SIGN_IN,
    access: 'public',
    beginsSignIn: ({ query }) => query.has('method'),
    handle: (request) => signIn(request, parts),
  };
}

async function signIn(request: Incoming, parts: Parts): Promise<Answer> {
  const { query } = request;
  const service = requireService(parts.config, query.get('service'));
  const returnTo = safeReturnTo(query.get('returnTo') ?? homeOf(service));
  const method = query.get('method');
  if (method === null) return offer(service, returnTo, request, parts);
  if (!chainOf(parts.config, service).some(({ id }) => id === method)) {
    throw new EntradaError('SERVER_NOT_FOUND', `no method ${method} at ${service.path}`);
  }
  return begin({ service, method, returnTo }, request, parts);
}

function offer(
  service: ServiceConfig,
  returnTo: string,
  { query, wantsJson }: Incoming,
  { config }: Parts,
): Answer {
  const links = chainOf(config, service).map(({ id, type, name, description }) => {
    const url = startAddress(service, id, returnTo);
    return { id, type, name, description, url };
  });
  if (wantsJson)
    return giveJson({ service: { type: service.type, path: service.path }, methods: links });
  const signedOut = query.has('signedOut') ? whereFrom(query) : null;
  return showPage(signInPage({ service: SERVICE_NAMES[service.type], links, signedOut }));
}

const whereFrom = (query: URLSearchParams): 'here' | 'everywhere' =>
  query.get('signedOut') === 'everywhere' ? 'everywhere' : 'here';

function requireService(config: Config, path: string | null): ServiceConfig {
  const service = path === null ? defaultService(config) : serviceAt(config, path);
  if (service !== undefined) return service;
  throw new EntradaError('SERVER_NOT_FOUND', 'no such service to sign in at');
}
