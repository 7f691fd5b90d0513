import { once } from 'node:events';
import net, { isIP, type Socket } from 'node:net';
import tls from 'node:tls';

import type { ProxyServerConfig } from '../config/config.ts';
import { guardedLookup } from './address-guard.ts';
import { proxyUnreachable } from './proxy-error.ts';
import type { Trust } from './trust.ts';

/** A peer that vanished without a word is noticed after so long. Unit: milliseconds. */
const PROBE_MS = 60_000;

const lookup = guardedLookup('any');

/**
 * Connects to the proxy itself, over TLS where it is one that wants that. The operator named it, so that its address may be
 * any.
 *
 * @throws {NetError} `NET_PROXY`.
 * @throws {unknown} The signal's reason.
 */
export async function reachProxy(
  proxy: ProxyServerConfig,
  trust: Trust,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  const isSecure = proxy.kind === 'connect-tls';
  const socket = isSecure ? connectTls(proxy, trust) : net.connect({ ...address(proxy), lookup });
  // Whoever uses the socket hears of its errors; between two users nobody would.
  socket.on('error', () => undefined);
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal });
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? error : proxyUnreachable(proxy, error);
  }
  return socket.setNoDelay(true).setKeepAlive(true, PROBE_MS);
}

function connectTls(proxy: ProxyServerConfig, secureContext: Trust): Socket {
  // RFC 6066 section 3: an address is no server name.
  const servername = isIP(proxy.host) === 0 ? { servername: proxy.host } : {};
  const ALPNProtocols = ['http/1.1'];
  return tls.connect({ ...address(proxy), ...servername, lookup, secureContext, ALPNProtocols });
}

function address({ host, port }: ProxyServerConfig): { host: string; port: number } {
  return { host, port };
}
