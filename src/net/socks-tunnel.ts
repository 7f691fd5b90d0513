import type { Socket } from 'node:net';

import type { ProxyServerConfig } from '../config/config.ts';
import { proxyBroken, socksRefused, socksUnauthenticated } from './proxy-error.ts';
import { reachProxy } from './reach-proxy.ts';
import type { Target } from './route.ts';
import type { Trust } from './trust.ts';
import type { Tunnel } from './tunnel.ts';

/**
 * Tunnels through a SOCKS 5 proxy (RFC 1928), with a user name and a password where they are given (RFC 1929). Names travel
 * to the proxy as names.
 */
export function socksTunnel(proxy: ProxyServerConfig, trust: Trust): Tunnel {
  return async (target, signal) => {
    // Loaded when it is needed, and before there is a socket whose events could be missed.
    const { SocksClient } = await import('socks');
    const socket = await reachProxy(proxy, trust, signal);
    const end = (): void => void socket.destroy();
    signal.addEventListener('abort', end, { once: true });
    try {
      await SocksClient.createConnection({
        command: 'connect',
        proxy: { type: 5, host: proxy.host, port: proxy.port, ...credentialsOf(proxy) },
        destination: { ...target },
        existing_socket: socket,
      });
      return unread(socket);
    } catch (error) {
      socket.destroy();
      if (signal.aborted) throw signal.reason;
      throw failure(proxy, target, error);
    } finally {
      signal.removeEventListener('abort', end);
    }
  };
}

function credentialsOf({ credentials }: ProxyServerConfig): { userId?: string; password?: string } {
  if (!credentials) return {};
  return { userId: credentials.username.reveal(), password: credentials.password.reveal() };
}

/** The library read by events; who reads next finds the socket as if nobody had. */
function unread(socket: Socket): Socket {
  return socket.pause();
}

/** The library tells a reply only in the message of its error, by these names in the order of the replies from 1. */
const REPLY_NAMES = [
  'Failure',
  'NotAllowed',
  'NetworkUnreachable',
  'HostUnreachable',
  'ConnectionRefused',
  'TTLExpired',
  'CommandNotSupported',
  'AddressNotSupported',
];

/** The library's error holds the password: it is read, and never kept as a cause. */
function failure(proxy: ProxyServerConfig, target: Target, error: unknown): Error {
  const message = error instanceof Error ? error.message : '';
  const reply = REPLY_NAMES.indexOf(/rejected connection - (\w+)/.exec(message)?.[1] ?? '') + 1;
  if (reply > 0) return socksRefused(proxy, target, reply);
  if (/authentication/i.test(message)) return socksUnauthenticated(proxy, target);
  return proxyBroken(proxy, target, new Error(message));
}
