import type { Config, ServiceConfig } from '../config/config.ts';
import { unguessable } from '../entra/random.ts';
import { SESSION_COOKIE, sessionCookieName } from '../session/cookie.ts';
import type { Session } from '../session/session.ts';
import { address, SIGN_IN, SIGN_OUT } from './addresses.ts';
import type { Answer, CookieChange } from './answer.ts';
import { serviceAt } from './chain.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { fieldOf } from './form.ts';
import type { Incoming } from './incoming.ts';
import type { Parts } from './parts.ts';
import { giveJson, goTo } from './respond.ts';
import type { Route } from './route.ts';
import { signOutCookie } from './tenant-return.ts';
import { signOutOrigins } from './tenants.ts';

/**
 * `POST /__chsps__/logout`: ends this browser's session at one service, or at all of them. The sign-in at the tenant goes
 * on, unless the method says `logout: entra`: then the browser is sent there to end it.
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
  const asked = await Promise.all(named.map((service) => endAt(service, request, parts)));
  const ended = asked.filter((session) => session !== undefined);
  const further = await leave(ended, parts);
  const cookies = [...named.map(removal), ...(further ? [signOutCookie(further.state)] : [])];
  if (request.wantsJson) {
    const answer = { ended: ended.length, ...(further ? { continueAt: further.url } : {}) };
    return { ...giveJson(answer), cookies };
  }
  if (further) return goTo(further.url, cookies);
  const query = path === null || named.length === 0 ? {} : { service: path };
  return goTo(address(SIGN_IN, { ...query, signedOut: '' }), cookies);
}

/** The session that ended; undefined when there was none. */
async function endAt(
  service: ServiceConfig,
  { cookies }: Incoming,
  { sessions }: Parts,
): Promise<Session | undefined> {
  const session = await sessions.check(service, cookies[sessionCookieName(service.type)]);
  return session && (await sessions.end(session.id, 'sign_out')) ? session : undefined;
}

/** Where the browser ends its session at the tenant; of several tenants at the first. */
async function leave(
  ended: readonly Session[],
  { flow }: Parts,
): Promise<{ readonly url: string; readonly state: string } | undefined> {
  const state = unguessable();
  const urls = await Promise.all(ended.map((session) => flow.leave(session, state)));
  const url = urls.find((one) => one !== null);
  return url === undefined ? undefined : { url, state };
}

/** A page with the form that signs out: it may lead to the tenants at which that ends a session, too. */
export function withSignOut(answer: Answer, config: Config): Answer {
  const formsTo = signOutOrigins(config);
  if (formsTo.length === 0) return answer;
  const policy = contentSecurityPolicy({ formsTo });
  return { ...answer, headers: { ...answer.headers, 'content-security-policy': policy } };
}

const removal = ({ type }: ServiceConfig): CookieChange => ({
  name: sessionCookieName(type),
  value: null,
  attributes: SESSION_COOKIE,
});
