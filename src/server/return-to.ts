import { isPlainTarget } from './request-target.ts';

/** Where a person goes who did not ask for a page, or asked for one that is no page of this gateway. */
const HOME = '/';

/** Longer ones are no page of ours. Unit: characters. */
const MAX_LENGTH = 2048;

/** Only there so that a path can be parsed; nothing is ever sent to it. */
const BASE = 'https://gateway.invalid';

/**
 * Makes a path of this gateway out of what was asked for, or `/`. The string that is given back is the one that was
 * checked: it is parsed as a browser parses a `Location`, and has to come out as itself.
 *
 * @param asked A path with query, as it came from outside.
 */
export function safeReturnTo(asked: string | null | undefined): string {
  if (asked === null || asked === undefined || asked.length > MAX_LENGTH) return HOME;
  const emitted = pathOf(asked);
  if (emitted === undefined || !isOurPage(emitted)) return HOME;
  return emitted === asked || pathOf(emitted) === emitted ? emitted : HOME;
}

/**
 * The same for proxies, which name the page by its whole URL: one of this gateway is reduced to its path.
 *
 * @param origin The gateway's own, as in `https://files.example.com`.
 */
export function safeReturnUrl(asked: string | null | undefined, origin: string): string {
  const isWhole = asked?.startsWith(`${origin}/`);
  return safeReturnTo(isWhole ? asked?.slice(origin.length) : asked);
}

/** Path and query as a browser would send them; undefined when it would go elsewhere, or nobody can be sure. */
function pathOf(asked: string): string | undefined {
  const url = asked.startsWith('/') && !MENDED.test(asked) ? URL.parse(asked, BASE) : null;
  return url?.origin === BASE ? `${url.pathname}${url.search}` : undefined;
}

/** A target that this gateway would answer, and not one of the pages of signing in and out. */
function isOurPage(path: string): boolean {
  return isPlainTarget(path) && !LINE_BREAK.test(path) && !path.startsWith('/__chsps__/');
}

/** What an URL parser drops or turns into a slash without a word: controls and the backslash. */
const MENDED = /\p{Cc}|\\/u;

const LINE_BREAK = /%0[ad]/i;
