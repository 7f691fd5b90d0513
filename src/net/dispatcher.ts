import tls from 'node:tls';
import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';

import type { ProxyConfig } from '../config/config.ts';
import { type AddressPolicy, guardedLookup } from './address-guard.ts';

/** What tells one way out from another. Two equal routes share one dispatcher, with its connections. */
export interface Route {
  readonly proxy: ProxyConfig;
  /** Certificate authorities that are trusted besides the system's. PEM. */
  readonly ca: readonly string[];
  /** Ignored behind a proxy, which does the look-ups: there hosts have to be exact names. */
  readonly addresses: AddressPolicy;
}

/** Connecting, a proxy's CONNECT included, has this share of an exchange's time at the most. Unit: milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** A connection that nobody uses is closed after so long. Unit: milliseconds. */
const KEEP_ALIVE_MS = 30_000;

/** Response headers. Unit: bytes. */
const MAX_HEADER_BYTES = 64 * 1024;

const SHARED = {
  allowH2: false, // one behaviour through every proxy
  keepAliveTimeout: KEEP_ALIVE_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
  pipelining: 1,
} as const;

/** Makes the dispatcher of a route. It lives until it is closed. */
export function createDispatcher(route: Route): Dispatcher {
  return MAKERS[route.proxy.kind](route);
}

const MAKERS: { readonly [kind in ProxyConfig['kind']]: (route: Route) => Dispatcher } = {
  direct: (route) =>
    new Agent({
      ...SHARED,
      connect: {
        ...trust(route.ca),
        lookup: guardedLookup(route.addresses),
        timeout: CONNECT_TIMEOUT_MS,
      },
    }),
  connect: (route) =>
    new ProxyAgent({
      ...SHARED,
      uri: proxyUrl(route.proxy),
      proxyTunnel: true,
      requestTls: { ...trust(route.ca), timeout: CONNECT_TIMEOUT_MS },
      connectTimeout: CONNECT_TIMEOUT_MS,
      // undici bounds neither a proxy that accepts and says nothing, nor does an abort reach it: headersTimeout of the
      // connection to the proxy itself does.
      clientFactory: (origin, options) =>
        new Pool(origin, { ...options, headersTimeout: CONNECT_TIMEOUT_MS }),
    }),
};

function proxyUrl(proxy: ProxyConfig): string {
  if (proxy.kind === 'direct') throw new TypeError('a direct route has no proxy');
  const host = proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host;
  return `http://${host}:${proxy.port}`;
}

function trust(ca: readonly string[]): { ca?: string[]; minVersion: 'TLSv1.2' } {
  if (ca.length === 0) return { minVersion: 'TLSv1.2' };
  return { ca: [...tls.getCACertificates('default'), ...ca], minVersion: 'TLSv1.2' };
}
