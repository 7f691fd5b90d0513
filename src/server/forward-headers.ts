import type { Config } from '../config/config.ts';
import type { Session, SessionPrincipal } from '../session/session.ts';

/** Headers of the check, as `name, value, name, value`: every name always, empty when there is nothing to say. */
export type HeaderList = readonly string[];

/** What an application is told of the person, by header. */
const IDENTITY: { readonly [header: string]: (principal: SessionPrincipal) => readonly string[] } =
  {
    'X-Auth-Request-User': ({ username }) => [username],
    'X-Auth-Request-Preferred-Username': ({ upn }) => (upn === undefined ? [] : [upn]),
    'X-Auth-Request-Email': ({ email }) => (email === undefined ? [] : [email]),
    'X-Auth-Request-Groups': ({ groups }) => groups.map(({ name }) => name),
    'X-Auth-Request-Roles': ({ roles }) => roles.map(({ name }) => name),
  };

/** The signed identity; added by who signs it. */
export const JWT_HEADER = 'X-Auth-Request-Jwt';

/**
 * Headers that extensions were granted, in lower case. They are sent for everybody, so that a proxy that copies them always
 * overwrites what a client sent.
 */
export function extensionHeaders({ extensions }: Config): readonly string[] {
  const own = new Set([...Object.keys(IDENTITY), JWT_HEADER].map((name) => name.toLowerCase()));
  const granted = extensions.flatMap(({ grant }) => grant.enrich.headers);
  return [...new Set(granted.map((name) => name.toLowerCase()))].filter((name) => !own.has(name));
}

/** The headers of one session, without the signed identity. */
export function identityHeaders({ principal }: Session, granted: readonly string[]): HeaderList {
  const own = Object.entries(IDENTITY).flatMap(([name, of]) => [name, encodeList(of(principal))]);
  const added = granted.flatMap((name) => [name, encodeElement(principal.headers[name] ?? '')]);
  return [...own, ...added];
}

const encodeList = (elements: readonly string[]): string => elements.map(encodeElement).join(',');

/**
 * UTF-8, percent-encoded where a header or a list could not hold it: what is not visible ASCII, the comma that separates,
 * and the percent sign itself. Undone by any URI decoder, one element at a time.
 */
function encodeElement(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\x21-\x24\x26-\x2b\x2d-\x7e]+/g, (part) => encodeURIComponent(part));
}
