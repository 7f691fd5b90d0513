import { createBudget } from './budget.ts';
import type { BackChannel } from './back-channel.ts';
import type { Cached } from './cached.ts';
import type { EntraLimits } from './limits.ts';
import type { Metadata } from './metadata.ts';

/** A person signs out at Entra, too. */
export interface EndSessionRequest {
  /** The `login_hint` claim of the ID token, with which Entra does not ask who leaves; null when it had none. */
  readonly logoutHint: string | null;
  /** Comes back with the person. */
  readonly state: string;
}

export interface EndSessionParts {
  readonly redirectUri: string;
  readonly metadata: Cached<Metadata>;
  readonly channel: BackChannel;
  readonly limits: EntraLimits;
}

/**
 * Where a session at Entra ends. The person comes back to the redirect URI, because that one is registered. Without
 * `id_token_hint`, which would put a token into a URL.
 *
 * @returns Null when the tenant names no such place.
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
 */
export async function endSession(
  { logoutHint, state }: EndSessionRequest,
  { redirectUri, metadata, channel, limits }: EndSessionParts,
): Promise<string | null> {
  const { endSessionEndpoint: endpoint } = await createBudget(channel.clock, limits).within(
    metadata.get(),
  );
  if (endpoint === null) return null;
  const query = [
    ['post_logout_redirect_uri', redirectUri],
    ...(logoutHint === null ? [] : [['logout_hint', logoutHint]]),
    ['state', state],
  ];
  const pairs = query.map(([name, value = '']) => `${name}=${encodeURIComponent(value)}`);
  return `${endpoint}${endpoint.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}
