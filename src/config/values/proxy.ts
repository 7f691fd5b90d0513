import type { ProxyConfig, ProxyScriptConfig, ProxyServerConfig } from '../config.ts';
import { isLoopbackHost } from './host.ts';
import { parsed, refused, type Parsed } from './parsed.ts';
import { parseProxyServer } from './proxy-server.ts';

/** A proxy as it is written. What `env` means is settled when the whole file is right. */
export type ProxyEntry =
  | Exclude<ProxyConfig, { readonly kind: 'environment' }>
  | { readonly kind: 'env' };

type Parse = (rest: string, scheme: string) => Parsed<ProxyEntry>;

/** Every scheme, in lower case, and how what follows `://` is read. */
const SCHEMES: { readonly [scheme: string]: Parse } = {
  connect: parseConnect,
  http: server('connect'),
  https: server('connect-tls'),
  socks5: server('socks5'),
  socks5h: server('socks5'),
  'pac+https': parseScript,
  'pac+http': parseScript,
  'pac+file': parseScript,
};

/** A host and a port. */
const ADDRESS = '(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):[0-9]{1,5}';

/** The form of a proxy, as a regular expression. */
export const PROXY_PATTERN: string = `(?:${[
  'direct',
  'env',
  `${inAnyCase('connect')}://${ADDRESS}`,
  `(?:${['http', 'https', 'socks5', 'socks5h'].map(inAnyCase).join('|')})://(?:.*@)?${ADDRESS}/?`,
  `${inAnyCase('pac+')}(?:${['https', 'http', 'file'].map(inAnyCase).join('|')})://.+`,
].join('|')})?`;

/** Known elsewhere, and why they are not served. */
const OTHER_SCHEMES: { readonly [scheme: string]: string } = {
  socks: 'Write socks5://host:port.',
  socks4: 'Earlier versions of SOCKS know no passwords and no IPv6: write socks5://host:port.',
  socks4a: 'Earlier versions of SOCKS know no passwords and no IPv6: write socks5://host:port.',
  pac: 'Write pac+https://host/path.',
  'pac+data': 'Write the script into a file: pac+file:///path.',
};

/**
 * Parses a proxy: `connect://host:port`, `http://`, `https://`, `socks5://` and `socks5h://` with or without a user name and
 * a password, `pac+https://host/path`, `pac+http://` on loopback, `pac+file:///path`, or `env`; `direct` or nothing means
 * no proxy.
 */
export function parseProxy(text: string): Parsed<ProxyEntry> {
  if (text === '' || text === 'direct') return parsed({ kind: 'direct' });
  if (text === 'env') return parsed({ kind: 'env' });
  const [, written = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  const scheme = written.toLowerCase();
  if (Object.hasOwn(OTHER_SCHEMES, scheme)) return notServed(written, OTHER_SCHEMES[scheme]);
  const parse = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  return parse ? parse(rest, scheme) : refused((it) => `${it} is not a proxy`, { next: FORM });
}

const FORM =
  'Write connect://host:port, as in connect://10.1.2.3:3128; or http, https or socks5 instead of connect; or pac+https://host/path, env or direct.';

function notServed(scheme: string, next = FORM): Parsed<never> {
  const details = { code: 'CONFIG_NOT_AVAILABLE', part: `${scheme}://`, next } as const;
  return refused((it) => `the proxy ${it} is of a kind that this release does not serve`, details);
}

/** `connect://` is the documented form: a host and a port, and nothing else. */
function parseConnect(rest: string): Parsed<ProxyServerConfig> {
  if (rest.includes('@')) {
    return refused(() => 'This form of a proxy holds no user name and no password', {
      next: 'Write http://user:password@host:port: it means the same, with credentials.',
    });
  }
  if (rest.endsWith('/')) {
    return refused((it) => `${it} holds more than a host and a port`, { next: FORM });
  }
  return parseProxyServer('connect', rest);
}

function server(kind: ProxyServerConfig['kind']): Parse {
  return (rest) => parseProxyServer(kind, rest);
}

function parseScript(rest: string, scheme: string): Parsed<ProxyScriptConfig> {
  const url = URL.parse(`${scheme.slice('pac+'.length)}://${rest}`);
  const why = url ? scriptFault(url) : 'is no address of a script';
  if (url && why === undefined) return parsed({ kind: 'script', url: url.href });
  return refused(() => `The address of the proxy script ${why}`, {
    next: 'Write pac+https://host/path, or pac+file:///path for a file of this machine.',
  });
}

/** Says how a sentence about the script ends; undefined when there is nothing to say. */
function scriptFault({ protocol, hostname, username, password, hash }: URL): string | undefined {
  if (username !== '' || password !== '') return 'may not hold a user name or a password';
  if (hash !== '') return 'ends in a fragment, which no server sees';
  if (protocol === 'file:' && hostname !== '') return 'names a host, but a file is on this machine';
  if (protocol === 'http:' && !isLoopbackHost(hostname)) {
    return 'is not encrypted: whoever can change the script can read along';
  }
  return undefined;
}

function inAnyCase(scheme: string): string {
  return scheme.replace(/[a-z+]/g, (character) =>
    character === '+' ? '\\+' : `[${character.toUpperCase()}${character}]`,
  );
}
