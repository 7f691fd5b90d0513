import { ExpiringMap } from '../expiring-map.ts';
import type { Platform } from '../seed.ts';
import { randomText } from '../stable-id.ts';
import type { EmulatorTime } from '../time.ts';
import type { Subject } from '../tokens/subject.ts';
import type { ScopeRequest } from './scopes.ts';

/** What an authorization code stands for. */
export interface CodeGrant {
  readonly subject: Subject;
  readonly scopes: ScopeRequest;
  readonly redirectUri: string;
  readonly platform: Platform;
  readonly nonce: string | undefined;
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | null;
  /** Optional claims that the request asked for in the ID token. */
  readonly requestedClaims: readonly string[];
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
  used: boolean;
}

/** What a refresh token stands for: a person at a client, not a resource. */
export interface RefreshGrant {
  readonly subject: Subject;
  /** Scopes of the request that it came from, taken where a refresh names none. */
  readonly scopes: ScopeRequest;
  readonly platform: Platform;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly issuedAt: number;
  /** End without use. Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
  /** End of the fixed life of a `spa` token, handed on at each refresh; null: none. */
  readonly fixedEnd: number | null;
  replaced: boolean;
}

const MAX_GRANTS = 50_000;
/** Spent and expired grants are remembered for a while, so that their errors can be told apart. */
const REMEMBERED_MS = 365 * 86_400_000;
/** Sizes of the real ones: a code has about 1 kB, a refresh token a little more. */
const CODE_BYTES = 700;
const REFRESH_TOKEN_BYTES = 900;

/** Authorization codes and refresh tokens that the login host gave out. */
export class Grants {
  readonly #codes: ExpiringMap<CodeGrant>;
  readonly #refreshTokens: ExpiringMap<RefreshGrant>;

  constructor(time: EmulatorTime) {
    this.#codes = new ExpiringMap(time, MAX_GRANTS);
    this.#refreshTokens = new ExpiringMap(time, MAX_GRANTS);
  }

  issueCode(grant: CodeGrant): string {
    const code = `1.AX${randomText(CODE_BYTES)}`;
    this.#codes.set(code, grant, grant.expiresAt + REMEMBERED_MS);
    return code;
  }

  code(code: string): CodeGrant | undefined {
    return this.#codes.get(code);
  }

  issueRefreshToken(grant: RefreshGrant): string {
    const token = `1.AX${randomText(REFRESH_TOKEN_BYTES)}`;
    this.#refreshTokens.set(token, grant, grant.expiresAt + REMEMBERED_MS);
    return token;
  }

  refreshToken(token: string): RefreshGrant | undefined {
    return this.#refreshTokens.get(token);
  }
}
