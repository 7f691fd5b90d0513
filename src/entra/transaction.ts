import type { Kind, Store } from '../store/store.ts';
import type { JsonObject } from '../../sandbox/contract.ts';
import type { BackChannel } from './back-channel.ts';
import type { EntraLimits } from './limits.ts';
import type { ResponseType } from './flow.ts';
import { tooMany, type Pending } from './pending.ts';
import { digest, sameText, unguessable } from './random.ts';

/**
 * A sign-in between the redirect to Entra and the answer. The browser holds two keys to it: the state, which Entra brings
 * back, and a cookie, which only the browser that began has. Neither is stored: the record is found by the state's hash
 * and holds the cookie's.
 */
export interface Transaction {
  /** Id of the method that began it. */
  readonly method: string;
  /** Fingerprint of the method's configuration then. */
  readonly generation: string;
  readonly responseType: ResponseType;
  /** Byte for byte as it was sent. */
  readonly redirectUri: string;
  readonly nonce: string;
  /** PKCE verifier; of no use without a code. */
  readonly verifier: string;
  readonly cookieHash: string;
  readonly service: string;
  readonly returnTo: string;
  readonly address: string;
  /** The `client-request-id` of the authorization request. */
  readonly correlationId: string;
  /** By the gateway's own clock. Unit: milliseconds since 1970-01-01 UTC. */
  readonly begunAt: number;
  /** For the second round: whom it is about, if that is known, and what it asked for besides; null in the first. */
  readonly challenge: { readonly oid: string | null; readonly scopes: readonly string[] } | null;
}

/** Lives as long as the transaction; `SameSite=None`, because the answer is a POST from another site. */
export interface TransactionCookie {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
}

export const TRANSACTION: Kind<Transaction> = {
  name: 'entra-transaction',
  sealed: true,
  indexes: [],
};

/** What the names of all transaction cookies begin with. */
const TRANSACTION_COOKIE_PREFIX = '__Host-entrada-tx-';

/** Longer than the transaction, so that a late answer is told from one of another browser. Unit: seconds. */
const COOKIE_SECONDS = 180;

/** The two keys of a transaction, at the only time that they are known here. */
export interface TransactionKeys {
  readonly state: string;
  readonly cookie: TransactionCookie;
}

export interface TransactionParts {
  readonly store: Store;
  readonly pending: Pending;
  /** Whether one more may be stored. */
  readonly hasRoom: () => Promise<boolean>;
  readonly limits: EntraLimits;
  readonly channel: BackChannel;
}

/** What `begin` decides; the rest of the record is made here. */
export type TransactionDraft = Omit<Transaction, 'cookieHash' | 'begunAt'>;

/**
 * Stores a transaction.
 *
 * @throws {EntraLimitError} `ENTRA_TOO_MANY_PENDING` when its address, or all together, began too many.
 */
export async function openTransaction(
  draft: TransactionDraft,
  { store, pending, hasRoom, limits, channel }: TransactionParts,
): Promise<TransactionKeys> {
  if (!(await hasRoom())) throw tooMany('all people together');
  pending.admit(draft.address);
  const state = unguessable();
  const begunAt = channel.clock();
  const value = `${begunAt}.${unguessable()}`;
  const transaction: Transaction = { ...draft, begunAt, cookieHash: digest(value) };
  const expiresAt = begunAt + limits.signInMs + limits.lateMs;
  await store.commit([
    {
      op: 'put',
      kind: TRANSACTION,
      id: digest(state),
      value: transaction,
      expiresAt,
      ifAbsent: true,
    },
  ]);
  return { state, cookie: { name: cookieName(state), value, maxAgeSeconds: COOKIE_SECONDS } };
}

/** Takes the transaction of a state out of the store: nobody gets it a second time. */
export async function takeTransaction(
  state: string,
  { store, pending }: TransactionParts,
): Promise<Transaction | undefined> {
  const record = await store.take(TRANSACTION, digest(state));
  if (record !== undefined) pending.release(record.value.address);
  return record?.value;
}

/** One cookie for each pending sign-in, so that parallel tabs do not overwrite each other's. */
export const cookieName = (state: string): string =>
  TRANSACTION_COOKIE_PREFIX + digest(state).slice(0, 16);

/** Pending sign-ins of one browser: more than the tabs that somebody opens before one is finished. */
const MAX_COOKIES = 5;

/**
 * Names of the transaction cookies that a browser has too many of, oldest first: to be removed where another one is set,
 * since browsers and proxies refuse requests with too many.
 */
export function surplusCookies(cookies: { readonly [name: string]: string }): readonly string[] {
  const ours = Object.entries(cookies).filter(([name]) =>
    name.startsWith(TRANSACTION_COOKIE_PREFIX),
  );
  const byAge = ours.toSorted(([, one], [, other]) => begunAtOf(one) - begunAtOf(other));
  return byAge.slice(0, Math.max(0, ours.length - MAX_COOKIES + 1)).map(([name]) => name);
}

/** The time that a cookie's value begins with: only an order, and nothing that is believed. */
const begunAtOf = (value: string): number => Number(/^\d{1,15}(?=\.)/.exec(value)?.[0] ?? 0);

/** True when the browser that answers is the one that began. */
export function isFromSameBrowser(
  transaction: Transaction,
  state: string,
  cookies: { readonly [name: string]: string },
): boolean {
  const name = cookieName(state);
  const value = Object.hasOwn(cookies, name) ? cookies[name] : undefined;
  return value !== undefined && sameText(digest(value), transaction.cookieHash);
}

/** A fingerprint of what a method's transactions depend on; a change makes pending ones void. */
export const generationOf = (settings: JsonObject): string => digest(JSON.stringify(settings));
