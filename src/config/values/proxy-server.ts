import type { ProxyCredentials, ProxyServerConfig } from '../config.ts';
import { Secret } from '../secret.ts';
import { parseHostPort } from './host.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

type Kind = ProxyServerConfig['kind'];

/** RFC 1929 section 2 gives the length of each one byte. Unit: bytes. */
const MOST_SOCKS_BYTES = 255;

/**
 * Parses what follows `scheme://`: `host:port` or `user:password@host:port`, with or without a slash at the end. What stands
 * before the `@` is never shown.
 */
export function parseProxyServer(kind: Kind, text: string): Parsed<ProxyServerConfig> {
  const rest = text.endsWith('/') ? text.slice(0, -1) : text;
  if (/[/?#\\]/.test(rest)) return moreThanAddress(rest);
  const at = rest.lastIndexOf('@');
  const address = parseHostPort(rest.slice(at + 1), 1);
  if (!address.ok) return at === -1 ? address : withoutText(address);
  const credentials = at === -1 ? parsed(null) : parseCredentials(kind, rest.slice(0, at));
  if (!credentials.ok) return credentials;
  return parsed({ kind, ...address.value, credentials: credentials.value });
}

function moreThanAddress(rest: string): Parsed<never> {
  if (rest.includes('@')) return refused(() => 'The proxy is not of its form', { next: ENCODE });
  return refused((it) => `${it} holds more than a host and a port`, { next: FORM });
}

/** A problem of the address, told without the text around it: that may hold a password. */
function withoutText({ problem }: Extract<Parsed<never>, { ok: false }>): Parsed<never> {
  const says = (): string => problem.says('What stands behind the @');
  return refused(says, problem.next === undefined ? {} : { next: problem.next });
}

function parseCredentials(kind: Kind, userinfo: string): Parsed<ProxyCredentials> {
  const colon = userinfo.indexOf(':');
  const username = decode(colon === -1 ? userinfo : userinfo.slice(0, colon));
  const password = decode(colon === -1 ? '' : userinfo.slice(colon + 1));
  if (username === undefined || password === undefined) {
    return refused(() => 'The user name or the password of the proxy is not encoded rightly', {
      next: ENCODE,
    });
  }
  const fault = RULES[kind](username, password);
  if (fault !== undefined) return refused(() => `The proxy cannot be asked like this: ${fault}`);
  return parsed({ username: new Secret(username), password: new Secret(password) });
}

/** Undoes percent-encoding of UTF-8; undefined when there is something else, or a control character. */
function decode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    return /\p{Cc}/u.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/** How the sentence about credentials ends that a kind of proxy cannot be given. */
type Rule = (username: string, password: string) => string | undefined;

/** RFC 7617 section 2: a colon ends the user name. */
const basic: Rule = (username) => {
  if (username === '') return 'the user name is empty';
  return username.includes(':') ? 'the user name holds a colon' : undefined;
};

/** RFC 1929 section 2. */
const socks: Rule = (username, password) => {
  const lengths = [username, password].map((text) => Buffer.byteLength(text));
  if (lengths.includes(0)) return 'SOCKS wants both a user name and a password';
  const tooLong = lengths.some((length) => length > MOST_SOCKS_BYTES);
  return tooLong
    ? `the user name or the password is longer than ${MOST_SOCKS_BYTES} bytes, and SOCKS has no room for more`
    : undefined;
};

const RULES: { readonly [kind in Kind]: Rule } = {
  connect: basic,
  'connect-tls': basic,
  socks5: socks,
};

const FORM = 'Write a host and a port, as in http://proxy.example.com:3128.';

const ENCODE =
  'In a user name or a password write %40 for @, %3A for :, %25 for %, %2F for /, %3F for ? and %23 for #.';
