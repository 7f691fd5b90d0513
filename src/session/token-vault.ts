import type { Clock } from '../clock.ts';
import { Secret } from '../config/secret.ts';
import type { TokenSet } from '../entra/identity.ts';
import type { SamePerson } from '../entra/token-set.ts';
import type { Change, Kind, Store } from '../store/store.ts';

/** The tokens of a session, and what is needed to exchange them for newer ones. */
export interface HeldTokens {
  /** Id of the method that they came by. */
  readonly method: string;
  /** Whose they are. */
  readonly person: SamePerson;
  readonly tokens: TokenSet;
  /** Finds them when the session of them is over already; left out where they end with it. Stored in clear: hashes. */
  readonly marks?: TokenMarks;
}

/** What tokens are found by. */
export interface TokenMarks {
  readonly person: string;
  readonly sid?: string;
}

/** Tokens as they are sealed. Nothing but `seal` and `open` has this shape in hand. */
interface SealedTokens {
  readonly method: string;
  readonly person: SamePerson;
  readonly accessTokens: readonly {
    readonly resource: string;
    readonly token: string;
    readonly scopes: readonly string[];
    readonly refreshAt: number;
    readonly expiresAt: number;
  }[];
  readonly refreshToken: string | null;
  readonly marks?: TokenMarks;
}

const TOKENS: Kind<SealedTokens> = {
  name: 'session-tokens',
  sealed: true,
  indexes: ['person', 'sid', 'due'],
};

/**
 * The tokens of each session at rest: one sealed record per session, which lives and ends with it. Values are in clear
 * only inside the store's encryption. A set that is replaced is overwritten: the refresh token in it still works at Entra,
 * and must not be found anywhere.
 *
 * @throws {StoreError} as the store does.
 */
export interface TokenVault {
  /** The change that keeps the tokens of a session, to be committed with it. */
  put(session: string, held: HeldTokens, expiresAt: number): Change;
  /** The change that puts newer ones into their place; it does nothing when the session has ended. */
  replace(session: string, held: HeldTokens): Change;
  get(session: string): Promise<HeldTokens | undefined>;
  /** The change that removes them. */
  delete(session: string): Change;
  /** Moves their end. Unit: milliseconds since 1970-01-01 UTC. */
  touch(session: string, expiresAt: number): Promise<void>;
  /** Ids of the sessions with a token that should be exchanged by now, and for no longer than `sinceMs`. */
  due(sinceMs: number): Promise<readonly string[]>;
  /** Ids of the sessions with tokens of this mark. */
  marked(mark: keyof TokenMarks, value: string): Promise<readonly string[]>;
}

/**
 * A token is exchanged after this time at the latest, which is what 80 % of an ordinary token's life can be. Under
 * continuous access evaluation tokens live for a day; but it is by the exchange that one hears that a person is disabled,
 * and a day is too late. Unit: milliseconds.
 */
const LATEST_EXCHANGE_MS = 72 * 60_000;

/** Sets that are due in one span of time have one index value. Unit: milliseconds. */
const SPAN_MS = 5 * 60_000;

/** Keeps tokens in the store. */
export function createTokenVault(store: Store, clock: Clock): TokenVault {
  const contentOf = (held: HeldTokens): Pick<Change & { op: 'put' }, 'value' | 'indexes'> => {
    const value = seal(held, clock() + LATEST_EXCHANGE_MS);
    const first = Math.min(...value.accessTokens.map(({ refreshAt }) => refreshAt));
    const isDue = value.refreshToken !== null && Number.isFinite(first);
    return { value, indexes: { ...held.marks, ...(isDue ? { due: spanOf(first) } : {}) } };
  };
  return {
    put: (session, held, expiresAt) => ({
      op: 'put',
      kind: TOKENS,
      id: session,
      expiresAt,
      ...contentOf(held),
    }),
    replace: (session, held) => ({ op: 'replace', kind: TOKENS, id: session, ...contentOf(held) }),
    delete: (session) => ({ op: 'delete', kind: TOKENS, id: session }),
    async get(session) {
      const record = await store.get(TOKENS, session);
      return record && open(record.value);
    },
    async touch(session, expiresAt) {
      await store.touch(TOKENS, session, expiresAt);
    },
    async due(sinceMs) {
      const spans = spansBetween(clock() - sinceMs, clock());
      const found = await Promise.all(spans.map((span) => store.findIds(TOKENS, 'due', span)));
      return found.flat();
    },
    marked: (mark, value) => store.findIds(TOKENS, mark, value),
  };
}

const spanOf = (time: number): string => String(Math.floor(time / SPAN_MS));

/** Oldest first. */
function spansBetween(from: number, to: number): readonly string[] {
  const [first, last] = [Math.floor(from / SPAN_MS), Math.floor(to / SPAN_MS)];
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
}

function seal({ method, person, tokens, marks }: HeldTokens, latest: number): SealedTokens {
  return {
    method,
    ...(marks && { marks }),
    person: { oid: person.oid, sub: person.sub },
    accessTokens: tokens.accessTokens.map((one) => ({
      ...one,
      refreshAt: Math.min(one.refreshAt, latest),
      token: one.token.reveal(),
    })),
    refreshToken: tokens.refreshToken?.reveal() ?? null,
  };
}

function open({ method, person, accessTokens, refreshToken, marks }: SealedTokens): HeldTokens {
  const tokens: TokenSet = {
    accessTokens: accessTokens.map((one) => ({ ...one, token: new Secret(one.token) })),
    refreshToken: refreshToken === null ? null : new Secret(refreshToken),
  };
  return { method, person, tokens, ...(marks && { marks }) };
}
