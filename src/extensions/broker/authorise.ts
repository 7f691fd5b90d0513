import { isIP } from 'node:net';

import {
  type EffectiveGrant,
  type NamedAllowance,
  type OriginAllowance,
  ruleFor,
  type TokenAllowance,
} from '../grant.ts';
import type { HeldLinks } from './held-links.ts';

/**
 * The one decision about every request that an extension makes, at every redirect again: may it go to this origin, with
 * this method, to this path, with this token? It judges the URL as it was parsed, never its text.
 */
export type Authorisation =
  | {
      readonly ok: true;
      readonly url: URL;
      /** The pattern of the grant. */
      readonly rule: string;
      /** Whether the host may resolve to an address that is not of the public internet. */
      readonly privateAddresses: boolean;
      /** Secrets may be put into this request: its destination was granted for itself, not for a token. */
      readonly secrets: boolean;
      /** What records name instead of the URL, for a destination whose URL is secret. */
      readonly alias: string | null;
    }
  | { readonly ok: false; readonly code: RefusalCode; readonly message: string };

/** A request that may leave. */
export type Allowed = Extract<Authorisation, { readonly ok: true }>;

export type RefusalCode =
  | 'URL_INVALID'
  | 'URL_TOO_LONG'
  | 'URL_REFUSED'
  | 'OWN_ORIGIN_REFUSED'
  | 'DESTINATION_UNKNOWN'
  | 'ORIGIN_NOT_GRANTED'
  | 'PATH_NOT_GRANTED'
  | 'TOKEN_DESTINATION_REFUSED';

/** What is asked: a request as the extension, or a redirect, names it. */
export interface Destination {
  readonly url: string;
  readonly method: string;
  /** The resource whose token the request carries; null without one. */
  readonly resource: string | null;
}

const NAMED = 'entrada:';

/** What patterns of named destinations are matched with: they name a method alone. */
const ROOT = { pathname: '/', searchParams: new URLSearchParams() };

/** Longer ones are no URLs of an API. Unit: UTF-16 code units. */
export const MAX_URL: number = 8 * 1024;

/** Characters that one parser takes for a separator and the next one does not; plain, encoded, and encoded again. */
const AMBIGUOUS = /[\\\t\r\n]|%(?:25)*(?:2f|5c|00|0a|0d)/i;

/** Dots that are a segment only for a server that decodes twice, or that cuts off `;…` and white space first. */
const HIDDEN_DOTS = /\/(?:\.|%(?:25)*2e){1,2}(?:$|[/;]|%(?:25)*(?:3b|20|09))/i;

export function authorise(
  destination: Destination,
  grant: EffectiveGrant,
  ownOrigin: string,
): Authorisation {
  if (destination.url.startsWith(NAMED)) return authoriseNamed(destination, grant, ownOrigin);
  const url = readUrl(destination.url, ownOrigin);
  if (!(url instanceof URL)) return url;
  return destination.resource === null
    ? authoriseOrigin(destination, url, grant)
    : authoriseToken(destination, url, grant);
}

function readUrl(text: string, ownOrigin: string): URL | Extract<Authorisation, { ok: false }> {
  if (text.length > MAX_URL) {
    return refused('URL_TOO_LONG', `an URL has ${MAX_URL} characters at the most`);
  }
  const url = URL.parse(text);
  if (!url) return refused('URL_INVALID', 'not an absolute URL');
  const fault = faultOf(text, url);
  if (fault !== undefined) return refused('URL_REFUSED', fault);
  if (url.origin !== ownOrigin) return url;
  return refused('OWN_ORIGIN_REFUSED', 'an extension cannot call the gateway itself');
}

