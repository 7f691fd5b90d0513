import type { Json, JsonObject } from '../../sandbox/contract.ts';
import { readGuid } from './guid.ts';
import { isObject, parseObject } from './json.ts';

/** An error as Entra tells it, by the browser or at the token endpoint. Safe to log. */
export interface ErrorAnswer {
  /** The word of OAuth; what is decided, is decided on it. */
  readonly error: string;
  /** Entra's refinement, as in `consent_required` of an `invalid_grant`. */
  readonly suberror: string | null;
  /** One line of plain text without anything secret. */
  readonly description: string;
  /** The number of `AADSTS…`: a hint for texts. Microsoft warns not to depend on it. */
  readonly aadsts: number | null;
  /** GUID. */
  readonly correlationId: string | null;
  /** What the next authorization request should ask for. */
  readonly claims: JsonObject | null;
}

const MAX_DESCRIPTION = 300;

/**
 * Reads the members of an error; undefined when there is no `error`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export function readErrorAnswer(members: {
  readonly [name: string]: Json | undefined;
}): ErrorAnswer | undefined {
  const { error, suberror, error_description: description, claims } = members;
  if (typeof error !== 'string' || error === '') return undefined;
  const text = typeof description === 'string' ? description : '';
  return {
    error: toLogText(error, 64),
    suberror: typeof suberror === 'string' ? toLogText(suberror, 64) : null,
    description: toLogText(text, MAX_DESCRIPTION),
    aadsts: readAadsts(members['error_codes'], text),
    correlationId: readCorrelationId(members['correlation_id'], text),
    claims: readClaims(claims),
  };
}

/** Longer runs than any word, GUID or host name: a token, code or secret that somebody echoed. */
const SECRET_LIKE = /[\w~.+/=-]{40,}/g;

/** Control characters, and those that reorder or break a line where it is read. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/** Text from outside as one line that may stand in a log: printable, short, and nothing that could be a secret. */
export function toLogText(text: string, maxLength: number): string {
  const line = text.slice(0, 8192).replace(UNPRINTABLE, ' ').replace(SECRET_LIKE, '[…]').trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}

function readAadsts(codes: Json | undefined, description: string): number | null {
  const [first] = Array.isArray(codes) ? codes : [];
  if (Number.isSafeInteger(first)) return Number(first);
  const found = /\bAADSTS(?<number>\d{4,9})\b/.exec(description.slice(0, 8192));
  return found?.groups === undefined ? null : Number(found.groups['number']);
}

function readCorrelationId(member: Json | undefined, description: string): string | null {
  const found = /\bCorrelation ID: (?<id>[0-9a-f-]{36})\b/i.exec(description.slice(0, 8192));
  return readGuid(member) ?? readGuid(found?.groups?.['id']) ?? null;
}

/** A JSON text at the token endpoint. Anything else is not passed on. */
function readClaims(claims: Json | undefined): JsonObject | null {
  if (isObject(claims)) return claims;
  return typeof claims === 'string' ? (parseObject(Buffer.from(claims)) ?? null) : null;
}
