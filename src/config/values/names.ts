import { parsed, refused, type Parsed } from './parsed.ts';

/** A parser of names of one form. */
export function nameOf(form: string, what: string, next: string): (text: string) => Parsed<string> {
  const whole = new RegExp(`^(?:${form})$`);
  return (text) =>
    whole.test(text) ? parsed(text) : refused((it) => `${it} cannot be ${what}`, { next });
}

/** The form of an extension's name, as a regular expression. */
export const EXTENSION_NAME_PATTERN = '[a-z][a-z0-9-]{0,39}';

/** The form of a name that code uses, as a regular expression. */
export const SECRET_NAME_PATTERN = '[A-Za-z][A-Za-z0-9_]{0,63}';

/** Parses the name of a secret: extensions write `ctx.secrets.NAME`. */
export const parseSecretName: (text: string) => Parsed<string> = nameOf(
  SECRET_NAME_PATTERN,
  'the name of a secret',
  'Use letters, digits and _, beginning with a letter.',
);

/** The form of a destination's name, as a regular expression. */
export const DESTINATION_NAME_PATTERN = '[a-z][a-z0-9-]{0,31}';

/** Parses the name of a destination: extensions write `fetch('entrada:NAME')`. */
export const parseDestinationName: (text: string) => Parsed<string> = nameOf(
  DESTINATION_NAME_PATTERN,
  'the name of a destination',
  'Use small letters, digits and -, beginning with a letter.',
);

/** The form of a claim's name, as a regular expression. */
export const CLAIM_PATTERN = '[A-Za-z_][A-Za-z0-9_.:/-]{0,127}';

/** Claims that say who somebody is and how long the token holds: the tenant's alone. */
const IDENTITY = new Set(
  'iss sub aud exp nbf iat jti nonce azp at_hash c_hash oid tid sid upn preferred_username groups roles ver'.split(
    ' ',
  ),
);

const claimName = nameOf(
  CLAIM_PATTERN,
  'the name of a claim',
  'Use letters, digits, _ . : / and -.',
);

/** Parses the name of a claim that an extension may add. */
export function parseClaim(text: string): Parsed<string> {
  if (!IDENTITY.has(text)) return claimName(text);
  return refused((it) => `${it} is a claim that only Entra may make`, {
    next: 'Choose another name.',
  });
}

/** The form of a header's name, as a regular expression. */
export const HEADER_PATTERN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";

const headerName = nameOf(HEADER_PATTERN, 'the name of a header', 'Write it as X-Department.');

/** Headers with a meaning for the proxy or the connection, and those by which forward-auth says who somebody is. */
const RESERVED_HEADERS =
  /^(?:connection|content-.*|cookie|date|host|keep-alive|location|proxy-.*|server|set-cookie|te|trailer|transfer-encoding|upgrade|www-authenticate|authorization|x-auth-request-.*|x-forwarded-.*)$/i;

/** Parses the name of a header that an extension may add to the answers of forward-auth; lower case. */
export function parseHeaderName(text: string): Parsed<string> {
  if (RESERVED_HEADERS.test(text)) {
    return refused((it) => `${it} is a header that extensions cannot set`, {
      next: 'Choose another name.',
    });
  }
  const header = headerName(text);
  return header.ok ? parsed(header.value.toLowerCase()) : header;
}
