import type { Config, ServiceConfig } from '../config/config.ts';
import { EntradaError } from '../errors.ts';
import { SIGN_IN, startAddress } from './addresses.ts';
import type { Answer } from './answer.ts';
import { begin } from './begin.ts';
import { chainOf, defaultService, homeOf, SERVICE_NAMES, serviceAt } from './chain.ts';
import type { Incoming } from './incoming.ts';
import { type RefusedCredentials, signInPage } from './pages/sign-in-page.ts';
import type { Parts } from './parts.ts';
import { giveJson, showPage } from './respond.ts';
import { safeReturnTo } from './return-to.ts';
import type { Route } from './route.ts';

/**
 * `GET /__chsps__/login`: a link or a form for each method of a service, and with `method` the link itself.
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
  const found = chainOf(parts.config, service).find(({ id }) => id === method);
  if (!found) throw new EntradaError('SERVER_NOT_FOUND', `no method ${method} at ${service.path}`);
  if (found.type === 'extension') return offer(service, returnTo, request, parts);
  return begin({ service, method, returnTo }, request, parts);
}

/** The sign-in page of a service. */
export function offer(
  service: ServiceConfig,
  returnTo: string,
  { query, wantsJson }: Incoming,
  { config }: Parts,
  refused: RefusedCredentials | null = null,
): Answer {
  const chain = chainOf(config, service);
  const methods = chain.map(({ id, type, name, description }) => {
    const url = type === 'extension' ? SIGN_IN : startAddress(service, id, returnTo);
    return { id, type, name, description, url };
  });
  if (wantsJson) return giveJson({ service: { type: service.type, path: service.path }, methods });
  const links = methods.filter(({ type }) => type !== 'extension');
  const takers = methods.filter(({ type }) => type === 'extension');
  const signedOut = query.has('signedOut') ? whereFrom(query) : null;
  const [taker] = takers;
  const form = taker && {
    name: takers.length === 1 ? taker.name : 'Username and password',
    action: SIGN_IN,
    service: service.path,
    returnTo,
    refused,
  };
  return showPage(
    signInPage({ service: SERVICE_NAMES[service.type], links, signedOut, form: form ?? null }),
  );
}

const whereFrom = (query: URLSearchParams): 'here' | 'everywhere' =>
  query.get('signedOut') === 'everywhere' ? 'everywhere' : 'here';

/**
 * The service that somebody signs in at.
 *
 * @throws {EntradaError} `SERVER_NOT_FOUND`.
 */
export function requireService(config: Config, path: string | null): ServiceConfig {
  const service = path === null ? defaultService(config) : serviceAt(config, path);
  if (service !== undefined) return service;
  throw new EntradaError('SERVER_NOT_FOUND', 'no such service to sign in at');
}
