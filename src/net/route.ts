import type { ProxyConfig, ProxyServerConfig } from '../config/config.ts';
import type { AddressPolicy } from './address-guard.ts';

/** What tells one way out from another. Two equal routes share their connections. */
export interface Route {
  readonly proxy: ProxyConfig;
  /** Certificate authorities that are trusted besides those of Node.js, for hosts and proxies alike. PEM. */
  readonly ca: readonly string[];
  /** Behind a proxy, which does the look-ups, `public` means that hosts are names and not addresses. */
  readonly addresses: AddressPolicy;
}

/** The first stop of a connection, when nothing is left to choose: the host itself, or one proxy. */
export type Hop = { readonly kind: 'direct' } | ProxyServerConfig;

/** The host and the port that a connection is for. */
export interface Target {
  /** A name or an address; IPv6 stands without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `host:port`, IPv6 in brackets: the form of CONNECT (RFC 9110 section 9.3.6), and of messages. */
export function authority({ host, port }: Target): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The target of a URL of `http:` or `https:`. */
export function targetOf({ protocol, hostname, port }: URL): Target {
  const host = hostname.replace(/^\[|\]$/g, '');
  return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}
