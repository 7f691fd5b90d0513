/**
 * URLs that are their own serialization. Nearly every URL that an extension fetches is one; recognizing it spares an
 * invocation the URL part.
 */
import { RegExpExec } from './primordials.ts';

/**
 * `https` or `http`, a host of lower-case labels whose last one has a letter first and none of which is an `xn--` one,
 * no port that could be a default one, and a path and query of characters that are never encoded. Dot segments are
 * ruled out below.
 */
const PLAIN =
  /^https?:\/\/(?!(?:[^/]*\.)?xn--)(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z](?:[a-z0-9_-]*[a-z0-9_])?(?::(?!80\/|443\/)[1-9][0-9]{0,3})?\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*(?:\?[A-Za-z0-9\-._~!$&()*+,;=:@/?%]*)?$/;
/** A segment of one or two dots, each also as `%2e`. */
const DOT_SEGMENT = /\/(?:\.|%2[Ee]){1,2}(?:\/|\?|$)/;

/** True when parsing and serializing the URL gives the text back, and it has no fragment and no credentials. */
export function isPlainUrl(text: string): boolean {
  return RegExpExec(PLAIN, text) !== null && RegExpExec(DOT_SEGMENT, text) === null;
}
