import { Secret } from '../config/secret.ts';
import type { TokenSet } from '../entra/identity.ts';
import type { Change, Kind, Store } from '../store/store.ts';

/** Tokens as they are sealed. Nothing but `seal` and `open` has this shape in hand. */
interface SealedTokens {
  readonly accessTokens: readonly {
    readonly resource: string;
    readonly token: string;
    readonly scopes: readonly string[];
    readonly expiresAt: number;
  }[];
  readonly refreshToken: string | null;
}

const TOKENS: Kind<SealedTokens> = { name: 'session-tokens', sealed: true, indexes: [] };

/**
 * The tokens of each session at rest: one sealed record per session, which lives and ends with it. Values are in clear
 * only inside the store's encryption.
 *
 * @throws {StoreError} as the store does.
 */
export interface TokenVault {
  /** The change that keeps the tokens of a session, to be committed with it. Replaces what was there. */
  put(session: string, tokens: TokenSet, expiresAt: number): Change;
  get(session: string): Promise<TokenSet | undefined>;
  /** The change that removes them. */
  delete(session: string): Change;
  /** Moves their end. Unit: milliseconds since 1970-01-01 UTC. */
  touch(session: string, expiresAt: number): Promise<void>;
}

/** Keeps tokens in the store. */
export function createTokenVault(store: Store): TokenVault {
  return {
    put: (session, tokens, expiresAt) => ({
      op: 'put',
      kind: TOKENS,
      id: session,
      value: seal(tokens),
      expiresAt,
    }),
    delete: (session) => ({ op: 'delete', kind: TOKENS, id: session }),
    async get(session) {
      const record = await store.get(TOKENS, session);
      return record && open(record.value);
    },
    async touch(session, expiresAt) {
      await store.touch(TOKENS, session, expiresAt);
    },
  };
}

const seal = ({ accessTokens, refreshToken }: TokenSet): SealedTokens => ({
  accessTokens: accessTokens.map((one) => ({ ...one, token: one.token.reveal() })),
  refreshToken: refreshToken?.reveal() ?? null,
});

const open = ({ accessTokens, refreshToken }: SealedTokens): TokenSet => ({
  accessTokens: accessTokens.map((one) => ({ ...one, token: new Secret(one.token) })),
  refreshToken: refreshToken === null ? null : new Secret(refreshToken),
});
