import { isLately, type Clock } from '../clock.ts';
import {
  EntraError,
  EntraGrantError,
  EntraSetupError,
  EntraTokenError,
  EntraUnavailableError,
} from '../entra/entra-error.ts';
import type { EntraId } from '../entra/entra-id.ts';
import type { EntraLog } from '../entra/entra-log.ts';
import { EntradaError, isEntradaError } from '../errors.ts';
import { Flights } from '../entra/flights.ts';
import type { AccessToken } from '../entra/identity.ts';
import { isUsable } from '../entra/token-set.ts';
import type { TokenSource } from '../extensions/broker/handles.ts';
import type { Store } from '../store/store.ts';
import { tokenOf } from './held-tokens.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { HeldTokens, TokenVault } from './token-vault.ts';

/** What tokens are exchanged with. */
export interface TokenKeeperDeps {
  readonly vault: TokenVault;
  readonly sessions: Pick<Sessions, 'end' | 'withTokens'>;
  /** By id of the method. */
  readonly methods: ReadonlyMap<string, Pick<EntraId, 'refresh' | 'appToken'>>;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: EntraLog;
}

/** Why a token could not be had, and for how long nobody asks for it again. */
interface Failure {
  readonly error: unknown;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly waitMs: number;
}

/** After a failure that passes by itself. Unit: milliseconds. */
const RETRY_MS = 60_000;

/** After one that somebody has to do something about. Unit: milliseconds. */
const RETRY_LATER_MS = 10 * 60_000;

/**
 * How far back tokens that nobody exchanged are looked for, before the last look; a start, and a machine that wakes, find
 * those of a night. Unit: milliseconds.
 */
const LOOK_MS = 2 * 3_600_000;
const LONGEST_LOOK_MS = 24 * 3_600_000;

/** Exchanges at the same time: Entra is a neighbour, too. */
const PARALLEL = 8;

/**
 * Keeps the tokens of sessions alive, for as long as their sessions live: each is exchanged at 80 % of its life, or when it
 * is asked for. What Entra answers says whether the person may still be here; a session that it refuses has ended.
 */
export class TokenKeeper implements AsyncDisposable {
  readonly #deps: TokenKeeperDeps;
  readonly #flights = new Flights<AccessToken>();
  /** The last exchange of each session: the next one waits for it, and uses the refresh token that it brought. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #failures = new Map<string, Failure>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(deps: TokenKeeperDeps) {
    this.#deps = deps;
  }

  /**
   * The tokens of a session for work in the background. `token` answers undefined for a resource that the sign-in did not
   * ask for, or when the session has ended; it rejects with the `EntraError` that keeps a token away.
   */
  createTokenSource({ id }: Pick<Session, 'id'>): TokenSource {
    return {
      token: (resource) => this.#token(id, resource),
      // What fails is told and remembered where it fails: whoever asks for the token next hears it.
      refused: (resource) => void this.#renew(id, resource, true).catch(() => undefined),
    };
  }

  /**
   * The tokens of a session for work that began in it, although the session may be over: until a time, and until somebody
   * signs the person out. From then on `token` rejects with `EXTENSION_TOKEN_ENDED`.
   */
  createLeasedSource(session: string, until: number): TokenSource {
    const ofSession = this.createTokenSource({ id: session });
    return {
      ...ofSession,
      token: async (resource) => {
        const { clock, vault } = this.#deps;
        const held = clock() < until ? await vault.get(session) : undefined;
        if (!held) throw leaseOver();
        return ofSession.token(resource);
      },
    };
  }

  /** The tokens of the application itself, for work that is done for nobody: by the credential of a method. */
  createAppTokenSource(method: string): TokenSource {
    return { token: async (resource) => this.#deps.methods.get(method)?.appToken(resource) };
  }

  /** Exchanges every token that is due. One run at a time; never rejects for a single session. */
  keepFresh(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Waits for what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#running]);
    await this.#flights.settled();
  }

  async #token(session: string, resource: string): Promise<AccessToken | undefined> {
    const { vault, clock } = this.#deps;
    const held = await vault.get(session);
    const token = held && tokenOf(held.tokens, resource);
    if (!token || clock() < token.refreshAt) return token;
    const renewal = this.#renew(session, resource, false);
    if (!isUsable(token, clock())) return renewal;
    renewal.catch(() => undefined); // told and remembered where it failed; this token lives on
    return token;
  }

