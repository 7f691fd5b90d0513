import type { JsonObject } from '../../sandbox/contract.ts';
import { EntraTokenError } from './entra-error.ts';
import { parseUnambiguousObject } from './json.ts';

/** A signed JWT that was taken apart. Nothing of it is proven yet. */
export interface UnverifiedJwt {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  /** The text that is signed: header and payload as they came. */
  readonly signed: string;
  readonly signature: Uint8Array;
}

/** Entra's ID tokens have 1 to 4 KiB. Unit: characters. */
const MAX_TOKEN_LENGTH = 64 * 1024;

const BASE64URL = /^[\w-]+$/;

/** The last characters whose spare bits are zero, by how many characters stand after the last whole group of four. */
const TAILS: readonly RegExp[] = [/[\w-]$/, /^$/, /[AQgw]$/, /[AEIMQUYcgkosw048]$/];

/**
 * Takes a token apart more strictly than a JOSE library must: exactly the compact form with three non-empty segments,
 * base64url without padding or spare bits, UTF-8 JSON objects without a name twice.
 *
 * @throws {EntraTokenError} `ENTRA_TOKEN_MALFORMED` for everything else, encrypted tokens included.
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.1
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 */
export function parseJwt(token: string): UnverifiedJwt {
  if (token.length > MAX_TOKEN_LENGTH) throw malformed('it is too long');
  const segments = token.split('.');
  if (segments.length === 5) throw malformed('it is encrypted');
  const [header, payload, signature] = segments.map(decodeSegment);
  if (segments.length !== 3 || !header || !payload || !signature) {
    throw malformed('it does not have three segments of base64url');
  }
  return {
    header: readObject(header),
    payload: readObject(payload),
    signed: token.slice(0, token.lastIndexOf('.')),
    signature,
  };
}

/** The bytes of base64url in the only form that an encoder writes; undefined for what decoders read differently. */
function decodeSegment(segment: string): Uint8Array | undefined {
  const isCanonical = BASE64URL.test(segment) && TAILS[segment.length % 4]?.test(segment);
  return isCanonical ? Buffer.from(segment, 'base64url') : undefined;
}

function readObject(bytes: Uint8Array): JsonObject {
  const object = parseUnambiguousObject(bytes);
  if (object === undefined) throw malformed('a segment is no JSON object with unique names');
  return object;
}

const malformed = (why: string): EntraTokenError =>
  new EntraTokenError('ENTRA_TOKEN_MALFORMED', `the token is malformed: ${why}`);
