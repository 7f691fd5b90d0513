// oxlint-disable-next-line typescript/triple-slash-reference -- globals are no module; who imports this file has them
/// <reference path="./globals.d.ts" preserve="true" />
/**
 * What an extension imports: `import { allow, deny, type Extension } from 'entrada/extension'`. The functions only make
 * plain objects; everything that an extension can do is in the `ctx` that its hooks are given.
 *
 * @module
 */
import type {
  Accept,
  Allow,
  Challenge,
  Credentials,
  Deny,
  Json,
  JsonObject,
  Next,
  Patch,
  Reject,
  ScheduledRun,
  SessionEnded,
  SessionsOf,
  SignIn,
  SignInRefused,
  SignInSucceeded,
  Verdict,
  WorkEvent,
  Decision,
} from './contract.ts';

export type {
  Accept,
  Allow,
  Challenge,
  Credentials,
  Decision,
  Deny,
  EntraGroup,
  GroupRef,
  Happening,
  Invocation,
  Json,
  JsonObject,
  Next,
  Patch,
  Principal,
  Reject,
  RoleRef,
  ScheduledRun,
  SessionEnded,
  SessionsOf,
  SignIn,
  SignInRefused,
  SignInSucceeded,
  TokenMetadata,
  Verdict,
  WorkEvent,
} from './contract.ts';

/**
 * An extension: an object of hooks, the default export of its entry. `Config` is what the operator's `config` has after it
 * was checked against the manifest's schema.
 *
 * ```ts
 * export default {
 *   decide: (signIn, ctx) => (ctx.config.allowed.includes(signIn.principal.username) ? allow() : deny('not-listed')),
 * } satisfies Extension<{ allowed: string[] }>;
 * ```
 */
export interface Extension<Config = JsonObject> {
  /**
   * Says whose a username and a password are, for a method of `type: extension`. Return `accept(…)`, `reject(…)` or
   * `next()`; anything else, nothing included, is a failure, and a failure lets nobody in. The manifest says
   * `requests: { password: true }`. There are no tokens: nobody is signed in yet.
   */
  readonly authenticate?: (
    credentials: Credentials,
    ctx: Context<Config>,
  ) => Verdict | Promise<Verdict>;
  /**
   * Decides about a sign-in before any session exists. Return `allow()`, `deny(…)` or `challenge(…)`; anything else,
   * nothing included, is a failure, and a failure denies.
   */
  readonly decide?: (signIn: SignIn, ctx: Context<Config>) => Decision | Promise<Decision>;
  /**
   * Adds to the principal after everybody allowed the sign-in. Return a patch, or nothing. A patch is applied whole or
   * not at all, and only where the operator granted all of it.
   */
  readonly enrich?: (
    signIn: SignIn,
    ctx: Context<Config>,
  ) => Patch | undefined | void | Promise<Patch | undefined | void>;
  /**
   * Hears of what happened, by name: in the background, at least once, in order for each session. A hook that throws is run
   * again later, up to eight times; `event.idempotencyKey` stays the same. What it returns does not matter.
   *
   * Tokens: with `signIn.succeeded` those of the session, for a day at the most and until it ends (`TOKEN_ENDED`); with
   * `signIn.denied` and `signIn.failed` those of the application.
   */
  readonly events?: EventHooks<Config>;
  /** Runs when `schedule` of the manifest says so, one run at a time, with tokens of the application. */
  readonly schedule?: (run: ScheduledRun, ctx: Context<Config>) => unknown;
}

/** Hooks by name of the event. Those that begin with `work.` are the extension's own: see `ctx.enqueue`. */
export interface EventHooks<Config = JsonObject> {
  /** Somebody signed in, and has a session. */
  readonly 'signIn.succeeded'?: (event: SignInSucceeded, ctx: Context<Config>) => unknown;
  /** Somebody was not let in, because it was decided so. */
  readonly 'signIn.denied'?: (event: SignInRefused, ctx: Context<Config>) => unknown;
  /** Somebody was not let in, because something did not do its part. */
  readonly 'signIn.failed'?: (event: SignInRefused, ctx: Context<Config>) => unknown;
  /** A session is over, whoever or whatever ended it. */
  readonly 'session.ended'?: (event: SessionEnded, ctx: Context<Config>) => unknown;
  /** Work that the extension left for itself with `ctx.enqueue`. */
  readonly [work: `work.${string}`]: (event: WorkEvent, ctx: Context<Config>) => unknown;
}