  /** @param refused The API does not take the token any more, however long it would live. */
  #renew(session: string, resource: string, refused: boolean): Promise<AccessToken> {
    const key = `${session} ${resource}`;
    const failure = this.#failures.get(key);
    if (failure !== undefined && isLately(failure.at, failure.waitMs, this.#deps.clock())) {
      return Promise.reject(failure.error);
    }
    return this.#flights.run(key, () =>
      this.#inTurn(session, async () => {
        try {
          return await this.#exchange(session, resource, refused);
        } catch (error) {
          await this.#failed(session, resource, error);
          throw error;
        }
      }),
    );
  }

  async #inTurn<Value>(session: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#turns.get(session);
    const turn = Promise.allSettled([before]).then(work);
    this.#turns.set(session, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(session) === turn) this.#turns.delete(session);
    }
  }

  async #exchange(session: string, resource: string, refused: boolean): Promise<AccessToken> {
    const { vault, methods, clock } = this.#deps;
    const held = await vault.get(session);
    const token = held && tokenOf(held.tokens, resource);
    const method = held && methods.get(held.method);
    if (!held || !token || !method) throw over();
    if (!refused && clock() < token.refreshAt) return token;
    const { refreshToken } = held.tokens;
    if (refreshToken === null) throw noRefreshToken();
    const renewed = await method.refresh(refreshToken, resource, held.person);
    await this.#keep(session, held, renewed);
    return renewed.accessToken;
  }

  /** The new tokens take the place of the old ones, which are overwritten. */
  async #keep(
    session: string,
    held: HeldTokens,
    { accessToken, refreshToken }: Awaited<ReturnType<EntraId['refresh']>>,
  ): Promise<void> {
    const { vault, sessions, store, log } = this.#deps;
    const accessTokens = held.tokens.accessTokens.map((token) =>
      token.resource === accessToken.resource ? accessToken : token,
    );
    const changes = [
      vault.replace(session, { ...held, tokens: { accessTokens, refreshToken } }),
      ...(await sessions.withTokens(session, accessTokens)),
    ];
    await store.commit(changes);
    this.#failures.delete(`${session} ${accessToken.resource}`);
    const { resource, expiresAt } = accessToken;
    log('debug', 'a token was exchanged for a newer one', { resource, expiresAt });
  }

  async #failed(session: string, resource: string, error: unknown): Promise<void> {
    const { log, sessions, clock } = this.#deps;
    const known = error instanceof EntraError ? error : undefined;
    const { aadsts = null, correlationId = null } = known ?? {};
    const code = isEntradaError(error) ? error.code : 'unknown failure';
    log('warn', 'a token could not be exchanged', { resource, code, aadsts, correlationId });
    if (isOver(error)) {
      const ended = await sessions.end(session, 'tenant');
      if (ended) log('info', 'the tenant refuses the person: the session has ended', { code });
      else await this.#deps.store.commit([this.#deps.vault.delete(session)]);
      return;
    }
    const waitMs = passes(error) ? RETRY_MS : RETRY_LATER_MS;
    this.#failures.set(`${session} ${resource}`, { error, at: clock(), waitMs });
  }

  async #run(): Promise<void> {
    const { vault, clock } = this.#deps;
    for (const [key, { at, waitMs }] of this.#failures) {
      if (!isLately(at, waitMs, clock())) this.#failures.delete(key);
    }
    const now = clock();
    const sinceLook = Math.max(0, now - this.#lookedAt);
    const due = (await vault.due(Math.min(sinceLook + LOOK_MS, LONGEST_LOOK_MS))).values();
    this.#lookedAt = now;
    const unread: unknown[] = [];
    const worker = async (): Promise<void> => {
      for (const session of due) {
        await this.#keepAlive(session).catch((error: unknown) => unread.push(error));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    this.#tellUnread(unread);
  }

  /** One line for all of a run: after the loss of a key there are as many as there were sessions. */
  #tellUnread(errors: readonly unknown[]): void {
    const [first] = errors;
    if (first === undefined) return;
    const { code } = first instanceof EntradaError ? first : { code: 'unknown failure' };
    const message = 'tokens that are due could not be read';
    this.#deps.log('warn', message, { code, sessions: errors.length });
  }

  async #keepAlive(session: string): Promise<void> {
    const { vault, clock } = this.#deps;
    const held = await vault.get(session);
    const due = held?.tokens.accessTokens.filter(({ refreshAt }) => refreshAt <= clock()) ?? [];
    // Told and remembered where it failed; the next run is the next attempt.
    await Promise.allSettled(due.map(({ resource }) => this.#renew(session, resource, false)));
  }
}

/** Entra does not know the grant any more, says no to the person, or answers about somebody else. */
const isOver = (error: unknown): boolean =>
  error instanceof EntraGrantError ||
  (error instanceof EntraTokenError && !isOfThisMachine(error)) ||
  (error instanceof EntraError && error.code === 'ENTRA_ACCESS_DENIED');

/**
 * The clock here is wrong, or the tenant's newest key is not known yet: that says nothing of the person, and would end the
 * sessions of everybody.
 */
const isOfThisMachine = ({ code }: EntraTokenError): boolean =>
  code === 'ENTRA_TOKEN_TIME' || code === 'ENTRA_TOKEN_KEY';

/** Nobody has to do anything about it but wait. */
const passes = (error: unknown): boolean =>
  error instanceof EntraUnavailableError ||
  isEntradaError(error, 'STORE_UNAVAILABLE') ||
  (error instanceof EntraTokenError && isOfThisMachine(error));

/** Says that work in the background has no tokens any more. */
export function leaseOver(): EntradaError {
  return new EntradaError('EXTENSION_TOKEN_ENDED', 'the session has ended, or a day is over');
}

const over = (): EntraGrantError =>
  new EntraGrantError('ENTRA_GRANT_REFUSED', 'the session has ended', {
    actor: 'person',
    next: 'Sign in again.',
  });

const noRefreshToken = (): EntraSetupError =>
  new EntraSetupError('ENTRA_ANSWER_REFUSED', 'no refresh token came with the sign-in', {
    actor: 'administrator',
    next: 'Allow offline_access in the app registration.',
  });
