import type { ServiceConfig } from '../config/config.ts';
import { surplusCookies } from '../entra/transaction.ts';
import { TRANSACTION_COOKIE } from '../session/cookie.ts';
import type { TransactionCookie } from '../session/sign-in.ts';
import type { Answer, CookieChange } from './answer.ts';
import type { Incoming } from './incoming.ts';
import type { Parts } from './parts.ts';
import { goTo } from './respond.ts';

/** A sign-in that is to begin. */
export interface Wish {
  readonly service: ServiceConfig;
  /** Id of a method of its chain. */
  readonly method: string;
  /** Checked by `safeReturnTo`. */
  readonly returnTo: string;
}

/** Sends the browser to the tenant, with the cookie that binds the sign-in to it. */
export async function begin(
  wish: Wish,
  request: Incoming,
  { flow, metrics }: Parts,
): Promise<Answer> {
  const { address, userAgent, cookies } = request;
  const { url, cookie } = await flow.begin({ ...wish, address, userAgent });
  metrics.count('entrada_sign_ins_begun_total', { method: wish.method });
  return goTo(url, [transactionCookie(cookie), ...surplusCookies(cookies).map(removal)]);
}

/** The cookie of a sign-in that is over, to be removed. */
export const removal = (name: string): CookieChange => ({
  name,
  value: null,
  attributes: TRANSACTION_COOKIE,
});

/** The cookie of a pending sign-in, to be set. */
export function transactionCookie({ name, value, maxAgeSeconds }: TransactionCookie): CookieChange {
  return { name, value, maxAgeSeconds, attributes: TRANSACTION_COOKIE };
}
