import type { Socket } from 'node:net';

import type { ProxyServerConfig } from '../config/config.ts';
import { httpTunnel } from './http-tunnel.ts';
import type { Target } from './route.ts';
import { socksTunnel } from './socks-tunnel.ts';
import type { Trust } from './trust.ts';

/**
 * Opens a connection to a target by way of a proxy. Names are never looked up here.
 *
 * @throws {NetError} `NET_PROXY`.
 * @throws {unknown} The signal's reason.
 */
export type Tunnel = (target: Target, signal: AbortSignal) => Promise<Socket>;

const TUNNELS: {
  readonly [kind in ProxyServerConfig['kind']]: (proxy: ProxyServerConfig, trust: Trust) => Tunnel;
} = { connect: httpTunnel, 'connect-tls': httpTunnel, socks5: socksTunnel };

/** The tunnels of a proxy. */
export function tunnelOf(proxy: ProxyServerConfig, trust: Trust): Tunnel {
  return TUNNELS[proxy.kind](proxy, trust);
}
