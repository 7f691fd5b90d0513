import { redirect, type Reply } from '../http/reply.ts';
import { formOf, type EmulatorRequest } from '../http/request.ts';
import type { Handler } from '../http/route.ts';
import { signedOutPage, signOutPickerPage } from '../pages/sign-out.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { issuerOf } from '../tokens/id-token.ts';
import { oidOfLoginHint } from '../tokens/identifiers.ts';
import { findTenant, type World } from '../world.ts';
import { SHARED_TENANTS } from './authorize/trust.ts';
import type { BrowserSession, SignedInAccount } from './browser-sessions.ts';
import { refuse } from './refusal.ts';
import { refusalPage } from './refusal-reply.ts';

/** A request to end a session. */
interface Logout {
  readonly world: World;
  readonly request: EmulatorRequest;
  readonly tenant: Tenant;
  readonly session: BrowserSession | undefined;
  readonly parameter: (name: string) => string | null;
}

/**
 * The end session endpoint: tells every application that was signed in to, then goes back where that is registered.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
 */
export const logout: Handler = (world, request, { tenant: segment = '' }) => {
  const shared = SHARED_TENANTS.includes(segment.toLowerCase());
  const tenant = shared ? [...world.tenants.values()][0] : findTenant(world, segment);
  if (tenant === undefined)
    return refusalPage(world, request, refuse(90002, { words: { tenant: segment } }));
  request.notes.tenant = tenant.id;
  const form = request.method === 'POST' ? formOf(request) : new URLSearchParams();
  const parameter = (name: string): string | null => form.get(name) ?? request.query.get(name);
  return end({ world, request, tenant, session: world.sessions.of(request), parameter });
};

function end(ending: Logout): Reply {
  const accounts = ending.world.sessions.accountsOf(ending.session, ending.tenant);
  const hinted = hintedOid(ending);
  if (hinted === undefined && accounts.length > 0) return askWhich(ending, accounts);
  const chosen = accounts.filter(({ oid }) => oid === hinted);
  const logoutUrls = chosen.flatMap((account) => signOut(ending, account));
  const next = returnUrl(ending);
  if (next !== null && logoutUrls.length === 0) return redirect(next);
  const withoutCookies = ending.tenant.variants.logoutFrames === 'without-cookies';
  return signedOutPage({ tenantName: ending.tenant.name, logoutUrls, next, withoutCookies });
}

/** The account that the request names: picked on the page, by `logout_hint`, or by an old ID token. */
function hintedOid({ parameter }: Logout): string | undefined {
  const picked = parameter('account');
  if (picked !== null) return picked;
  const hint = parameter('logout_hint');
  const oid = hint === null ? undefined : oidOfLoginHint(hint);
  return oid ?? oidOfIdToken(parameter('id_token_hint'));
}

/** Only a hint: the token is not verified, as it may be long expired. */
function oidOfIdToken(token: string | null): string | undefined {
  const payload = token?.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'oid' in claims
      ? String(claims.oid)
      : undefined;
  } catch {
    // Not a token: as if there were no hint.
    return undefined;
  }
}

function askWhich({ request, tenant }: Logout, accounts: readonly SignedInAccount[]): Reply {
  const people = accounts.flatMap(({ oid }) => tenant.directory.person(oid) ?? []);
  return signOutPickerPage(tenant.name, request.target, people);
}

/** Signs an account out; gives the logout requests of the applications that it was signed in to. */
function signOut(
  { world, request, tenant, session }: Logout,
  account: SignedInAccount,
): readonly string[] {
  if (session !== undefined) world.sessions.signOut(session, account);
  request.notes.person = account.oid;
  const urls = [...account.applications].map((id) => tenant.applications.get(id)?.logoutUrl);
  return urls
    .filter((url) => typeof url === 'string')
    .map((url) => logoutRequest(world, tenant, url, account));
}

/** `?sid=…` and, where the variant says so, `&iss=…`. */
function logoutRequest(
  world: World,
  tenant: Tenant,
  logoutUrl: string,
  { sid }: SignedInAccount,
): string {
  const url = new URL(logoutUrl);
  url.searchParams.set('sid', sid);
  if (tenant.variants.logoutParameters === 'sid-and-iss') {
    url.searchParams.set('iss', issuerOf(world, tenant.id));
  }
  return url.href;
}

/** Only a registered redirect URI is gone back to; the request's state comes along. */
function returnUrl({ tenant, parameter }: Logout): string | null {
  const asked = parameter('post_logout_redirect_uri');
  const uris = [...tenant.applications.values()].flatMap(({ redirectUris }) => redirectUris);
  if (asked === null || !uris.some(({ uri }) => uri === asked)) return null;
  const state = tenant.tampering.use('logout-state-other') ? 'another' : parameter('state');
  if (state === null || tenant.tampering.use('logout-state-missing')) return asked;
  return `${asked}${asked.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`;
}
