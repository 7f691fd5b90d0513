import type { Config, ServiceConfig } from '../config/config.ts';
import { address, signInAddress, SIGN_OUT } from './addresses.ts';
import type { Answer } from './answer.ts';
import { begin } from './begin.ts';
import { chainOf } from './chain.ts';
import type { Incoming } from './incoming.ts';
import type { Parts } from './parts.ts';
import { goTo } from './respond.ts';
import { safeReturnUrl } from './return-to.ts';
import type { Route } from './route.ts';

/**
 * Where a proxy sends people whose check was answered with 401: straight to the tenant when there is one method, else to
 * the sign-in page. `rd`, or the header `X-Auth-Request-Redirect`, is the page to come back to.
 */
export function startRoute(path: string, service: ServiceConfig, parts: Parts): Route {
  return {
    name: 'forward-auth-start',
    method: 'GET',
    path,
    access: 'public',
    beginsSignIn: () => true,
    handle: (request) => start(service, request, parts),
  };
}

/** The sign-in page, by the name that oauth2-proxy has for it. */
export function forwardSignInRoute(path: string, service: ServiceConfig, { config }: Parts): Route {
  return {
    name: 'forward-auth-sign-in',
    method: 'GET',
    path,
    access: 'public',
    handle: async (request) => goTo(signInAddress(service, pageToReturnTo(request, config))),
  };
}

/** Signing out, by the name that oauth2-proxy has for it: it asks first, since a link must not sign anybody out. */
export function forwardSignOutRoute(path: string, service: ServiceConfig): Route {
  return {
    name: 'forward-auth-sign-out',
    method: 'GET',
    path,
    access: 'public',
    handle: async () => goTo(address(SIGN_OUT, { service: service.path })),
  };
}

async function start(service: ServiceConfig, request: Incoming, parts: Parts): Promise<Answer> {
  const returnTo = pageToReturnTo(request, parts.config);
  const [first, ...more] = chainOf(parts.config, service);
  if (first === undefined || more.length > 0) return goTo(signInAddress(service, returnTo));
  return begin({ service, method: first.id, returnTo }, request, parts);
}

/** Pages of this gateway only; applications on other hosts are not served yet. */
function pageToReturnTo({ target, headers }: Incoming, { server }: Config): string {
  const header = headers['x-auth-request-redirect'];
  const asked = readRd(target) ?? (typeof header === 'string' ? header : null);
  return safeReturnUrl(asked, server.publicUrl);
}

/**
 * The value of `rd`. Proxies that cannot encode write it as it is, at the end: then it goes on to the end, `&` and all. An
 * encoded one ends at the next `&`.
 */
function readRd(target: string): string | null {
  const rest = /[?&]rd=(.*)$/.exec(target)?.[1];
  if (rest === undefined) return null;
  if (/^(?:\/|https?:)/.test(rest)) return rest;
  return new URLSearchParams(`rd=${rest}`).get('rd');
}