/** What a hook may do. */
export interface Context<Config = JsonObject> {
  /** The operator's `config`, frozen. */
  readonly config: Config;
  /** Stand-ins for the secrets that were granted, by name: put them where the grant says, in a header or a body. */
  readonly secrets: { readonly [name: string]: string };
  /**
   * A stand-in for the access token of a resource, at once: put it behind `Bearer ` into the Authorization header of a
   * request to an origin and path that the token was granted for. It is worthless anywhere else.
   *
   * @throws {HostError} `TOKEN_NOT_GRANTED` when there is no token of this resource for this extension;
   *   `TOKEN_UNAVAILABLE` when there should be one and Entra gives none now; in the background `TOKEN_ENDED` when the
   *   session that it came of has ended.
   */
  readonly token: (resource: string) => string;
  /**
   * The same as the global `fetch`. `fetch('entrada:NAME')` calls a destination that the grant names.
   *
   * It rejects with a `TypeError` whose `cause` is a `HostError`. With `CHALLENGE` an API refused its token because the
   * person has to prove more at Entra (a 401 or 403 with `insufficient_claims`): return `challenge({ claims })` with the
   * `claims` of that error, or do not catch it. A `decide` or `enrich` that passes it on challenges the sign-in.
   */
  readonly fetch: typeof globalThis.fetch;
  /** Lines for the log of the gateway, with the extension's name. The console writes there too. */
  readonly log: Log;
  /** Small values that outlive the invocation, of this extension alone. */
  readonly kv: Kv;
  /** Signs with secrets that the operator granted for signing (`in: [sign]`); the extension never sees them. */
  readonly sign: Sign;
  /**
   * Leaves a value for the extensions after this one. The manifest lists its key under `provides`; who lists
   * `extension-name.key` under `consumes` runs later and reads `signIn.shared['extension-name.key']`.
   *
   * @throws {HostError} `SHARE_NOT_DECLARED`.
   */
  readonly share: (key: string, value: Json) => Promise<void>;
  /**
   * Leaves work for the extension's own hook of that name, which begins with `work.`: it is done in the background, with
   * the retries of an event, once this hook has ended well. At most 20 in one invocation, of 16 KiB of JSON each.
   *
   * @throws {HostError} `ENQUEUE_UNKNOWN` when there is no such hook, `ENQUEUE_LIMIT`, `ENQUEUE_REFUSED` in `authenticate`,
   *   `ARGUMENT_INVALID`.
   */
  readonly enqueue: (
    event: `work.${string}`,
    payload?: Json,
    /** `delay`: not before so many seconds are over, seven days at the most. */
    options?: { readonly delay?: number },
  ) => Promise<void>;
  /** Ends sessions of people, where the operator granted that (`sessions: { end: true }`). */
  readonly sessions: SessionPower;
  /** What is left of wall time. Unit: milliseconds. */
  readonly remaining: () => number;
  /** Aborted when the wall time is over. */
  readonly signal: AbortSignal;
}

/**
 * Keeps small values by key. Limits: 1,000 keys; a key of 256 bytes; a value of 16 KiB of JSON; 30 days. What looks like a
 * token or a secret is masked before it is kept.
 *
 * Every call may reject with a `HostError`: `KV_UNAVAILABLE` when the store does not answer, `KV_FULL`,
 * `KV_VALUE_TOO_LARGE`, `KV_KEY_REFUSED`, `ARGUMENT_INVALID`.
 */
export interface Kv {
  /** Undefined when there is no such value, or its time is over. */
  readonly get: (key: string) => Promise<Json | undefined>;
  /** Keeps a value in the place of the one before. */
  readonly set: (key: string, value: Json, options?: KvOptions) => Promise<void>;
  /** Removes a value; nothing happens where there is none. */
  readonly delete: (key: string) => Promise<void>;
  /** Keys that begin so, in order. */
  readonly list: (prefix?: string) => Promise<readonly string[]>;
  /**
   * Sets a value where the expected one stands; `undefined` expects none. Of several sign-ins that do so at the same time,
   * one gets true.
   */
  readonly compareAndSet: (
    key: string,
    expected: Json | undefined,
    value: Json,
    options?: KvOptions,
  ) => Promise<boolean>;
}

/** How a value is kept. */
export interface KvOptions {
  /** How long the value is kept. Unit: seconds. Default and most: 30 days. */
  readonly ttl?: number;
}