function faultOf(text: string, url: URL): string | undefined {
  if (url.protocol !== 'https:') return 'only https is spoken';
  if (url.username !== '' || url.password !== '') return 'credentials do not belong into an URL';
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return 'a host is named, not numbered';
  const beforeQuery = text.split(/[?#]/, 1)[0] ?? '';
  if (AMBIGUOUS.test(beforeQuery)) return 'the path has characters that can be read in two ways';
  if (HIDDEN_DOTS.test(url.pathname)) return 'the path has dots that can be read in two ways';
  if (decodePath(url) === undefined) return 'the path has a % that encodes no text';
  return undefined;
}

/** The path as a server reads it; undefined when its percent signs encode no UTF-8, of which each server makes its own. */
export function decodePath({ pathname }: URL): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}

function authoriseToken(destination: Destination, url: URL, grant: EffectiveGrant): Authorisation {
  const tokens = grant.tokens.filter(
    ({ resource, origins }) => resource === destination.resource && origins.includes(url.origin),
  );
  if (tokens.length > 0) return fromAllowances(destination, url, tokens);
  const message = `the token of ${destination.resource} is not for ${url.origin}`;
  return refused('TOKEN_DESTINATION_REFUSED', message);
}

/** Without a token: an origin that was granted for itself, or one of a token's. */
function authoriseOrigin(destination: Destination, url: URL, grant: EffectiveGrant): Authorisation {
  const own = grant.origins.filter(({ origin }) => origin === url.origin);
  const ofTokens = grant.tokens.filter(({ origins }) => origins.includes(url.origin));
  const all = [...own, ...ofTokens];
  if (all.length > 0) return fromAllowances(destination, url, all);
  return refused('ORIGIN_NOT_GRANTED', `${url.origin} is not granted`);
}

/** A grant may have several entries for one origin, each with paths of its own: the first that has this one counts. */
function fromAllowances(
  { method }: Destination,
  url: URL,
  allowances: readonly (OriginAllowance | TokenAllowance)[],
): Authorisation {
  for (const allowance of allowances) {
    const rule = ruleFor(allowance, method, url);
    if (rule !== undefined) return fromAllowance(allowance, url, rule);
  }
  return refused('PATH_NOT_GRANTED', `${method} ${url.pathname} is not granted at ${url.origin}`);
}

function fromAllowance(
  allowance: OriginAllowance | TokenAllowance,
  url: URL,
  rule: string,
): Allowed {
  const own = 'privateAddresses' in allowance;
  return {
    ok: true,
    url,
    rule,
    privateAddresses: own && allowance.privateAddresses,
    secrets: own,
    alias: null,
  };
}

function authoriseNamed(
  { url, method, resource }: Destination,
  grant: EffectiveGrant,
  ownOrigin: string,
): Authorisation {
  const name = url.slice(NAMED.length);
  const named = grant.named.filter((one) => one.name === name);
  if (named.length === 0)
    return refused('DESTINATION_UNKNOWN', `no destination is named ${name.slice(0, 100)}`);
  if (resource !== null)
    return refused('TOKEN_DESTINATION_REFUSED', 'a token is not for a named destination');
  for (const one of named) {
    const rule = ruleFor(one, method, ROOT);
    if (rule !== undefined) return withSecretUrl(one, rule, url, ownOrigin);
  }
  return refused('PATH_NOT_GRANTED', `${method} is not granted for ${url}`);
}

/** A link that the broker keeps for this invocation: authorized by itself, so that no token goes with it. */
export function authoriseHeld(
  { url: alias, method, resource }: Destination,
  links: HeldLinks,
  ownOrigin: string,
): Authorisation {
  const link = links.find(alias);
  if (!link)
    return refused(
      'DESTINATION_UNKNOWN',
      `this invocation was given no link ${alias.slice(0, 100)}`,
    );
  if (resource !== null)
    return refused('TOKEN_DESTINATION_REFUSED', 'a token is not for a link that needs none');
  if (!link.methods.includes(method))
    return refused('PATH_NOT_GRANTED', `${method} is not for ${alias}`);
  const url = readUrl(link.url.reveal(), ownOrigin);
  if (!(url instanceof URL)) return refused(url.code, `the URL of ${alias}: ${url.message}`);
  return {
    ok: true,
    url,
    rule: `${method} ${alias}`,
    privateAddresses: false,
    secrets: false,
    alias,
  };
}

function withSecretUrl(
  named: NamedAllowance,
  rule: string,
  alias: string,
  ownOrigin: string,
): Authorisation {
  const url = readUrl(named.url.reveal(), ownOrigin);
  if (!(url instanceof URL)) return refused(url.code, `the URL of ${alias}: ${url.message}`);
  return { ok: true, url, rule, privateAddresses: named.privateAddresses, secrets: true, alias };
}

function refused(code: RefusalCode, message: string): Extract<Authorisation, { ok: false }> {
  return { ok: false, code, message };
}
