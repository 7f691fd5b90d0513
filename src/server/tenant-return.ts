import { timingSafeEqual } from 'node:crypto';

import { SESSION_COOKIE } from '../session/cookie.ts';
import { address, SIGN_IN } from './addresses.ts';
import type { Answer, CookieChange } from './answer.ts';
import type { Fields } from './form.ts';
import type { Incoming } from './incoming.ts';
import { APPROVED_PAGE } from './pages/approved-page.ts';
import { goTo, showPage } from './respond.ts';

/** Remembers the `state` of a sign-out at the tenant. `Lax` suffices: the browser comes back by a link. */
const SIGN_OUT_COOKIE = '__Host-entrada-sign-out';

/** Longer than anybody needs to pick the account that leaves. Unit: seconds. */
const SIGN_OUT_SECONDS = 3600;

/** The cookie of a sign-out that goes on at the tenant. */
export const signOutCookie = (state: string): CookieChange => ({
  name: SIGN_OUT_COOKIE,
  value: state,
  attributes: SESSION_COOKIE,
  maxAgeSeconds: SIGN_OUT_SECONDS,
});

/**
 * Answers a browser that comes back to the redirect URI by GET from elsewhere than a sign-in: from the end of a session at
 * the tenant, or from the consent of an administrator. Neither changes anything here.
 *
 * @returns Undefined when it is none of the two.
 */
export function answerReturn(fields: Fields, { cookies }: Incoming): Answer | undefined {
  if (fields.some(([name]) => name === 'error')) return undefined;
  if (fields.some(([name]) => name === 'admin_consent')) return showPage(APPROVED_PAGE);
  const expected = cookies[SIGN_OUT_COOKIE];
  return expected === undefined ? undefined : signedOut(fields, expected);
}

/** The session here ended before the browser left; whether it ended there, too, is said only where the state says so. */
function signedOut(fields: Fields, expected: string): Answer {
  const states = fields.filter(([name]) => name === 'state').map(([, state]) => state);
  const [state = ''] = states;
  const isOurs = states.length === 1 && isSame(state, expected);
  const forget = { name: SIGN_OUT_COOKIE, value: null, attributes: SESSION_COOKIE };
  return goTo(address(SIGN_IN, { signedOut: isOurs ? 'everywhere' : '' }), [forget]);
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
