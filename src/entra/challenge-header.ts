import type { JsonObject } from '../../sandbox/contract.ts';
import { parseUnambiguousObject } from './json.ts';

/** One challenge of a `WWW-Authenticate` header. */
export interface HeaderChallenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Longer headers are not Graph's. Unit: characters. */
const MAX_LENGTH = 16 * 1024;

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = '"(?<quoted>(?:[^"\\\\]|\\\\.)*)"';

/** A parameter, a scheme, or anything up to the next comma, which is passed over. */
const PIECE = new RegExp(
  `[ \\t,]*(?:(?<name>${TOKEN})[ \\t]*=[ \\t]*(?:${QUOTED}|(?<plain>[^ \\t,"]+))|(?<scheme>${TOKEN})(?=[ \\t,]|$)|[^,]+)`,
  'gys',
);

/**
 * Takes challenges apart: several to a header, several headers, parameters in any order, quoted or not. What does not
 * fit the grammar is passed over; a challenge that names a parameter twice is left out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(headers: readonly string[]): readonly HeaderChallenge[] {
  return headers.filter((header) => header.length <= MAX_LENGTH).flatMap(parseHeader);
}

function parseHeader(header: string): readonly HeaderChallenge[] {
  const challenges: { scheme: string; parameters: Map<string, string>; sound: boolean }[] = [];
  for (const { groups } of header.matchAll(PIECE)) {
    const { scheme, name, quoted, plain } = groups ?? {};
    if (scheme !== undefined) {
      challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map(), sound: true });
    }
    const current = challenges.at(-1);
    if (name === undefined || current === undefined) continue;
    const key = name.toLowerCase();
    current.sound &&= !current.parameters.has(key);
    current.parameters.set(key, plain ?? (quoted ?? '').replaceAll(/\\(.)/gs, '$1'));
  }
  return challenges.filter(({ sound }) => sound);
}

/**
 * The claims request that an API answers with when the person has to do something more; undefined when no header has one
 * that can be read.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export function readClaimsChallenge(headers: readonly string[]): JsonObject | undefined {
  const found = parseChallenges(headers)
    .filter(
      ({ scheme, parameters }) =>
        scheme === 'bearer' && parameters.get('error') === 'insufficient_claims',
    )
    .map(({ parameters }) => decodeClaims(parameters.get('claims') ?? ''));
  return found.find((claims) => claims !== undefined);
}

/** Base64 or base64url, padded or not. */
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

function decodeClaims(text: string): JsonObject | undefined {
  return BASE64.test(text) ? parseUnambiguousObject(Buffer.from(text, 'base64')) : undefined;
}