/** Signatures by the host. Rejects with a `HostError`: `SECRET_NOT_GRANTED`, `SECRET_UNUSABLE`, `ARGUMENT_INVALID`. */
export interface Sign {
  /** HMAC (RFC 2104) of the data in UTF-8. Default: SHA-256, in base64url. */
  readonly hmac: (
    secret: string,
    data: string,
    options?: {
      readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512';
      readonly encoding?: 'hex' | 'base64' | 'base64url';
    },
  ) => Promise<string>;
  /** A JWT (RFC 7519) with `iat` and `exp`. The secret is text for `HS…`, PEM of PKCS #8 for the others. */
  readonly jwt: (
    secret: string,
    claims: JsonObject,
    options?: {
      /** Default: HS256. */
      readonly algorithm?: 'HS256' | 'HS384' | 'HS512' | 'RS256' | 'PS256' | 'ES256' | 'EdDSA';
      /** Unit: seconds. Default 300, at the most 3600. */
      readonly lifetime?: number;
      readonly keyId?: string;
    },
  ) => Promise<string>;
}

/** What an extension may do about the sessions of people: in the background alone, in `events` and `schedule`. */
export interface SessionPower {
  /**
   * Ends the sessions of a person, as an administrator would: the next request leads to the sign-in page, and tokens that
   * work in the background still had end, too. Reaches sessions by methods that the extension applies to; those of the
   * management console never.
   *
   * ```ts
   * await ctx.sessions.end({ oid }, 'at-risk');
   * await ctx.sessions.end({ ...event.principal, signIn: event.id }, 'no-licence');
   * ```
   *
   * @param of Whose, and perhaps which one. Further members are not looked at.
   * @param code A short stable word that the log, `entrada explain` and `session.ended` show: `[a-z0-9_-]{1,64}`.
   * @returns How many it ended; 0 when there were none (any more).
   * @throws {HostError} `SESSIONS_NOT_GRANTED`; `SESSIONS_REFUSED` in a hook that a person waits for; `SESSIONS_LIMIT` when
   *   the extension has ended as many as it may: 100 at once, and 100 more in an hour; `SESSIONS_UNAVAILABLE` when the store
   *   does not answer; `ARGUMENT_INVALID`.
   */
  readonly end: (of: SessionsOf, code: string) => Promise<number>;
}

/** Writes lines, at a level. Values are told apart by spaces, and objects are shown as the console of Node shows them. */
export interface Log {
  /** For whoever looks for a fault. */
  readonly debug: (...values: readonly unknown[]) => void;
  /** What happened as it should. */
  readonly info: (...values: readonly unknown[]) => void;
  /** What somebody should look at. */
  readonly warn: (...values: readonly unknown[]) => void;
  /** What went wrong. */
  readonly error: (...values: readonly unknown[]) => void;
}

/** An error that the host answered with: what was refused, or which service failed. */
export interface HostError extends Error {
  /** Stable, as in `PATH_NOT_GRANTED`, `NET_TIMEOUT`. */
  readonly code: string;
  /** With `CHALLENGE`: the claims request of the API, for `challenge({ claims })`. */
  readonly claims?: JsonObject;
}

/** Lets the person in, as far as this extension is concerned. */
export function allow(): Allow {
  return { decision: 'allow' };
}

/**
 * Refuses the sign-in.
 *
 * @param code A short stable word that the log and the person's page show: `[a-z0-9_-]{1,64}`.
 * @param text `message` is for the person, `reason` for the operator's log alone.
 */
export function deny(code: string, text: { message?: string; reason?: string } = {}): Deny {
  return { decision: 'deny', code, ...text };
}

/**
 * Vouches for the person whose username and password these are.
 *
 * @param person `id` tells them from all others for ever.
 */
export function accept(person: Omit<Accept, 'verdict'>): Accept {
  return { verdict: 'accept', ...person };
}

/**
 * Ends the sign-in: these are not the credentials of this person. The person is told the same whatever is said here.
 *
 * @param code A short stable word for the record: `[a-z0-9_-]{1,64}`.
 * @param text `reason` is for the record.
 */
export function reject(code: string, text: { reason?: string } = {}): Reject {
  return { verdict: 'reject', code, ...text };
}

/** Leaves it to the next method of the chain: this one does not know the person. */
export function next(): Next {
  return { verdict: 'next' };
}

/** Asks for one more round at Entra: for claims (an authentication context, say), for consent to scopes, or for a prompt. */
export function challenge(
  what: { claims: JsonObject } | { scopes: readonly string[] } | { prompt: 'login' | 'consent' },
): Challenge {
  return { decision: 'challenge', ...what };
}
