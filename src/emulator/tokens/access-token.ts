import { randomText } from '../stable-id.ts';
import type { World } from '../world.ts';
import { type Audience, accessTokenClaims } from './access-token-claims.ts';
import { accessTokenLifetime } from './lifetime.ts';
import { type Claims, signForGraph, signToken } from './sign.ts';
import type { Holder } from './subject.ts';

export interface IssuedAccessToken {
  readonly token: string;
  /** As the reply says it: one less than the token's real life. Unit: seconds. */
  readonly expiresIn: number;
  readonly claims: Claims;
}

const NONCE_BYTES = 32;

/** Makes and signs an access token. */
export async function issueAccessToken(
  world: World,
  holder: Holder,
  audience: Audience,
): Promise<IssuedAccessToken> {
  const lifetime = accessTokenLifetime(holder.tenant.policies, isContinuous(holder));
  const claims = accessTokenClaims(world, holder, audience, lifetime);
  const make =
    MAKERS[audience.resource.kind === 'graph' ? holder.tenant.variants.graphTokenFormat : 'signed'];
  return { token: await make(world, claims), expiresIn: lifetime - 1, claims };
}

/** Continuous access evaluation: the tenant has it, and the client declared `cp1`. */
const isContinuous = (holder: Holder): boolean =>
  holder.person !== null &&
  holder.tenant.policies.continuousAccess &&
  holder.capabilities.includes('cp1');

type Maker = (world: World, claims: Claims) => string | Promise<string>;

const MAKERS: { readonly [format in 'jwt' | 'opaque' | 'signed']: Maker } = {
  jwt: async (world, claims) =>
    signForGraph(await world.keys.current(), randomText(NONCE_BYTES), claims),
  opaque: (world, claims) => world.opaqueTokens.issue(claims),
  signed: async (world, claims) => {
    const key = await world.keys.current();
    return signToken(key, { typ: 'JWT', alg: 'RS256', x5t: key.kid, kid: key.kid }, claims);
  },
};
