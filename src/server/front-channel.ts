import type { Config } from '../config/config.ts';
import { isGuid } from '../entra/guid.ts';
import { SESSION_COOKIE, sessionCookieName } from '../session/cookie.ts';
import { SIGN_OUT } from './addresses.ts';
import type { Answer, CookieChange } from './answer.ts';
import { serviceAt } from './chain.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import type { Incoming } from './incoming.ts';
import { SIGNED_OUT_PAGE, signOutPage } from './pages/sign-out-page.ts';
import type { Parts } from './parts.ts';
import { showPage } from './respond.ts';
import type { Route } from './route.ts';
import { withSignOut } from './sign-out.ts';
import { loginOrigins, signOutOrigins } from './tenants.ts';

/**
 * `GET /__chsps__/logout`. With `sid` it is the tenant's front channel: a hidden frame that says that a session at Entra
 * has ended. It mostly comes without cookies, so that sessions are found by `sid`; Entra sends no `iss`, others do. The
 * answer is the same whatever was found. Without `sid` a person followed a link, and is asked.
 *
 * @see https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout
 */
export function frontChannelRoute(parts: Parts): Route {
  return {
    name: 'front-channel',
    method: 'GET',
    path: SIGN_OUT,
    access: 'public',
    handle: (request) =>
      request.query.has('sid') ? endBySid(request, parts) : ask(request, parts),
  };
}

async function endBySid(
  { query }: Incoming,
  { config, sessions, metrics }: Parts,
): Promise<Answer> {
  const [sid, ...more] = query.getAll('sid');
  const tid = tenantOf(query.getAll('iss'), config);
  const isOfTenant = sid && more.length === 0 && tid !== undefined;
  if (isOfTenant) {
    metrics.count('entrada_front_channel_ended_total', {}, await sessions.endBySid(sid, tid));
  }
  const answer = showPage(SIGNED_OUT_PAGE, isOfTenant ? removals(config) : []);
  const policy = contentSecurityPolicy({ framedBy: loginOrigins(config) });
  return { ...answer, headers: { ...answer.headers, 'content-security-policy': policy } };
}

/** Whatever was found, so that nobody learns it; only what the tenant cannot have sent changes nothing at the browser. */
const removals = ({ services }: Config): readonly CookieChange[] =>
  services.map(({ type }) => ({
    name: sessionCookieName(type),
    value: null,
    attributes: { ...SESSION_COOKIE, sameSite: 'none' },
  }));

/** Null: any, since nobody was named. Undefined: an issuer that is none of ours. */
function tenantOf(issuers: readonly string[], config: Config): string | null | undefined {
  if (issuers.length === 0) return null;
  const [issuer = ''] = issuers;
  const login = loginOrigins(config).find((origin) => issuer.startsWith(`${origin}/`));
  const rest = login === undefined ? '' : issuer.slice(login.length);
  const tid = issuers.length === 1 ? ISSUER_PATH.exec(rest)?.[1] : undefined;
  return tid !== undefined && isConfigured(tid, config) ? tid : undefined;
}

/** Behind the name of a domain may be any tenant: then the sessions alone know. */
const isConfigured = (tid: string, { authentications }: Config): boolean =>
  authentications.some(
    (method) =>
      method.type === 'entra-id' && (method.directoryId === tid || !isGuid(method.directoryId)),
  );

const ISSUER_PATH = /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/v2\.0$/;

async function ask({ query }: Incoming, { config }: Parts): Promise<Answer> {
  const service = serviceAt(config, query.get('service') ?? '');
  const everywhere = signOutOrigins(config).length > 0;
  return withSignOut(showPage(signOutPage(service?.path ?? null, everywhere)), config);
}
