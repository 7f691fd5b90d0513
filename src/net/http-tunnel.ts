import type { Socket } from 'node:net';
import { Client } from 'undici';

import type { ProxyCredentials, ProxyServerConfig } from '../config/config.ts';
import { NetError } from './net-error.ts';
import { connectRefused, proxyBroken } from './proxy-error.ts';
import { reachProxy } from './reach-proxy.ts';
import { authority, type Target } from './route.ts';
import type { Trust } from './trust.ts';
import type { Tunnel } from './tunnel.ts';

/** The answer to CONNECT. Unit: bytes. */
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Tunnels through an HTTP proxy (RFC 9110 section 9.3.6). Every target is reached by CONNECT, one of `http:` too: so the
 * proxy never sees a request, and none of its answers can pass for one of the target. The credentials (RFC 7617) are in
 * CONNECT alone.
 */
export function httpTunnel(proxy: ProxyServerConfig, trust: Trust): Tunnel {
  return async (target, signal) => {
    const socket = await reachProxy(proxy, trust, signal);
    try {
      await askForTunnel(proxy, target, socket, signal);
      return socket;
    } catch (error) {
      socket.destroy();
      if (signal.aborted || error instanceof NetError) throw error;
      throw proxyBroken(proxy, target, error);
    }
  };
}

async function askForTunnel(
  proxy: ProxyServerConfig,
  target: Target,
  socket: Socket,
  signal: AbortSignal,
): Promise<void> {
  const client = new Client(`http://${authority(proxy)}`, {
    connect: handOver(socket),
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: 0, // the signal is precise
  });
  try {
    const { statusCode, headers } = await client.connect({
      path: authority(target),
      headers: connectHeaders(target, proxy.credentials),
      signal,
    });
    if (statusCode >= 200 && statusCode < 300) return;
    throw connectRefused(proxy, target, statusCode, schemesOf(headers['proxy-authenticate']));
  } finally {
    // It let go of the socket when the tunnel was opened.
    await client.destroy();
  }
}

/** Gives a client the connection that stands, and no other. Not at once: undici expects an answer that comes later. */
function handOver(socket: Socket): NonNullable<ClientOptions['connect']> {
  return (_options, callback) => {
    queueMicrotask(() => {
      if (socket.destroyed) callback(new Error('the connection was closed'), null);
      else callback(null, socket);
    });
  };
}

type ClientOptions = NonNullable<ConstructorParameters<typeof Client>[1]>;

function connectHeaders(
  target: Target,
  credentials: ProxyCredentials | null,
): Record<string, string> {
  const headers = {
    host: authority(target),
    'proxy-connection': 'keep-alive',
    'user-agent': 'Entrada',
  };
  return credentials ? { ...headers, 'proxy-authorization': basic(credentials) } : headers;
}

/** RFC 7617 section 2, in UTF-8. */
function basic({ username, password }: ProxyCredentials): string {
  const pair = `${username.reveal()}:${password.reveal()}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/** Schemes that are worth naming in a message; whatever else a proxy writes there is not repeated. */
const KNOWN_SCHEMES = new Set(['basic', 'bearer', 'digest', 'kerberos', 'negotiate', 'ntlm']);

function schemesOf(header: string | string[] | undefined): readonly string[] {
  const words = [header ?? []].flat().flatMap((line) => line.toLowerCase().split(/[\s,]+/));
  return [...new Set(words)].filter((word) => KNOWN_SCHEMES.has(word));
}
