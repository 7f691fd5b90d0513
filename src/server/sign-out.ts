import type { ServiceConfig } from '../config/config.ts';
import { SESSION_COOKIE, sessionCookieName } from '../session/cookie.ts';
import { address, SIGN_IN, SIGN_OUT } from './addresses.ts';
import type { Answer, CookieChange } from './answer.ts';
import { serviceAt } from './chain.ts';
import { fieldOf } from './form.ts';
import type { Incoming } from './incoming.ts';
import type { Parts } from './parts.ts';
import { giveJson, goTo } from './respond.ts';
import type { Route } from './route.ts';

/**
 * `POST /__chsps__/logout`: ends this browser's session at one service, or at all of them. The sign-in at the tenant goes
 * on: this is Entrada's session alone.
 *
 * Form: `service` (path of the service; without it, all).
 */
export function signOutRoute(parts: Parts): Route {
  return {
    name: 'sign-out',
    method: 'POST',
    path: SIGN_OUT,
    access: 'same-origin',
    handle: (request) => signOut(request, parts),
  };
}

async function signOut(request: Incoming, parts: Parts): Promise<Answer> {
  const path = fieldOf(request.form ?? [], 'service');
  const services = path === null ? parts.config.services : [serviceAt(parts.config, path)];
  const named = services.filter((service) => service !== undefined);
  const ended = await Promise.all(named.map((service) => endAt(service, request, parts)));
  const cookies = named.map(removal);
  if (request.wantsJson) return { ...giveJson({ ended: ended.filter(Boolean).length }), cookies };
  const query = path === null || named.length === 0 ? {} : { service: path };
  return goTo(address(SIGN_IN, { ...query, signedOut: '' }), cookies);
}

async function endAt(
  service: ServiceConfig,
  { cookies }: Incoming,
  { sessions }: Parts,
): Promise<boolean> {
  const session = await sessions.check(service, cookies[sessionCookieName(service.type)]);
  return session !== undefined && sessions.end(session.id, 'sign_out');
}

const removal = ({ type }: ServiceConfig): CookieChange => ({
  name: sessionCookieName(type),
  value: null,
  attributes: SESSION_COOKIE,
});
