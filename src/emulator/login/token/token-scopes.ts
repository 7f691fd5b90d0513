import type { ResourceScopes, ScopeRequest } from '../scopes.ts';
import { readScopes, soleResource } from '../scopes.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import type { TokenRequest } from './token-request.ts';

/** Scopes of a token request, of one resource. */
export interface TokenScopes {
  readonly scopes: ScopeRequest;
  readonly asked: ResourceScopes;
}

/**
 * The scopes that a token is asked for: those of the request, or of what it is redeemed from; of one resource, for a
 * token is for one only.
 *
 * @param original Scopes that the code or refresh token came from.
 */
export function tokenScopes(token: TokenRequest, original: ScopeRequest): TokenScopes | Refusal {
  const text = token.field('scope');
  const scopes = text === undefined ? firstResourceOf(original) : readScopes(text, token);
  if (isRefusal(scopes)) return scopes;
  const asked = soleResource(scopes, token.world, token.tenant);
  if (asked !== null) return { scopes, asked };
  const { variants } = token.tenant;
  return refuse(28000, { error: variants.manyResourcesRefusal, words: { scope: scopes.text } });
}

const firstResourceOf = (scopes: ScopeRequest): ScopeRequest => ({
  ...scopes,
  resources: scopes.resources.slice(0, 1),
});
