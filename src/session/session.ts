import type { Principal, TokenMetadata } from '../../sandbox/contract.ts';

/**
 * The principal after `enrich`, checked again: what the session holds. A type of its own, so that nothing can put a
 * principal into a session that was not asked about.
 */
export interface SessionPrincipal extends Principal {
  /** Null: the group's own home folder. */
  readonly home: string | null;
  /** Headers that forward-auth answers with, besides its own. Names in lower case. */
  readonly headers: { readonly [name: string]: string };
}

/** What a person has after sign-in at one service. The cookie names it, the store holds it. */
export interface Session {
  /** SHA-256 of the cookie's value, base64url: a stolen database holds no cookie. */
  readonly id: string;
  /** The sign-in that made it. */
  readonly signIn: string;
  /** Path of the service in the configuration; with its type the service. */
  readonly service: { readonly type: string; readonly path: string };
  /** Id of the method. */
  readonly method: string;
  /** Names the tenant and application that the method had; a session of another one has ended. */
  readonly generation: string;
  readonly principal: SessionPrincipal;
  /** Session id at Entra, for front-channel logout; null when the token had none. */
  readonly sid: string | null;
  readonly tokens: readonly TokenMetadata[];
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number;
  /** When it ends however much it is used. */
  readonly endsAt: number;
  /** How long it lives unused. Unit: milliseconds. */
  readonly idleMs: number;
  /** Until when its tokens may be needed in the background, although it is over. Left out: they end with it. */
  readonly leasedUntil?: number;
  readonly address: string;
  readonly userAgent: string;
}
