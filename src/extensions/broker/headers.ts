/**
 * Headers that are not an extension's to set: they say where a request goes, how long it is, or who sends it
 * (Fetch standard, forbidden request-header; RFC 9110 section 7.6.1, hop by hop); or they have a server take it for another
 * method or path than the one that was granted.
 */
const NOT_FROM_GUEST: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'cookie',
  'cookie2',
  'date',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'origin',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-real-ip',
  'x-rewrite-url',
]);

const NOT_FROM_GUEST_PREFIX = /^(?:proxy-|sec-|x-forwarded-|x-original-)/;

/**
 * Headers by which a store is told to take something from another path than the one that was judged: to copy a file, or to
 * take it away from there. With a grant of one folder everything would be had that the token can read.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/copy-blob
 * @see https://learn.microsoft.com/rest/api/storageservices/datalakestoragegen2/path/create
 */
const OTHER_PLACE = /^x-(?:ms|amz|goog)-(?:file-)?(?:copy|rename)-source/;

/** Headers that say on whose behalf a request is made. */
const CREDENTIALS = /^(?:authorization$|x-ms-authorization)/;

/** Headers of an answer that are not an extension's to read: cookies of the host, and talk between hops. */
const NOT_FOR_GUEST: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'set-cookie',
  'set-cookie2',
  'transfer-encoding',
  'upgrade',
]);

const NOT_FOR_GUEST_PREFIX = /^proxy-/;

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** RFC 9110 section 5.5, without obs-text: what a value may be made of. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export type HeaderPair = readonly [name: string, value: string];

/** Why a header cannot be sent; undefined when it can. */
export function headerFault([name, value]: HeaderPair): string | undefined {
  const lower = name.toLowerCase();
  if (!NAME.test(name)) return 'a header has a name that is none';
  if (!VALUE.test(value)) return `the value of ${lower} has characters that no header has`;
  if (NOT_FROM_GUEST.has(lower) || NOT_FROM_GUEST_PREFIX.test(lower))
    return `${lower} is set by the host`;
  if (OTHER_PLACE.test(lower)) return `${lower} names a place that no grant is asked about`;
  return undefined;
}

/** True for a header that says on whose behalf a request is made. */
export function isCredential([name]: HeaderPair): boolean {
  return CREDENTIALS.test(name.toLowerCase());
}

/** Headers that tell of a body (Fetch standard, request-body-header name): without one they are dropped. */
const OF_BODY = /^content-(?:encoding|language|location|type)$/i;

/** The headers of a request that has lost its body. */
export function withoutBody(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return headers.filter(([name]) => !OF_BODY.test(name));
}

/** The headers of an answer that an extension may see. */
export function visibleHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return headers.filter(([name]) => !NOT_FOR_GUEST.has(name) && !NOT_FOR_GUEST_PREFIX.test(name));
}

/** One entry a name, in lower case: values of a name that stands twice are one list (RFC 9110 section 5.3). */
export function joinHeaders(headers: readonly HeaderPair[]): { readonly [name: string]: string } {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const before = joined.get(lower);
    joined.set(lower, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(joined);
}
