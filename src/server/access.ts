import { EntradaError } from '../errors.ts';
import { sessionCookieName } from '../session/cookie.ts';
import { signInAddress } from './addresses.ts';
import type { Answer } from './answer.ts';
import type { Incoming } from './incoming.ts';
import type { Parts } from './parts.ts';
import { goTo } from './respond.ts';
import { safeReturnTo } from './return-to.ts';
import type { Route } from './route.ts';

/**
 * Serves a request by its route, if its access allows that.
 *
 * @throws {EntradaError} `SERVER_CROSS_SITE`, `SERVER_SIGN_IN_NEEDED`, and what the route throws.
 */
export async function serve(route: Route, request: Incoming, parts: Parts): Promise<Answer> {
  if (route.access === 'session') return serveSignedIn(route, request, parts);
  if (route.access === 'same-origin') refuseCrossSite(request, parts.config.server.publicUrl);
  return route.handle(request);
}

async function serveSignedIn(
  route: Extract<Route, { access: 'session' }>,
  request: Incoming,
  { sessions }: Parts,
): Promise<Answer> {
  const { service } = route;
  const session = await sessions.check(service, request.cookies[sessionCookieName(service.type)]);
  if (session !== undefined) return route.handle(request, session);
  if (!request.wantsJson) return goTo(signInAddress(service, safeReturnTo(request.target)));
  throw new EntradaError('SERVER_SIGN_IN_NEEDED', `no session at ${service.path}`);
}

/**
 * A browser says where a form came from: `Sec-Fetch-Site`, or `Origin` where it is older. Who says neither is no browser
 * with somebody's cookie.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
 */
function refuseCrossSite({ headers }: Incoming, origin: string): void {
  const site = headers['sec-fetch-site'];
  const isOurs = site === undefined ? headers.origin === origin : site === 'same-origin';
  if (!isOurs) throw new EntradaError('SERVER_CROSS_SITE', 'the form came from another site');
}
