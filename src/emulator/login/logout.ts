import { redirect, type Reply } from '../http/reply.ts';
import { formOf, type EmulatorRequest } from '../http/request.ts';
import type { Handler } from '../http/route.ts';
import { signedOutPage, signOutPickerPage } from '../pages/sign-out.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { issuerOf } from '../tokens/id-token.ts';
import { oidOfLoginHint } from '../tokens/identifiers.ts';
import { findTenant, type World } from '../world.ts';
import { applicationsOf, SHARED_TENANTS } from './authorize/trust.ts';
import type { BrowserSession, SignedInAccount } from './browser-sessions.ts';
import { refuse } from './refusal.ts';
import { refusalPage } from './refusal-reply.ts';

/** A request to end a session. */
interface Logout {
  readonly world: World;
  readonly request: EmulatorRequest;
  /** Tenants whose people are signed out: one, or all at `common` and `organizations`. The first speaks. */
  readonly tenants: readonly [Tenant, ...Tenant[]];
  readonly session: BrowserSession | undefined;
  /** Of the form and of the query; the form's come first. */
  readonly parameters: URLSearchParams;
}

/**
 * The end session endpoint: tells every application that was signed in to, then goes back where that is registered.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
 */
export const logout: Handler = (world, request, { tenant: segment = '' }) => {
  const shared = SHARED_TENANTS.includes(segment.toLowerCase());
  const [tenant, ...others] = shared ? world.tenants.values() : [findTenant(world, segment)];
  if (tenant === undefined)
    return refusalPage(world, request, refuse(90002, { words: { tenant: segment } }));
  request.notes.tenant = tenant.id;
  const tenants = [tenant, ...others.filter((other) => other !== undefined)] as const;
  const form = request.method === 'POST' ? formOf(request) : [];
  const parameters = new URLSearchParams([...form, ...request.query]);
  return end({ world, request, tenants, session: world.sessions.of(request), parameters });
};

function end(ending: Logout): Reply {
  const [{ name: tenantName, variants }] = ending.tenants;
  const accounts = accountsOf(ending);
  const hinted = hintedOid(ending);
  if (hinted === undefined && accounts.length > 0) return askWhich(ending, accounts);
  const chosen = accounts.filter(({ oid }) => oid === hinted);
  const logoutUrls = chosen.flatMap((account) => signOut(ending, account));
  const next = returnUrl(ending);
  if (next !== null && logoutUrls.length === 0) return redirect(next);
  const withoutCookies = variants.logoutFrames === 'without-cookies';
  return signedOutPage({ tenantName, logoutUrls, next, withoutCookies });
}

/** An account that can be signed out, and its tenant. */
interface Chosen extends SignedInAccount {
  readonly tenant: Tenant;
}

const accountsOf = ({ world, session, tenants }: Logout): readonly Chosen[] =>
  tenants.flatMap((tenant) =>
    world.sessions.accountsOf(session, tenant).map((account) => ({ ...account, tenant })),
  );

/** The account that the request names: picked on the page, by `logout_hint`, or by an old ID token. */
function hintedOid({ parameters }: Logout): string | undefined {
  const picked = parameters.get('account');
  if (picked !== null) return picked;
  const hint = parameters.get('logout_hint');
  const oid = hint === null ? undefined : oidOfLoginHint(hint);
  return oid ?? oidOfIdToken(parameters.get('id_token_hint'));
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

/** The answer comes to the same address, with what the request said in whichever way. */
function askWhich(
  { request, tenants: [{ name }], parameters }: Logout,
  accounts: readonly Chosen[],
): Reply {
  const people = accounts.flatMap(({ oid, tenant }) => tenant.directory.person(oid) ?? []);
  return signOutPickerPage(name, `${request.path}?${parameters.toString()}`, people);
}

/** Signs an account out; gives the logout requests of the applications that it was signed in to. */
function signOut({ world, request, session }: Logout, account: Chosen): readonly string[] {
  if (session !== undefined) world.sessions.signOut(session, account);
  request.notes.tenant = account.tenantId;
  request.notes.person = account.oid;
  return applicationsOf(world, account.tenant)
    .filter(({ appId }) => account.applications.has(appId))
    .flatMap(({ logoutUrl }) =>
      logoutUrl === null ? [] : logoutRequest(world, logoutUrl, account),
    );
}

/** `?sid=…` and, where the variant says so, `&iss=…`. */
function logoutRequest(world: World, logoutUrl: string, { sid, tenant }: Chosen): string {
  const url = new URL(logoutUrl);
  url.searchParams.set('sid', sid);
  if (tenant.variants.logoutParameters === 'sid-and-iss') {
    url.searchParams.set('iss', issuerOf(world, tenant.id));
  }
  return url.href;
}

/** Only a registered redirect URI is gone back to; the request's state comes along. */
function returnUrl({ world, tenants, parameters }: Logout): string | null {
  const asked = parameters.get('post_logout_redirect_uri');
  const uris = tenants
    .flatMap((tenant) => applicationsOf(world, tenant))
    .flatMap(({ redirectUris }) => redirectUris);
  if (asked === null || !uris.some(({ uri }) => uri === asked)) return null;
  const [{ tampering }] = tenants;
  const state = tampering.use('logout-state-other') ? 'another' : parameters.get('state');
  if (state === null || tampering.use('logout-state-missing')) return asked;
  return `${asked}${asked.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`;
}
