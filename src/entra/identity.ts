import type { EntraGroup, JsonObject } from '../../sandbox/contract.ts';
import type { Secret } from '../config/secret.ts';

/** Who signed in at Entra, after every check of the protocol. */
export interface EntraIdentity {
  /** Tenant id (GUID, lower case). Always the configured tenant. */
  readonly tid: string;
  /** Object id (GUID, lower case): stable in the tenant. */
  readonly oid: string;
  /** Pairwise subject. */
  readonly sub: string;
  /** Session id at Entra; front-channel logout names it. Not every tenant sends it. */
  readonly sid: string | null;
  /** `preferred_username`, or `userPrincipalName` from Graph where the token has none. Raw: not yet a local name. */
  readonly preferredUsername: string;
  readonly email: string | null;
  readonly name: string | null;
  /** True for somebody whose account is of another tenant. */
  readonly guest: boolean;
  /** All claims of the verified ID token but those of the protocol itself (`nonce`, `at_hash`, `exp`, …). */
  readonly claims: JsonObject;
  /** Security groups read from Graph; null when the method does not ask for them. */
  readonly groups: readonly EntraGroup[] | null;
}

/** One access token, for one resource. */
export interface AccessToken {
  readonly resource: string;
  readonly token: Secret;
  /** As granted, not as asked for. */
  readonly scopes: readonly string[];
  /** From when on it is exchanged for a newer one. Unit: milliseconds since 1970-01-01 UTC. */
  readonly refreshAt: number;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

/** What the token endpoint gave; empty in implicit mode, whose token never leaves `entra/`. */
export interface TokenSet {
  readonly accessTokens: readonly AccessToken[];
  readonly refreshToken: Secret | null;
}
