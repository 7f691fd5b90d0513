import { domainToASCII } from 'node:url';

/** No domain that means anything comes near it. Unit: UTF-16 code units. */
const MAX_LENGTH = 16_384;

/** Characters that no domain has and at which a URL would be cut into its parts. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const FORBIDDEN = /[\0-\x20#%/:?@[\\\]\x7f]/;

/**
 * The ASCII form of a domain with characters beyond ASCII; null when it has none.
 *
 * @throws {RangeError} When the argument is not a string of a sensible length.
 * @see https://url.spec.whatwg.org/#concept-domain-to-ascii
 */
export function toAscii(domain: unknown): string | null {
  if (typeof domain !== 'string' || domain.length > MAX_LENGTH) {
    throw new RangeError(`a domain is a text of at most ${MAX_LENGTH} characters`);
  }
  if (FORBIDDEN.test(domain)) return null;
  return domainToASCII(domain) || null;
}
