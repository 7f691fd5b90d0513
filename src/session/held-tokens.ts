import type { TokenSource } from '../extensions/broker/handles.ts';
import type { AccessToken, TokenSet } from '../entra/identity.ts';

/** The token of a resource; undefined for one that the person's sign-in did not ask for. */
export const tokenOf = ({ accessTokens }: TokenSet, resource: string): AccessToken | undefined =>
  accessTokens.find((token) => token.resource === resource);

/** The tokens of a sign-in that is under way: minutes old at the most, and nowhere else yet. */
export const heldTokens = (tokens: TokenSet): TokenSource => ({
  token: async (resource) => tokenOf(tokens, resource),
});
