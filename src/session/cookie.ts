import { hash, randomBytes } from 'node:crypto';

import type { ServiceType } from '../config/config.ts';

/** How a cookie is set, in the words of `Set-Cookie`. */
export interface CookieAttributes {
  readonly path: '/';
  readonly secure: true;
  readonly httpOnly: true;
  readonly sameSite: 'lax' | 'none';
}

/**
 * The session's cookie: an identifier and nothing else. No `Max-Age`: it ends with the browser at the latest, and before
 * that when the store says so. `Lax`, so that a link from elsewhere finds the person signed in and a form from elsewhere
 * does not.
 */
export const SESSION_COOKIE: CookieAttributes = {
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
};

/**
 * The cookie that binds a pending sign-in to its browser. `None`, because the answer of the tenant is a POST from another
 * site, and the browser must send it then.
 */
export const TRANSACTION_COOKIE: CookieAttributes = { ...SESSION_COOKIE, sameSite: 'none' };

/**
 * `__Host-`: the browser takes it only over TLS, only for this host and all of its paths, so that no neighbouring
 * subdomain and no other port's page over plain HTTP can plant one (RFC 6265bis section 4.1.3.2).
 */
export function sessionCookieName(service: ServiceType): string {
  return `__Host-entrada-${service}`;
}

/** The value of a fresh cookie, 256 random bits as 43 characters of base64url, and the id of its session. */
export function newSessionCookie(): { readonly cookie: string; readonly id: string } {
  const cookie = randomBytes(32).toString('base64url');
  const id = hashOf(cookie);
  // Operators type it on command lines, where a dash in front would make it an option.
  return id.startsWith('-') ? newSessionCookie() : { cookie, id };
}

/** The id of the session that a cookie names, or undefined for what cannot be a value of ours. */
export function sessionIdOf(cookie: string | undefined): string | undefined {
  return cookie !== undefined && VALUE.test(cookie) ? hashOf(cookie) : undefined;
}

const hashOf = (cookie: string): string => hash('sha256', cookie, 'base64url');

const VALUE = /^[\w-]{43}$/;

/**
 * The value of one cookie of a `Cookie` header, the first where there are several. For the route that has no time to parse
 * all of them.
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (let start = header.indexOf(name); start !== -1; start = header.indexOf(name, start + 1)) {
    const end = start + name.length;
    if (header[end] !== '=' || !startsPair(header, start)) continue;
    const stop = header.indexOf(';', end);
    return header.slice(end + 1, stop === -1 ? undefined : stop).trim();
  }
  return undefined;
}

/** A name begins the header, or stands behind `;` and spaces. */
function startsPair(header: string, start: number): boolean {
  let before = start - 1;
  while (before >= 0 && header[before] === ' ') before--;
  return before < 0 || header[before] === ';';
}
